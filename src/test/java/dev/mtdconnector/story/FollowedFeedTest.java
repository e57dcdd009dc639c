package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.app.StreamProcess;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.risk.Enrollment;
import dev.mtdconnector.local.risk.RiskAccess;
import dev.mtdconnector.local.risk.RiskFeed;
import dev.mtdconnector.local.risk.Severity;
import dev.mtdconnector.local.story.StoryRunner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A local world with the process that follows: what the vendor's cloud finds is known before the next poll. */
@Timeout(120)
class FollowedFeedTest {

    private static final String PHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    private static final String GUID = "951294c6-d9c9-482b-955c-8879410a76b1";

    @Test
    void aThreatIsKnownWithoutAnybodyAskingForIt() throws Exception {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            Requests requests = new Requests(world);
            StoryRunner story = world.story();
            story.run("onboard", "device-pending");
            String key = String.valueOf(story.values().get("apiKey"));
            requests.put("/api/v1/feed", key, "{\"applicationKey\": \"" + RiskAccess.CONTOSO_KEY + "\"}");
            StreamProcess process = world.follow();
            RiskFeed feed = world.simulator().risk().feed();
            feed.enroll(Enrollment.ios().withGuid(GUID).withEntra(PHONE));
            feed.activate(GUID);
            feed.openThreat(GUID, "TROJAN", Severity.HIGH);
            // Neither timer nor queue runs in this world by itself: only the stream can have brought it.
            String state = "";
            for (int look = 0; look < 600 && !state.equals("high"); look++) {
                TimeUnit.MILLISECONDS.sleep(50);
                state = requests.api("/api/v1/devices/" + PHONE, key)
                        .path("state")
                        .asText();
            }
            assertThat(state).isEqualTo("high");
            JsonNode stream = requests.api("/api/v1/feed/stream", key);
            assertThat(stream.path("isFollowed").asBoolean()).isTrue();
            assertThat(process.open()).isEqualTo(1);
        }
    }
}

package dev.mtdconnector.feed;

import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.stream.StreamProgress;
import dev.mtdconnector.stream.StreamStore;
import dev.mtdconnector.testing.FakeRiskApi;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The job that asks goes on more slowly while a process follows the stream, and as before when none does. */
class FollowedFeedPaceTest {

    private final TestApp app = new TestApp().ready();

    private long requestsIn(Duration time) {
        app.risk.requests();
        app.pass(time);
        return app.risk.requests().size();
    }

    @Test
    void aFeedWhoseStreamIsFollowedIsAskedEveryFiveMinutes() {
        app.put("/api/v1/feed", "{\"applicationKey\": \"" + FakeRiskApi.KEY + "\"}")
                .expect(200);
        app.pass(Duration.ofMinutes(5));
        assertThat(requestsIn(Duration.ofMinutes(30))).isGreaterThanOrEqualTo(28);
        assertThat(app.get("/api/v1/feed/stream").json().path("isFollowed").asBoolean())
                .isFalse();

        StreamStore streams = new FeedTable(app.tables).stream();
        Instant until = app.clock.instant().plus(Duration.ofMinutes(30));
        streams.save(TENANT, new StreamProgress("key", null, null, "process", until, Map.of("applied", 7L), null));
        assertThat(requestsIn(Duration.ofMinutes(29))).isBetween(5L, 8L);
        assertThat(app.get("/api/v1/feed/stream").json().path("isFollowed").asBoolean())
                .isTrue();
        assertThat(app.get("/api/v1/feed/stream").text("/counts/applied")).isEqualTo("7");

        app.pass(Duration.ofMinutes(6));
        assertThat(requestsIn(Duration.ofMinutes(30))).isGreaterThanOrEqualTo(28);
    }
}

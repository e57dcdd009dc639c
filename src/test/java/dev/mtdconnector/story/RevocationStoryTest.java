package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Consents that are taken back in Contoso, met by the real adapters, and granted again on Microsoft's page. */
class RevocationStoryTest {

    private static final String BASE = "5fc0ed1c-af1c-4677-827b-76718586c874";

    private static void steps(LocalWorld world, int minutes) throws InterruptedException {
        for (int i = 0; i < minutes * 12; i++) {
            world.step();
        }
    }

    private static JsonNode base(StoryRunner story) {
        return story.run("tenant").json().at("/consents/base");
    }

    private static String syncError(Requests requests, StoryRunner story) {
        return requests.api("/api/v1/connector", String.valueOf(story.values().get("apiKey")))
                .at("/sync/error")
                .asText();
    }

    private static List<String> subjects(LocalWorld world) {
        return world.simulator().mails().mails().stream()
                .map(mail -> mail.subject())
                // Reports of errors are another matter, and have tests of their own.
                .filter(subject -> !subject.startsWith("MTD connector of"))
                .toList();
    }

    @Test
    void aRoleIsRemovedTheAppIsDeletedAndBothAreGrantedAgain() throws InterruptedException {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            StoryRunner story = world.story();
            story.run("onboard", "device-pending");
            Requests requests = new Requests(world);

            requests.control("changes", """
                    {"type": "roleRemoved", "clientId": "%s", "role": "GroupMember.Read.All"}
                    """.formatted(BASE));
            // A token that was issued before has the role still, for an hour at most.
            steps(world, 70);
            assertThat(base(story).path("state").asText()).isEqualTo("incomplete");
            assertThat(base(story).path("missing").toString()).isEqualTo("[\"GroupMember.Read.All\"]");
            assertThat(syncError(requests, story)).isEqualTo("directory.consent-missing");
            assertThat(subjects(world)).hasSize(2);

            story.run("consent-start", "consent-return");
            steps(world, 1);
            assertThat(base(story).path("state").asText()).isEqualTo("granted");
            assertThat(syncError(requests, story)).isEqualTo("null");
            assertThat(subjects(world)).hasSize(3);

            requests.control("changes", """
                    {"type": "consentRevoked", "clientId": "%s"}
                    """.formatted(BASE));
            steps(world, 70);
            assertThat(base(story).path("state").asText()).isEqualTo("none");
            assertThat(subjects(world)).hasSize(4);

            story.run("consent-start", "consent-return");
            steps(world, 1);
            assertThat(base(story).path("state").asText()).isEqualTo("granted");
            assertThat(syncError(requests, story)).isEqualTo("null");
            assertThat(subjects(world))
                    .containsExactlyInAnyOrder(
                            "Connect your organization to the MTD connector for Microsoft Intune",
                            "The MTD connector has lost permissions of Contoso",
                            "The MTD connector works again for Contoso",
                            "The MTD connector has lost permissions of Contoso",
                            "The MTD connector works again for Contoso");
        }
    }
}

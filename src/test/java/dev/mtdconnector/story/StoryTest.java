package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The story of docs/local-world.md, request by request as it stands there, over real Azurite, the simulator over HTTP and
 * the development host; nothing is mocked.
 */
class StoryTest {

    @Test
    void aThreatMakesADeviceNonCompliantAndItsEndCompliantAgain() {
        try (LocalWorld world =
                LocalWorld.start(LocalOptions.forTest(Storage.FRESH_AZURITE).automatic())) {
            StoryRunner story = world.story();

            story.runAll();

            Snapshot snapshot = Snapshot.of(world, story);
            assertThat(snapshot.toldStates()).containsExactly("activated", "secured", "highSeverity", "secured");
            assertThat(snapshot.sendsPerMessage()).allMatch(count -> count == 1);
            assertThat(snapshot.mailSubjects())
                    .containsExactly("Connect your organization to the MTD connector for Microsoft Intune");
            assertThat(snapshot.connectorState()).isEqualTo("enabled");
            assertThat(snapshot.devices()).hasSize(9);

            // Step 8: stop, start again: all state is still there, nothing is sent twice.
            world.restartConnector();
            runEverythingOnce(world);
            Snapshot afterwards = Snapshot.of(world, story);
            assertThat(afterwards).isEqualTo(snapshot);
        }
    }

    private static void runEverythingOnce(LocalWorld world) {
        for (String function : List.of("Tick", "Tick")) {
            world.host().runTimer(function);
        }
        try {
            for (int i = 0; i < 20; i++) {
                world.step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRoleThatIsMissingIsNamedAndLeavesTheConsentIncomplete() {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            StoryRunner story = world.story();
            story.run("onboard");
            Requests requests = new Requests(world);
            requests.control("changes", """
                    {"type": "roleDeclared", "clientId": "5fc0ed1c-af1c-4677-827b-76718586c874",
                     "role": "GroupMember.Read.All", "declared": false}
                    """);

            story.run("consent-start", "consent-accept");
            StoryRunner.Answer page = story.run("consent-return");

            assertThat(page.body()).contains("The consent is incomplete", "GroupMember.Read.All");
            assertThat(page.body()).doesNotContain("User.Read.All");
            JsonNode base = story.run("tenant").json().at("/consents/base");
            assertThat(base.path("state").asText()).isEqualTo("incomplete");
            assertThat(base.path("missing").toString()).isEqualTo("[\"GroupMember.Read.All\"]");
        }
    }
}

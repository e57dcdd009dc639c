package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.mail.CaughtMail;
import dev.mtdconnector.local.story.StoryRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An outage of Intune in the local world, as the error recipient reads of it: sent over SMTP, caught by the catcher. */
class ErrorReportStoryTest {

    private static List<CaughtMail> reports(LocalWorld world) {
        return world.simulator().mails().mails().stream()
                .filter(mail -> mail.subject().startsWith("MTD connector of Contoso"))
                .toList();
    }

    private static void steps(LocalWorld world, int minutes) throws InterruptedException {
        for (int i = 0; i < minutes * 12; i++) {
            world.step();
        }
    }

    @Test
    void anOutageIsOneMailADigestAndARecovered() throws InterruptedException {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            StoryRunner story = world.story();
            story.run("onboard", "device-pending");
            Requests requests = new Requests(world);
            requests.control("faults", """
                    {"method": "PUT", "path": "*PartnerTenantHeartbeat*", "times": 100000, "status": 503}
                    """);
            requests.control("faults", """
                    {"method": "POST", "path": "*PartnerTenantHeartbeat*", "times": 100000, "status": 503}
                    """);
            steps(world, 25);
            assertThat(reports(world)).singleElement().satisfies(mail -> {
                assertThat(mail.subject()).endsWith(": Intune does not answer at the moment");
                assertThat(mail.text()).contains("intune.unavailable", "Correlation id");
            });
            steps(world, 55);
            assertThat(reports(world)).hasSize(2);
            assertThat(reports(world).get(1).subject())
                    .as("a cause of its own")
                    .contains("No heartbeat was acknowledged");
            steps(world, 65);
            assertThat(reports(world)).hasSize(3);
            assertThat(reports(world).get(2).subject()).contains("still");

            requests.forgetFaults();
            steps(world, 35);
            assertThat(reports(world)).hasSize(4);
            assertThat(reports(world).get(3).subject()).contains("recovered");
        }
    }
}

package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.local.host.DevelopmentHost.Mode;
import dev.mtdconnector.local.host.sample.SampleJobs;
import dev.mtdconnector.storage.AzureQueues;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.testing.AzureQueueReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The host over the queues of a real Azurite. */
final class AzuriteHostTest {

    @Test
    void messagesOfRealQueuesRunFailAndArePoisoned() throws IOException {
        String connection = Azurite.shared().connectionString();
        AzureQueues queues = new AzureQueues(StorageSettings.of(connection));
        SampleJobs jobs = new SampleJobs();
        CountDownLatch done = new CountDownLatch(1 + 5);
        jobs.work = input -> {
            done.countDown();
            if (input.equals("bäd")) {
                throw new IllegalStateException("defect");
            }
        };
        HostSettings settings =
                new HostSettings("", Duration.ofMillis(100), Duration.ZERO, 8, 4, 5, Duration.ofMinutes(10));

        try (DevelopmentHost host = DevelopmentHost.start(
                Fixture.parts(Clock.systemUTC(), new AzureQueueReader(connection), queues, 0, settings, jobs),
                Mode.AUTOMATIC)) {
            queues.send("sample-jobs", "good", Duration.ZERO);
            queues.send("sample-jobs", "bäd", Duration.ZERO);
            Fixture.await(done);
            assertThat(Waiting.until(() -> !jobs.poisoned.isEmpty(), Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(host.port()).isPositive();
        }

        assertThat(jobs.messages).hasSize(6).contains("good");
        assertThat(jobs.poisoned).containsExactly("bäd");
        assertThat(new AzureQueueReader(connection).receive("sample-jobs", Duration.ofSeconds(1)))
                .isEmpty();
    }
}

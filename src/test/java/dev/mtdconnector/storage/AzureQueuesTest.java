package dev.mtdconnector.storage;

import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.AzureQueueReader;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.QueueReader.Received;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;

class AzureQueuesTest extends QueueContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private static AzureQueues queues;
    private static AzureQueueReader reader;

    @BeforeAll
    static void connect() {
        String connectionString = Azurite.shared().connectionString();
        queues = new AzureQueues(StorageSettings.of(connectionString));
        reader = new AzureQueueReader(connectionString);
    }

    @Override
    JobQueues queues() {
        return queues;
    }

    @Override
    QueueReader reader() {
        return reader;
    }

    /** Azurite has no clock to move: asks until the message is there. */
    @Override
    Optional<Received> receiveAfter(Duration time, String fromQueue, Duration visibility) {
        long deadline = System.nanoTime() + time.plus(PATIENCE).toNanos();
        Optional<Received> received = reader.receive(fromQueue, visibility);
        while (received.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
            received = reader.receive(fromQueue, visibility);
        }
        return received;
    }
}

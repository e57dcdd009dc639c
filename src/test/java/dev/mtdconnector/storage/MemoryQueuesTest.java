package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.QueueReader.Received;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryQueuesTest extends QueueContract {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final MemoryQueues queues = new MemoryQueues(clock);

    @Override
    JobQueues queues() {
        return queues;
    }

    @Override
    QueueReader reader() {
        return queues;
    }

    @Override
    Optional<Received> receiveAfter(Duration time, String fromQueue, Duration visibility) {
        clock.advance(time);
        return queues.receive(fromQueue, visibility);
    }

    @Test
    void tellsWhatIsVisibleAndWhenTheNextMessageWillBe() {
        assertThat(queues.nextVisibleAt("jobs")).isEmpty();
        queues.send("jobs", "later", Duration.ofMinutes(5));
        assertThat(queues.visibleCount("jobs")).isZero();
        assertThat(queues.count("jobs")).isEqualTo(1);
        assertThat(queues.nextVisibleAt("jobs")).contains(START.plusSeconds(300));

        clock.advance(Duration.ofMinutes(5));
        assertThat(queues.visibleCount("jobs")).isEqualTo(1);
    }
}

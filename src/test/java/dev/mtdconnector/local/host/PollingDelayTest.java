package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PollingDelayTest {

    private static final long SEED = 20261121;

    private final PollingDelay delay = new PollingDelay(Duration.ofSeconds(2), new Random(SEED));

    @Test
    void anIdleQueueIsAskedLessAndLessOftenUpToTheMaximum() {
        List<Duration> delays = Stream.generate(delay::next).limit(8).toList();

        assertThat(delays).as("seed %d", SEED).isSorted();
        assertThat(delays.get(0)).isEqualTo(Duration.ofMillis(100));
        assertThat(delays.get(1)).isBetween(Duration.ofMillis(180), Duration.ofMillis(220));
        assertThat(delays.get(3)).isBetween(Duration.ofMillis(660), Duration.ofMillis(940));
        assertThat(delays.get(7)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aMessageStartsItOver() {
        Stream.generate(delay::next).limit(8).forEach(ignored -> {});

        delay.foundMessage();

        assertThat(delay.next()).isEqualTo(Duration.ofMillis(100));
    }
}

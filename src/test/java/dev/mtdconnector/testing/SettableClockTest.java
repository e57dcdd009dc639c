package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class SettableClockTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final SettableClock clock = new SettableClock(START);

    @Test
    void itStandsStillUntilMovedAndCopiesMoveWithIt() {
        Clock copy = clock.withZone(ZoneId.of("Europe/Berlin"));

        clock.advance(Duration.ofMinutes(1));
        assertThat(copy.instant()).isEqualTo(START.plusSeconds(60));
        clock.set(START);
        assertThat(copy.instant()).isEqualTo(START);
    }

    @Test
    void theSleeperNotesEveryWaitAndMovesTheClock() throws InterruptedException {
        RecordingSleeper sleeper = new RecordingSleeper(clock);

        sleeper.sleep(Duration.ofSeconds(2));
        sleeper.sleep(Duration.ofSeconds(-1));

        assertThat(sleeper.sleeps()).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(-1));
        assertThat(sleeper.total()).isEqualTo(Duration.ofSeconds(2));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(2));
    }

    @Test
    void theSleeperOfAnInterruptedThreadThrows() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> new RecordingSleeper(clock).sleep(Duration.ZERO))
                .isInstanceOf(InterruptedException.class);
    }
}

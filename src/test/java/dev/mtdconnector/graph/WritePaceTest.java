package dev.mtdconnector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class WritePaceTest {

    private static final Duration WINDOW = Duration.ofSeconds(150);
    private static final int LIMIT = 3_000;

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final WritePace pace = new WritePace(clock, new RecordingSleeper(clock));
    private final GraphCaller caller = new GraphCaller(Registration.ATTRIBUTE, "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412");

    @Test
    void aFewWritesDoNotWait() {
        Instant before = clock.instant();
        pace.await(caller, 20);
        pace.await(caller, 20);
        assertThat(clock.instant()).isEqualTo(before);
    }

    @Test
    void inNoWindowThereAreMoreWritesThanGraphTakes() {
        Instant begin = clock.instant();
        Deque<Instant> window = new ArrayDeque<>();
        int written = 0;
        for (int lot = 0; lot < 1_000; lot++) {
            if (lot == 500) {
                clock.advance(Duration.ofMinutes(10)); // a pause saves up no more than a little
            }
            pace.await(caller, 20);
            written += 20;
            for (int i = 0; i < 20; i++) {
                window.add(clock.instant());
            }
            while (!window.peek().plus(WINDOW).isAfter(clock.instant())) {
                window.remove();
            }
            assertThat(window.size()).isLessThanOrEqualTo(LIMIT);
        }
        Duration took = Duration.between(begin, clock.instant()).minusMinutes(10);
        assertThat(took).isLessThan(Duration.ofSeconds(written / 17));
    }

    @Test
    void eachTenantAndEachRegistrationHasItsOwn() {
        Instant before = clock.instant();
        pace.await(caller, WritePace.AT_ONCE);
        pace.await(new GraphCaller(Registration.GROUP, caller.tenantId()), WritePace.AT_ONCE);
        pace.await(new GraphCaller(Registration.ATTRIBUTE, "7c1d9a52-0b83-4a55-9a3e-2f6a8c4d1e90"), WritePace.AT_ONCE);
        assertThat(clock.instant()).isEqualTo(before);
        pace.await(caller, 18);
        assertThat(clock.instant()).isBetween(before.plusMillis(999), before.plusMillis(1001));
    }
}

package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.host.DevelopmentHost.Mode;
import dev.mtdconnector.local.host.sample.SampleJobs;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TimerTriggerTest {

    private final SampleJobs jobs = new SampleJobs();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:30Z"));

    @Test
    void aTimerRunsWhenItsTimeHasComeAndNotBefore() throws IOException {
        try (DevelopmentHost host = manual()) {
            clock.advance(Duration.ofSeconds(29));
            assertThat(host.runDueTimers()).isEmpty();

            clock.advance(Duration.ofSeconds(1));
            assertThat(host.runDueTimers()).extracting(Run::function).containsExactly("EveryMinute");
            assertThat(host.runDueTimers()).isEmpty();
            assertThat(jobs.minutes.get(0)).contains("\"IsPastDue\":false").contains("2026-11-21T09:01:00Z");
        }
    }

    @Test
    void aTimerRunsOnceAfterAGapHoweverLong() throws IOException {
        try (DevelopmentHost host = manual()) {
            clock.advance(Duration.ofDays(3));

            assertThat(host.runDueTimers()).hasSize(1);
            assertThat(host.runDueTimers()).isEmpty();
            assertThat(jobs.minutes).singleElement().asString().contains("\"IsPastDue\":true");
        }
    }

    @Test
    void aTimerThatFailedIsNotRepeatedBeforeItsNextTime() throws IOException {
        jobs.work = input -> {
            throw new IllegalStateException("defect");
        };
        try (DevelopmentHost host = manual()) {
            clock.advance(Duration.ofMinutes(1));

            assertThat(host.runDueTimers()).singleElement().matches(Run::failed);
            assertThat(host.runDueTimers()).isEmpty();
            clock.advance(Duration.ofMinutes(1));
            assertThat(host.runDueTimers()).hasSize(1);
        }
    }

    @Test
    void aTimerCanBeRunByName() throws IOException {
        try (DevelopmentHost host = manual()) {
            assertThat(host.runTimer("EveryMinute").failed()).isFalse();
        }
    }

    @Test
    void aMovedClockWakesATimerWhichDoesNotOverlapWithItself() throws IOException {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        jobs.work = input -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            first.countDown();
            second.countDown();
            Fixture.await(release);
            running.decrementAndGet();
        };
        try (DevelopmentHost host =
                DevelopmentHost.start(Fixture.parts(clock, new MemoryQueues(clock), 0, jobs), Mode.AUTOMATIC)) {
            clock.advance(Duration.ofMinutes(1));
            host.clockMoved();
            Fixture.await(first);
            // Due again while the first run goes on.
            clock.advance(Duration.ofMinutes(5));
            host.clockMoved();
            release.countDown();
            assertThat(Waiting.until(
                            () -> {
                                clock.advance(Duration.ofMinutes(1));
                                host.clockMoved();
                                return second.getCount() == 0;
                            },
                            Duration.ofSeconds(20)))
                    .isTrue();
        }

        assertThat(most).hasValue(1);
    }

    private DevelopmentHost manual() throws IOException {
        return DevelopmentHost.start(Fixture.parts(clock, new MemoryQueues(clock), 0, jobs), Mode.MANUAL);
    }
}

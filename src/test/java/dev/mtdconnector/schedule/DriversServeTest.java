package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.DriverTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.LogCapture;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Twenty tenants, of whom each driver alone keeps every one served, and what each says of the others. */
class DriversServeTest {

    private static final int TENANTS = 20;
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
    private final MemoryTables tables = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final JobTable jobs = new JobTable(tables);
    private final Drivers drivers = new Drivers(new DriverTable(tables), new Tick(jobs, queues, clock), queues, clock);
    private final Map<String, List<Instant>> beats = new TreeMap<>();
    private final JobRunner runner = new JobRunner(
            jobs,
            queues,
            Map.of(JobKind.HEARTBEAT, (tenantId, context) -> {
                beats.computeIfAbsent(tenantId, id -> new ArrayList<>()).add(clock.instant());
                return Outcome.finished();
            }),
            JobRunnerTest.OPEN,
            JobRunnerTest.NO_REPORT,
            Suspension.NONE,
            clock);
    private Set<Driver> alive = EnumSet.allOf(Driver.class);

    private void begin() {
        Schedule schedule = new Schedule(jobs, queues, clock);
        for (int i = 0; i < TENANTS; i++) {
            schedule.every(new UUID(7, i).toString(), JobKind.HEARTBEAT, INTERVAL);
            clock.advance(Duration.ofSeconds(17));
        }
        drivers.timer();
    }

    private void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(Duration.ofSeconds(1));
            long second = clock.instant().getEpochSecond() % 60;
            if (alive.contains(Driver.TIMER) && second == 0) {
                drivers.timer();
            }
            if (alive.contains(Driver.HEALTH) && second % 30 == 7) {
                drivers.health();
            }
            if (alive.contains(Driver.PULSE)) {
                queues.receive(Drivers.QUEUE, VISIBILITY).ifPresent(pulse -> {
                    drivers.pulse(pulse.text());
                    queues.delete(pulse);
                });
            }
            for (int worker = 0; worker < 5; worker++) {
                Optional<QueueReader.Received> message = queues.receive(JobKind.HEARTBEAT.queue(), VISIBILITY);
                message.ifPresent(one -> {
                    runner.run(JobKind.HEARTBEAT, one.text());
                    queues.delete(one);
                });
            }
        }
    }

    private int beats() {
        return beats.values().stream().mapToInt(List::size).sum();
    }

    private Duration longestGapSince(Instant from) {
        Duration longest = Duration.ZERO;
        for (List<Instant> one : beats.values()) {
            Instant before = null;
            for (Instant beat : one) {
                if (before != null && !before.isBefore(from)) {
                    Duration gap = Duration.between(before, beat);
                    longest = gap.compareTo(longest) > 0 ? gap : longest;
                }
                before = beat;
            }
        }
        return longest;
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void anyOneThatComesBackAfterAnHourWithoutAnyCatchesUpWithOneBeatATenantAndKeepsTheInterval(Driver one) {
        begin();
        pass(Duration.ofMinutes(25));
        assertThat(beats).hasSize(TENANTS);
        alive = EnumSet.noneOf(Driver.class);
        pass(Duration.ofMinutes(4));
        int before = beats();
        pass(Duration.ofHours(1));
        assertThat(beats()).as("nobody drives").isEqualTo(before);

        Instant back = clock.instant();
        alive = EnumSet.of(one);
        pass(Duration.ofMinutes(2));
        assertThat(beats()).as("one beat a tenant, not six").isEqualTo(before + TENANTS);
        pass(Duration.ofHours(3));
        assertThat(longestGapSince(back)).isLessThanOrEqualTo(INTERVAL.plusSeconds(60));
        beats.forEach((tenant, times) -> assertThat(times.stream().filter(time -> time.isAfter(back)))
                .as(tenant)
                .hasSizeBetween(18, 20));
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void whileAnyOneIsDeadTheOthersKeepTheInterval(Driver dead) {
        begin();
        alive.remove(dead);
        Instant from = clock.instant();
        pass(Duration.ofHours(2));
        assertThat(beats).hasSize(TENANTS);
        assertThat(longestGapSince(from)).isLessThanOrEqualTo(INTERVAL.plusSeconds(60));
    }

    @Test
    void aDeadChainIsBegunAnewByTheTimerAndByAHealthRequest() {
        for (Driver other : List.of(Driver.TIMER, Driver.HEALTH)) {
            drivers.timer();
            clock.advance(Drivers.INTERVAL);
            queues.receive(Drivers.QUEUE, VISIBILITY).ifPresent(queues::delete);
            assertThat(queues.count(Drivers.QUEUE)).isZero();
            alive = EnumSet.of(other);
            pass(Duration.ofMinutes(8));
            assertThat(queues.count(Drivers.QUEUE)).as(other.label()).isPositive();
            alive = EnumSet.of(Driver.PULSE);
            pass(Duration.ofMinutes(4));
            assertThat(queues.count(Drivers.QUEUE)).as(other.label()).isEqualTo(1);
            assertThat(drivers.isAlive(Driver.PULSE, clock.instant())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Driver.class, names = "TIMER", mode = EnumSource.Mode.EXCLUDE)
    void aDeadTimerIsReportedByWhoeverCarriesOn(Driver other) {
        begin();
        alive = EnumSet.of(other);
        try (LogCapture logs = LogCapture.start()) {
            pass(Duration.ofMinutes(10));
            assertThat(logs.lines())
                    .anyMatch(line -> line.contains("The timer has not fired since")
                            || line.contains("Neither timer nor pulse drove"));
        }
        assertThat(beats).hasSize(TENANTS);
    }
}

package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.DriverTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.LogCapture;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timer, pulse and health request over the real tables; what is alive of them is for each test to say. */
class DriversTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration VISIBILITY = Duration.ofSeconds(30);

    private final SettableClock clock = new SettableClock(START);
    private final MemoryTables tables = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final Faults faults = new Faults();
    private Drivers drivers = start();
    private boolean isTimerAlive = true;
    private boolean isPulseAlive = true;
    private boolean isAskedForHealth;
    private final List<Instant> beats = new ArrayList<>();

    private Drivers start() {
        Tables faulty = faults.around(tables);
        JobTable jobs = new JobTable(faulty);
        JobQueues faultyQueues = faults.around(queues);
        return new Drivers(new DriverTable(faulty), new Tick(jobs, faultyQueues, clock), faultyQueues, clock);
    }

    private Schedule schedule() {
        return new Schedule(new JobTable(tables), queues, clock);
    }

    /** Every second: what is alive drives, and messages are taken by a worker whose processes may end. */
    private void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(SECOND);
            long second = clock.instant().getEpochSecond() % 60;
            if (isTimerAlive && second == 0) {
                survive(drivers::timer);
            }
            if (isAskedForHealth && second % 20 == 7) {
                survive(drivers::health);
            }
            if (isPulseAlive) {
                takePulses();
            }
            work();
        }
    }

    private void takePulses() {
        Optional<QueueReader.Received> message = queues.receive(Drivers.QUEUE, VISIBILITY);
        message.ifPresent(pulse -> {
            if (survive(() -> drivers.pulse(pulse.text()))) {
                queues.delete(pulse);
            }
        });
    }

    private void work() {
        JobRunner runner = new JobRunner(
                new JobTable(tables),
                queues,
                Map.of(JobKind.HEARTBEAT, (tenantId, context) -> {
                    beats.add(clock.instant());
                    return Outcome.finished();
                }),
                JobRunnerTest.OPEN,
                JobRunnerTest.NO_REPORT,
                Suspension.NONE,
                clock);
        queues.receive(JobKind.HEARTBEAT.queue(), VISIBILITY).ifPresent(message -> {
            runner.run(JobKind.HEARTBEAT, message.text());
            queues.delete(message);
        });
    }

    private boolean survive(Runnable step) {
        try {
            step.run();
            return true;
        } catch (Faults.Death end) {
            drivers = start();
            return false;
        }
    }

    private void beatEvery(int minutes) {
        schedule().every(TENANT, JobKind.HEARTBEAT, Duration.ofMinutes(minutes));
    }

    private Duration longestGap() {
        Duration longest = Duration.ZERO;
        for (int i = 1; i < beats.size(); i++) {
            Duration gap = Duration.between(beats.get(i - 1), beats.get(i));
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        return longest;
    }

    private int pulses() {
        return queues.count(Drivers.QUEUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timer", "pulse", "health", "all"})
    void anyOneDriverAloneKeepsATenantServed(String alive) {
        drivers.timer();
        beatEvery(2);
        isTimerAlive = alive.equals("timer") || alive.equals("all");
        isPulseAlive = alive.equals("pulse") || alive.equals("all");
        isAskedForHealth = alive.equals("health") || alive.equals("all");
        pass(Duration.ofHours(1));
        assertThat(beats).hasSizeBetween(18, 31);
        assertThat(longestGap()).isLessThanOrEqualTo(Duration.ofSeconds(alive.equals("health") ? 185 : 180));
        // What was begun anew while nobody took pulses ends without successors.
        isPulseAlive = true;
        pass(Duration.ofMinutes(2));
        assertThat(pulses()).isEqualTo(1);
    }

    @Test
    void withoutAnyDriverNothingRunsAndTheFirstThatComesBackCatchesUpWithOneBeat() {
        drivers.timer();
        beatEvery(1);
        pass(Duration.ofMinutes(5));
        int before = beats.size();
        isTimerAlive = false;
        isPulseAlive = false;
        pass(Duration.ofHours(1));
        assertThat(beats).hasSizeBetween(before, before + 1);
        int missed = beats.size();
        isAskedForHealth = true;
        pass(Duration.ofSeconds(30));
        assertThat(beats).hasSize(missed + 1);
    }

    @Test
    void theTimerBeginsAChainThatEndedAnew() {
        drivers.timer();
        queues.receive(Drivers.QUEUE, VISIBILITY).ifPresent(queues::delete);
        assertThat(pulses()).isZero();
        pass(Duration.ofMinutes(2));
        assertThat(pulses()).isZero();
        pass(Duration.ofMinutes(2));
        assertThat(pulses()).isEqualTo(1);
    }

    @Test
    void aPulseThatComesTwiceHasOneSuccessor() {
        drivers.timer();
        QueueReader.Received pulse = queues.receive(Drivers.QUEUE, VISIBILITY).orElseThrow();
        drivers.pulse(pulse.text());
        drivers.pulse(pulse.text());
        queues.delete(pulse);
        drivers.pulse(pulse.text());
        drivers.pulse("0");
        drivers.pulse("99");
        drivers.pulse("not a number");
        assertThat(pulses()).isEqualTo(1);
    }

    @Test
    void theChainOutlivesAnEndOfTheProcessAtAnyCallAndNeverForks() {
        for (boolean isAfterEffect : new boolean[] {false, true}) {
            for (int call = 1; call <= 12; call++) {
                drivers.timer();
                isTimerAlive = false;
                faults.dieAt(call, isAfterEffect);
                pass(Duration.ofMinutes(1));
                faults.never();
                // The message of a process that ended comes again after its visibility, and is the chain's or nobody's.
                pass(Duration.ofMinutes(3));
                assertThat(pulses()).as("call %s, %s", call, isAfterEffect).isEqualTo(1);
                assertThat(drivers.isAlive(Driver.PULSE, clock.instant()))
                        .as("call %s, %s", call, isAfterEffect)
                        .isTrue();
            }
        }
    }

    @Test
    void whoAsksForHealthDrivesOnlyWhenNothingElseDoesAndOnceAMinute() {
        drivers.health();
        assertThat(drivers.last(Driver.HEALTH)).contains(clock.instant());
        Instant first = clock.instant();
        clock.advance(Duration.ofSeconds(59));
        drivers.health();
        assertThat(drivers.last(Driver.HEALTH)).contains(first);
        clock.advance(SECOND);
        drivers.health();
        assertThat(drivers.last(Driver.HEALTH)).contains(clock.instant());
        drivers.timer();
        Instant last = clock.instant();
        clock.advance(Duration.ofMinutes(2));
        drivers.health();
        assertThat(drivers.last(Driver.HEALTH)).contains(last);
    }

    @Test
    void aDeploymentThatWasJustMadeIsNoAlarm() {
        try (LogCapture logs = LogCapture.start()) {
            drivers.health();
            assertThat(logs.lines()).noneMatch(line -> line.contains("drove"));
            drivers.timer();
            clock.advance(Drivers.PATIENCE);
            drivers.health();
            assertThat(logs.lines()).anyMatch(line -> line.contains("Neither timer nor pulse drove"));
        }
    }

    @Test
    void aTimerThatStoppedIsReportedByThePulse() {
        drivers.timer();
        isTimerAlive = false;
        try (LogCapture logs = LogCapture.start()) {
            pass(Duration.ofMinutes(2));
            assertThat(logs.lines()).noneMatch(line -> line.contains("timer"));
            pass(Duration.ofMinutes(3));
            assertThat(logs.lines()).anyMatch(line -> line.contains("timer has not fired since"));
        }
    }
}

package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.storage.JobTable;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A job that is suspended, or whose gate is closed, waits and comes back. */
class SuspensionTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final JobKind KIND = JobKind.HEARTBEAT;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:05Z"));
    private final MemoryTables tables = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final JobTable store = new JobTable(tables);
    private final Schedule schedule = new Schedule(store, queues, clock);
    private final Tick tick = new Tick(store, queues, clock);
    private final List<String> reports = new ArrayList<>();
    private final List<Instant> runs = new ArrayList<>();
    private TenantJob work = (tenantId, context) -> Outcome.finished();
    private boolean suspended;
    private @Nullable ErrorCode closed;
    private boolean closesOnFailure;
    private final JobRunner runner = runner((tenantId, kind) -> suspended);

    private JobRunner runner(Suspension suspension) {
        return new JobRunner(
                store,
                queues,
                Map.of(KIND, (tenantId, context) -> {
                    runs.add(clock.instant());
                    return work.run(tenantId, context);
                }),
                gate(),
                new JobRunner.FailureReport() {
                    @Override
                    public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
                        reports.add("failed " + failure.code().code());
                    }

                    @Override
                    public void recovered(String tenantId, JobKind kind) {
                        reports.add("recovered");
                    }
                },
                suspension,
                clock);
    }

    private JobGate gate() {
        return new JobGate() {
            @Override
            public Optional<ErrorCode> closed(String tenantId, JobKind kind) {
                return Optional.ofNullable(closed);
            }

            @Override
            public Outcome failed(String tenantId, JobKind kind, UpstreamException failure) {
                return closesOnFailure ? Outcome.waiting(ErrorCode.INTUNE_CONSENT_MISSING) : Outcome.failed(failure);
            }
        };
    }

    private Job job() {
        return schedule.find(TENANT, KIND).orElseThrow();
    }

    private void take() {
        QueueReader.Received message =
                queues.receive(KIND.queue(), Duration.ofSeconds(30)).orElseThrow();
        runner.run(KIND, message.text());
        queues.delete(message);
    }

    /** Lets time go by: a tick each minute, messages when they become visible. Failed messages stay hidden. */
    private void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(Duration.ofSeconds(5));
            if (clock.instant().getEpochSecond() % 60 < 5) {
                tick.run();
            }
            while (queues.visibleCount(KIND.queue()) > 0) {
                take();
            }
        }
    }

    @Test
    void aSuspendedJobIsPutOffWithoutAFailureAndRunsSoonAfterItIsWoken() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(1));
        suspended = true;
        pass(Duration.ofHours(1));
        assertThat(runs).isEmpty();
        assertThat(reports).isEmpty();
        assertThat(job().failures()).isZero();
        assertThat(job().lastErrorCode()).isNull();

        suspended = false;
        schedule.wake(TENANT);
        take();
        assertThat(runs).hasSize(1);
        pass(Duration.ofMinutes(3));
        assertThat(runs).hasSizeBetween(3, 4);
    }

    @Test
    void aJobThatIsNotWokenComesBackByItself() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(1));
        suspended = true;
        pass(Duration.ofMinutes(5));
        suspended = false;
        pass(JobRunner.SUSPENDED_DELAY.plusMinutes(1));
        assertThat(runs).isNotEmpty();
    }

    @Test
    void whoWakesNothingButWhatWaitsMakesNoJobs() {
        schedule.wake(TENANT);
        assertThat(tables.dump().values()).allMatch(List::isEmpty);
        schedule.runNow(TENANT, KIND);
        take();
        schedule.wake(TENANT);
        assertThat(queues.count(KIND.queue())).isZero();
    }

    @Test
    void aRunEndsAtACheckpointWhenItsJobIsSuspended() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(1));
        schedule.runNow(TENANT, KIND);
        work = (tenantId, context) -> {
            context.checkpoint();
            suspended = true;
            clock.advance(JobRunner.LEASE.dividedBy(2).plusSeconds(1));
            context.checkpoint();
            throw new AssertionError("It went on");
        };
        take();
        assertThat(job().leaseUntil()).isNull();
        assertThat(job().dueAt()).isEqualTo(clock.instant().plus(JobRunner.SUSPENDED_DELAY));
        assertThat(reports).isEmpty();
    }

    @Test
    void aJobThatIsWokenWhileItIsPutOffStaysDue() {
        schedule.runNow(TENANT, KIND);
        JobRunner late = runner((tenantId, kind) -> {
            schedule.wake(TENANT);
            return true;
        });
        late.run(KIND, TENANT);
        assertThat(job().isDue(clock.instant())).isTrue();
    }

    @Test
    void aJobWhoseGateIsClosedWaitsWithoutRepeatingItselfAndGoesOnWhenStarted() {
        schedule.every(TENANT, KIND, MINUTE);
        closed = ErrorCode.INTUNE_CONSENT_MISSING;
        pass(Duration.ofHours(3));

        assertThat(runs).isEmpty();
        assertThat(reports).containsExactly("failed intune.consent-missing");
        assertThat(job().lastErrorCode()).isEqualTo("intune.consent-missing");
        assertThat(job().dueAt()).isBetween(clock.instant(), clock.instant().plus(JobRunner.WAITING_LOOK));

        closed = null;
        schedule.runNow(TENANT, KIND);
        take();
        assertThat(runs).containsExactly(clock.instant());
        assertThat(reports).containsExactly("failed intune.consent-missing", "recovered");
        pass(Duration.ofMinutes(3));
        assertThat(runs).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aFailureThatMeansAClosedGateIsNotTriedAgainAndAgain() {
        schedule.every(TENANT, KIND, MINUTE);
        closesOnFailure = true;
        work = (tenantId, context) -> {
            closed = ErrorCode.INTUNE_CONSENT_MISSING;
            throw new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.FORBIDDEN, "no role");
        };
        pass(Duration.ofHours(2));

        assertThat(runs).hasSize(1);
        assertThat(reports).containsExactly("failed intune.consent-missing");
    }

    @Test
    void aWaitingJobThatIsAskedForWhileItLooksRunsOnceMore() {
        closed = ErrorCode.INTUNE_CONSENT_MISSING;
        closesOnFailure = true;
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                // The consent comes back while this run finds it gone.
                schedule.runNow(TENANT, KIND);
                throw new UpstreamException(
                        UpstreamException.Service.INTUNE, UpstreamException.Kind.FORBIDDEN, "no role");
            }
            return Outcome.finished();
        };
        closed = null;
        schedule.runNow(TENANT, KIND);
        pass(MINUTE);

        assertThat(runs).hasSize(2);
        assertThat(job().lastErrorCode()).isNull();
    }

    /** The first run is paused; those that took over ended before they could fence it off: the one that works has to. */
    @Test
    void aTakeoverIsLeftToTheNextRunUntilOneComesToItsEnd() {
        List<Boolean> takenOver = new ArrayList<>();
        work = (tenantId, context) -> {
            takenOver.add(context.hasTakenOver());
            switch (runs.size()) {
                case 1 -> throw new OutOfMemoryError("the process ends, or it seems so");
                case 2 -> throw new IllegalStateException("storage could not be read");
                default -> {
                    return Outcome.finished();
                }
            }
        };
        schedule.runNow(TENANT, KIND);
        assertThatThrownBy(() -> runner.run(KIND, TENANT)).isInstanceOf(OutOfMemoryError.class);
        clock.advance(JobRunner.LEASE.plusSeconds(1));
        closed = ErrorCode.INTUNE_CONSENT_MISSING;
        runner.run(KIND, TENANT);
        closed = null;
        suspended = true;
        ask();
        suspended = false;
        schedule.runNow(TENANT, KIND);
        assertThatThrownBy(() -> runner.run(KIND, TENANT)).isInstanceOf(IllegalStateException.class);
        ask();
        ask();
        assertThat(takenOver).containsExactly(false, true, true, false);
    }

    private void ask() {
        schedule.runNow(TENANT, KIND);
        runner.run(KIND, TENANT);
    }
}

package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/** A suspended job waits, without failing, and comes back. */
class SuspensionTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final JobKind KIND = JobKind.HEARTBEAT;

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
    private final JobRunner runner = runner((tenantId, kind) -> suspended);

    private JobRunner runner(Suspension suspension) {
        return new JobRunner(
                store,
                queues,
                Map.of(KIND, (tenantId, context) -> {
                    runs.add(clock.instant());
                    return work.run(tenantId, context);
                }),
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

    private long indexEntries() {
        return tables.dump().getOrDefault("due", List.of()).size();
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
}

package dev.mtdconnector.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Schedule, tick and runner together, over the real table of jobs. */
class JobRunnerTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:05Z");
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final JobKind KIND = JobKind.HEARTBEAT;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    static final JobRunner.FailureReport NO_REPORT = new JobRunner.FailureReport() {
        @Override
        public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void recovered(String tenantId, JobKind kind) {
            throw new AssertionError("There was no failure");
        }
    };

    static final JobGate OPEN = new JobGate() {
        @Override
        public Optional<ErrorCode> closed(String tenantId, JobKind kind) {
            return Optional.empty();
        }

        @Override
        public Outcome failed(String tenantId, JobKind kind, UpstreamException failure) {
            return Outcome.failed(failure);
        }
    };

    private final SettableClock clock = new SettableClock(START);
    private final MemoryTables tables = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final JobTable store = new JobTable(tables);
    private final Schedule schedule = new Schedule(store, queues, clock);
    private final Tick tick = new Tick(store, queues, clock);
    private final List<String> reports = new ArrayList<>();
    private final List<Instant> runs = new ArrayList<>();
    private TenantJob work = (tenantId, context) -> Outcome.finished();
    private final JobRunner runner = new JobRunner(
            store,
            queues,
            Map.of(KIND, (tenantId, context) -> {
                runs.add(clock.instant());
                return work.run(tenantId, context);
            }),
            OPEN,
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
            Suspension.NONE,
            clock);

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
    void aJobThatWasAskedForRunsOnceAndIsDueNoMore() {
        schedule.runNow(TENANT, KIND);
        take();

        assertThat(runs).hasSize(1);
        assertThat(job().dueAt()).isEqualTo(Job.NEVER);
        assertThat(job().lastSuccessAt()).isEqualTo(START);
        assertThat(indexEntries()).isZero();
        pass(Duration.ofMinutes(10));
        assertThat(runs).hasSize(1);
    }

    @Test
    void aMessageForAJobThatIsNotDueOrNotThereDoesNothing() {
        runner.run(KIND, TENANT);
        schedule.every(TENANT, KIND, Duration.ofMinutes(10));
        runner.run(KIND, TENANT);
        runner.run(KIND, "no tenant / at all");

        assertThat(runs).isEmpty();
        assertThat(queues.count(KIND.queue())).isZero();
    }

    @Test
    void aJobThatSaysWhenItIsNeededNextIsLeftAloneUntilThen() {
        Instant next = START.plus(Duration.ofDays(300));
        work = (tenantId, context) -> runs.size() == 1 ? Outcome.finishedUntil(next) : Outcome.finished();
        schedule.runNow(TENANT, KIND);
        take();
        assertThat(job().dueAt()).isEqualTo(next);
        assertThat(queues.count(KIND.queue()))
                .as("no message can be hidden for so long")
                .isZero();

        clock.set(next.minus(MINUTE));
        pass(Duration.ofMinutes(3));
        assertThat(runs).hasSize(2);
        assertThat(job().dueAt()).isEqualTo(Job.NEVER);
    }

    @Test
    void aJobOfAnIntervalKeepsItsBeat() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(10));
        pass(Duration.ofMinutes(61));

        assertThat(runs).hasSize(6);
        assertThat(job().dueAt()).isEqualTo(START.plus(Duration.ofMinutes(70)));
        assertThat(indexEntries()).isEqualTo(1);
    }

    @Test
    void anIntervalThatIsSetAgainChangesNothingAndAShorterOneBringsTheRunForward() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(60));
        long writes = tables.writes("jobs");
        clock.advance(MINUTE);
        schedule.every(TENANT, KIND, Duration.ofMinutes(60));
        assertThat(tables.writes("jobs")).isEqualTo(writes);

        schedule.every(TENANT, KIND, Duration.ofMinutes(5));
        assertThat(job().dueAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(5)));
        schedule.every(TENANT, KIND, Duration.ofMinutes(30));
        assertThat(job().dueAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(5)));
        assertThat(job().everySeconds()).isEqualTo(1800);
    }

    @Test
    void whatIsAskedForDuringARunIsRunAgainAtOnceEvenIfItsMessageMetTheRun() {
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                schedule.runNow(TENANT, KIND);
                take();
            }
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        take();

        assertThat(runs).as("the message of the asking waits for the lease").hasSize(1);
        assertThat(queues.visibleCount(KIND.queue())).isEqualTo(1);
        take();
        assertThat(runs).hasSize(2);
        pass(Duration.ofMinutes(5));
        assertThat(runs).hasSize(2);
    }

    @Test
    void whatIsEnsuredDuringARunIsRunAgainAfterTheDelay() {
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                schedule.ensure(TENANT, KIND, MINUTE);
            }
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        pass(Duration.ofMinutes(5));

        assertThat(runs).hasSize(2);
        assertThat(runs.get(1)).isAfterOrEqualTo(runs.get(0).plus(MINUTE).minusSeconds(2));
    }

    @Test
    void aJobThatWasDueWhenItWasEnsuredStillRunsAfterTheChange() {
        schedule.runNow(TENANT, KIND);
        schedule.ensure(TENANT, KIND, MINUTE);
        take();
        assertThat(runs).as("before the change was stored").hasSize(1);

        pass(Duration.ofMinutes(5));
        assertThat(runs).as("and once after it").hasSize(2);
        assertThat(job().dueAt()).isEqualTo(Job.NEVER);
    }

    @Test
    void twoThatEnsureAtDifferentTimesBothGetARunAfterTheirs() {
        schedule.ensure(TENANT, KIND, MINUTE);
        clock.advance(Duration.ofSeconds(30));
        schedule.ensure(TENANT, KIND, MINUTE);
        Instant last = clock.instant().plus(MINUTE);
        pass(Duration.ofMinutes(6));

        assertThat(runs).isNotEmpty().anyMatch(run -> !run.isBefore(last));
        assertThat(runs).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aMessageThatMeetsAnotherRunComesBackWhenItsLeaseEnds() {
        schedule.runNow(TENANT, KIND);
        work = (tenantId, context) -> {
            runner.run(KIND, TENANT);
            return Outcome.finished();
        };
        take();

        assertThat(runs).hasSize(1);
        assertThat(queues.nextVisibleAt(KIND.queue()))
                .contains(START.plus(JobRunner.LEASE).plusSeconds(1));
    }

    @Test
    void aRunThatThrowsGivesItsLeaseBackAndTheMessageComesAgain() {
        work = (tenantId, context) -> {
            throw new IllegalStateException("a defect");
        };
        schedule.runNow(TENANT, KIND);
        assertThatThrownBy(this::take).isInstanceOf(IllegalStateException.class);
        assertThat(job().isLeased(clock.instant())).isFalse();
        assertThat(job().isDue(clock.instant())).isTrue();

        work = (tenantId, context) -> Outcome.finished();
        pass(MINUTE);
        assertThat(runs).hasSize(2);
        assertThat(queues.count(KIND.queue())).isZero();
    }

    @Test
    void aRunWhoseProcessEndedIsRepeatedByTheTickEvenIfItsMessageIsLost() {
        work = (tenantId, context) -> {
            throw new OutOfMemoryError("the process ends");
        };
        schedule.runNow(TENANT, KIND);
        assertThatThrownBy(this::take).isInstanceOf(OutOfMemoryError.class);
        queues.peek(KIND.queue())
                .forEach(message -> assertThat(queues.delete(message)).isTrue());
        assertThat(job().isLeased(clock.instant())).isTrue();

        work = (tenantId, context) -> Outcome.finished();
        pass(Duration.ofMinutes(4));
        assertThat(runs).hasSize(2);
        assertThat(job().lastSuccessAt()).isNotNull();
    }

    @Test
    void aRunThatWasOvertakenNoticesAtItsNextCheckpointAndConcludesNothing() {
        List<String> written = new ArrayList<>();
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                clock.advance(JobRunner.LEASE.plusSeconds(1));
                runner.run(KIND, TENANT);
                context.checkpoint();
                written.add("by the one that was overtaken");
                return Outcome.failed(ErrorCode.INTERNAL, "never told");
            }
            written.add("by the other");
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        assertThatCode(this::take).doesNotThrowAnyException();

        assertThat(written).containsExactly("by the other");
        assertThat(reports).isEmpty();
        assertThat(job().lastErrorCode()).isNull();
        assertThat(job().failures()).isZero();
    }

    @Test
    void checkpointsKeepALongRunsLease() {
        work = (tenantId, context) -> {
            for (int i = 0; i < 10; i++) {
                clock.advance(Duration.ofSeconds(40));
                context.checkpoint();
                runner.run(KIND, TENANT);
            }
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        take();

        assertThat(runs).hasSize(1);
        assertThat(job().lastSuccessAt()).isEqualTo(clock.instant());
    }

    @Test
    void checkpointsInQuickSuccessionCostNothing() {
        schedule.runNow(TENANT, KIND);
        long before = tables.writes("jobs");
        work = (tenantId, context) -> {
            for (int i = 0; i < 1000; i++) {
                context.checkpoint();
            }
            return Outcome.finished();
        };
        take();

        assertThat(tables.writes("jobs") - before).as("lease and conclusion").isEqualTo(2);
    }

    @Test
    void aFailureBacksOffUpToTheInterval() {
        work = (tenantId, context) -> Outcome.failed(ErrorCode.INTUNE_UNAVAILABLE, "down");
        schedule.every(TENANT, KIND, Duration.ofMinutes(5));
        schedule.runNow(TENANT, KIND);
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Instant at = clock.instant();
            runner.run(KIND, TENANT);
            delays.add(Duration.between(at, job().dueAt()));
            clock.set(job().dueAt());
        }

        assertThat(delays).extracting(Duration::toSeconds).containsExactly(30L, 60L, 120L, 240L, 300L, 300L, 300L);
        assertThat(job().failures()).isEqualTo(7);
        assertThat(job().lastErrorCode()).isEqualTo("intune.unavailable");
        assertThat(reports).hasSize(7).containsOnly("failed intune.unavailable");
    }

    @Test
    void aSuccessAfterAFailureIsReportedOnceAndForgetsTheFailures() {
        work = (tenantId, context) -> {
            throw new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down");
        };
        schedule.runNow(TENANT, KIND);
        take();
        work = (tenantId, context) -> Outcome.finished();
        pass(Duration.ofMinutes(3));

        assertThat(reports).containsExactly("failed intune.unavailable", "recovered");
        assertThat(job().failures()).isZero();
        assertThat(job().lastErrorCode()).isNull();
    }

    @Test
    void retryAfterHoldsWhoeverAsksMeanwhile() {
        Duration asked = Duration.ofMinutes(20);
        work = (tenantId, context) -> {
            throw new UpstreamException(
                    UpstreamException.Service.INTUNE, UpstreamException.Kind.THROTTLED, "busy", asked, null);
        };
        schedule.every(TENANT, KIND, MINUTE);
        schedule.runNow(TENANT, KIND);
        take();
        Instant until = START.plus(asked);
        assertThat(job().dueAt()).isEqualTo(until);

        work = (tenantId, context) -> Outcome.finished();
        schedule.runNow(TENANT, KIND);
        schedule.ensure(TENANT, KIND, MINUTE);
        pass(Duration.ofMinutes(19));
        assertThat(runs).hasSize(1);
        pass(Duration.ofMinutes(2));
        assertThat(runs).hasSizeGreaterThanOrEqualTo(2);
        assertThat(runs.get(1)).isAfterOrEqualTo(until.minusSeconds(2));
        assertThat(job().notBefore()).isNull();
    }

    @Test
    void moreToDoIsDoneAfterItsDelayAndIsNoSuccessYet() {
        work = (tenantId, context) -> runs.size() < 3 ? Outcome.again(Duration.ofSeconds(2)) : Outcome.finished();
        schedule.every(TENANT, KIND, Duration.ofMinutes(10));
        schedule.runNow(TENANT, KIND);
        take();
        assertThat(job().lastSuccessAt()).isNull();
        assertThat(queues.nextVisibleAt(KIND.queue())).contains(START.plusSeconds(2));
        pass(Duration.ofSeconds(30));

        assertThat(runs).hasSize(3);
        assertThat(job().lastSuccessAt()).isNotNull();
        assertThat(queues.count(KIND.queue())).isZero();
    }

    @Test
    void moreToDoWhoseMessageIsLostIsFoundByTheTick() {
        work = (tenantId, context) -> runs.size() < 2 ? Outcome.again(Duration.ofSeconds(2)) : Outcome.finished();
        schedule.runNow(TENANT, KIND);
        take();
        queues.peek(KIND.queue())
                .forEach(message -> assertThat(queues.delete(message)).isTrue());

        pass(Duration.ofMinutes(4));
        assertThat(runs).hasSize(2);
    }

    @Test
    void askedForDuringARunThatHasMoreToDoIsNotHeldUpByItsDelay() {
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                schedule.runNow(TENANT, KIND);
                return Outcome.again(Duration.ofMinutes(30));
            }
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        pass(Duration.ofSeconds(10));

        assertThat(runs).hasSize(2);
    }

    @Test
    void anObsoleteJobLeavesNothingBehind() {
        work = (tenantId, context) -> Outcome.obsolete();
        schedule.every(TENANT, KIND, Duration.ofMinutes(10));
        schedule.runNow(TENANT, KIND);
        take();

        assertThat(schedule.find(TENANT, KIND)).isEmpty();
        assertThat(indexEntries()).isZero();
    }

    @Test
    void anObsoleteJobThatWasAskedForMeanwhileIsRunAgain() {
        work = (tenantId, context) -> {
            if (runs.size() == 1) {
                schedule.every(TENANT, KIND, Duration.ofMinutes(10));
                schedule.runNow(TENANT, KIND);
                return Outcome.obsolete();
            }
            return Outcome.finished();
        };
        schedule.runNow(TENANT, KIND);
        pass(Duration.ofSeconds(10));

        assertThat(runs).hasSize(2);
        assertThat(job().everySeconds()).isEqualTo(600);
    }

    @Test
    void ticksAtTheSameTimeSendOneMessage() {
        schedule.every(TENANT, KIND, MINUTE);
        clock.advance(MINUTE);
        Tick other = new Tick(store, queues, clock);

        assertThat(tick.run() + other.run() + tick.run()).isEqualTo(1);
        assertThat(queues.count(KIND.queue())).isEqualTo(1);
    }

    @Test
    void aMessageThatNobodyTookIsSentAgainOnlyAfterAWhile() {
        schedule.every(TENANT, KIND, MINUTE);
        clock.advance(MINUTE);
        tick.run();
        clock.advance(MINUTE);
        assertThat(tick.run()).isZero();
        clock.advance(MINUTE);
        assertThat(tick.run()).isEqualTo(1);
    }

    @Test
    void theFirstTickAfterALongGapRunsEachJobOnce() {
        for (int i = 0; i < 30; i++) {
            schedule.every("tenant-" + i, KIND, Duration.ofMinutes(5));
        }
        clock.advance(Duration.ofHours(20));
        assertThat(tick.run()).isEqualTo(30);
        while (queues.visibleCount(KIND.queue()) > 0) {
            take();
        }
        assertThat(runs).hasSize(30);
        assertThat(tick.run()).isZero();
        assertThat(store.find("tenant-3", KIND).orElseThrow().dueAt())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(5)));
    }

    @Test
    void aTickLooksBehindPagesThatAreEmptyOrShort() {
        tables.withRaggedPages();
        for (int i = 0; i < 30; i++) {
            schedule.every("tenant-" + i, KIND, MINUTE);
        }
        clock.advance(MINUTE);

        assertThat(tick.run()).isEqualTo(30);
    }

    @Test
    void anIndexEntryThatIsBeingWrittenIsNotTakenForStale() {
        JobStore.Hint early = new JobStore.Hint(TENANT, KIND, START.minusSeconds(30));
        JobTable interrupted =
                new JobTable(name -> name.equals("jobs") ? dying(tables.table(name)) : tables.table(name));
        assertThatThrownBy(
                        () -> interrupted.replace(null, Job.first(TENANT, KIND).due(early.dueAt())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(indexEntries()).isEqualTo(1);

        assertThat(tick.run()).isZero();
        assertThat(indexEntries()).as("its writer may still be at work").isEqualTo(1);
        clock.advance(Tick.HINT_PATIENCE);
        tick.run();
        assertThat(indexEntries()).as("its writer is gone").isZero();
    }

    /** A table in which every write is the end. */
    private static Table dying(Table table) {
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return table.get(partition, key);
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                return table.query(range, limit, continuation);
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                throw new IllegalStateException("the end");
            }
        };
    }

    @Test
    void whoRemovesAnOldIndexEntryDoesNotHitTheOneThatSomebodyWritesForTheSameMinute() {
        schedule.runNow(TENANT, KIND);
        Job first = job();
        Job moved = store.replace(first, first.due(START.plusSeconds(600))).orElseThrow();
        clock.advance(Duration.ofSeconds(1));
        schedule.runNow(TENANT, KIND);
        assertThat(moved.dueAt()).isAfter(job().dueAt());

        store.forget(JobStore.Hint.of(first));

        assertThat(store.dueUntil(clock.instant(), 10, null).hints()).containsExactly(JobStore.Hint.of(job()));
    }

    @Test
    void manyWhoAskBeforeTheRunBeginsShareAMessage() {
        for (int i = 0; i < 100; i++) {
            schedule.runNow(TENANT, KIND);
        }
        assertThat(queues.count(KIND.queue())).isEqualTo(1);
    }

    @Test
    void whatIsStoredBeforeAJobIsAskedForIsSeenByARunHoweverManyAskAtOnce() throws InterruptedException {
        AtomicInteger stored = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        JobRunner looking = new JobRunner(
                store,
                queues,
                Map.of(KIND, (tenantId, context) -> {
                    seen.set(stored.get());
                    return Outcome.finished();
                }),
                OPEN,
                NO_REPORT,
                Suspension.NONE,
                clock);
        Runnable asking = () -> {
            for (int n = 0; n < 500; n++) {
                stored.incrementAndGet();
                schedule.runNow(TENANT, KIND);
            }
        };
        Runnable running = () -> {
            for (int n = 0; n < 3000; n++) {
                queues.receive(KIND.queue(), Duration.ofDays(1)).ifPresent(message -> {
                    looking.run(KIND, message.text());
                    queues.delete(message);
                });
            }
        };
        List<Thread> threads = new ArrayList<>();
        for (Runnable runnable : List.of(asking, asking, running, running)) {
            Thread thread = new Thread(runnable);
            thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        while (queues.visibleCount(KIND.queue()) > 0) {
            queues.receive(KIND.queue(), Duration.ofDays(1)).ifPresent(message -> looking.run(KIND, message.text()));
        }

        assertThat(failures).isEmpty();
        assertThat(seen).hasValue(1000);
    }

    @Test
    void aPoisonedMessageIsAnErrorUntilTheJobSucceeds() {
        schedule.runNow(TENANT, KIND);
        runner.poisoned(KIND, TENANT);
        assertThat(job().lastErrorCode()).isEqualTo("job.poisoned");
        take();

        assertThat(reports).containsExactly("failed job.poisoned", "recovered");
        runner.poisoned(KIND, "another-tenant");
        assertThat(store.find("another-tenant", KIND)).isEmpty();
    }

    @Test
    void aClockThatGoesBackOnlyDelaysARun() {
        schedule.every(TENANT, KIND, Duration.ofMinutes(5));
        clock.advance(Duration.ofMinutes(5));
        runner.run(KIND, TENANT);
        clock.set(START);
        runner.run(KIND, TENANT);
        assertThat(runs).hasSize(1);
        pass(Duration.ofMinutes(12));
        assertThat(runs).hasSize(2);
    }
}

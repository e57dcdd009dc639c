package dev.mtdconnector.schedule;

import dev.mtdconnector.common.Correlation;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a job whose message arrived: one run of a job at a time, under a lease; then sets when it is due next.
 *
 * <p>A message is only a hint to look: for a job that is not due it does nothing, so repeated and late messages are
 * harmless. A message that meets another run comes back when that run's lease ends.
 */
public final class JobRunner {

    /** How long a run holds its job without a sign of life. */
    static final Duration LEASE = Duration.ofSeconds(60);

    /** After this a job that waits is looked at again: a release may have changed what it waits for. */
    static final Duration WAITING_LOOK = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /** How soon a suspended job is looked at again, if nobody wakes it before. */
    static final Duration SUSPENDED_DELAY = Duration.ofMinutes(10);

    /** Somebody wins each round, so nobody who keeps on loses for long; this only ends what cannot be true. */
    private static final int TRIES = 100;

    /** A delayed message may arrive a little early by our clock. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final JobStore store;
    private final JobQueues queues;
    private final Map<JobKind, TenantJob> jobs;
    private final JobGate gate;
    private final FailureReport failures;
    private final Suspension suspension;
    private final Clock clock;

    public JobRunner(
            JobStore store,
            JobQueues queues,
            Map<JobKind, TenantJob> jobs,
            JobGate gate,
            FailureReport failures,
            Suspension suspension,
            Clock clock) {
        this.store = store;
        this.queues = queues;
        this.jobs = Map.copyOf(jobs);
        this.gate = gate;
        this.failures = failures;
        this.suspension = suspension;
        this.clock = clock;
    }

    /** Where failures of jobs are recorded for people to see. */
    public interface FailureReport {

        /** The job failed; a repeated failure of the same code is the same record. */
        void failed(String tenantId, JobKind kind, Outcome.Failed failure);

        /** The job succeeded after it had failed. */
        void recovered(String tenantId, JobKind kind);

        /** A run ended by a defect of ours, or of storage; the queue delivers its message again. */
        default void broke(String tenantId, JobKind kind, RuntimeException cause) {}

        /** The queue gave up delivering: until the job succeeds it needs somebody to look at it. */
        default void poisoned(String tenantId, JobKind kind) {
            failed(
                    tenantId,
                    kind,
                    new Outcome.Failed(ErrorCode.JOB_POISONED, "The message was given up by its queue", null));
        }
    }

    /**
     * Runs the job if it is due and no other run holds it; a suspended one is put off.
     *
     * @throws RuntimeException whatever the work or storage failed with, but an upstream's failure: the queue is to
     *     deliver the message again
     */
    public void run(JobKind kind, String tenantId) {
        try (Correlation.Scope scope = Correlation.begin()) {
            runNow(kind, tenantId);
        }
    }

    private void runNow(JobKind kind, String tenantId) {
        Instant now = clock.instant();
        Optional<Job> found = store.find(tenantId, kind);
        if (found.isEmpty() || !found.get().isDue(now.plus(TOLERANCE))) {
            return;
        }
        Job job = found.get();
        Instant leaseUntil = job.leaseUntil();
        if (leaseUntil != null && leaseUntil.isAfter(now)) {
            queues.send(
                    kind.queue(), tenantId, Duration.between(now, leaseUntil).plusSeconds(1));
            return;
        }
        Optional<Job> leased = store.replace(job, job.leased(UUID.randomUUID().toString(), now, now.plus(LEASE)));
        if (leased.isEmpty()) {
            // Somebody else was faster; the message must not be lost if it was not another run that was.
            queues.send(kind.queue(), tenantId, Duration.ofSeconds(1));
            return;
        }
        Run run = new Run(leased.get(), leaseUntil != null, triggerOf(job));
        try {
            // Asked under the lease: see Suspension.
            if (suspension.stops(tenantId, kind)) {
                putOff(run);
            } else {
                finish(run, outcome(run));
            }
        } catch (JobContext.StoppedException e) {
            LOG.info("{} of {} was suspended while it ran", kind.queue(), tenantId);
            putOff(run);
        } catch (JobContext.LeaseLostException e) {
            LOG.warn("{} of {} was overtaken by another run", kind.queue(), tenantId);
        } catch (RuntimeException e) {
            note(run, e);
            release(run);
            throw e;
        }
    }

    /** So that whoever finds the message given up knows why; when storage is what fails it cannot be noted. */
    private void note(Run run, RuntimeException cause) {
        try {
            failures.broke(run.job.tenantId(), run.job.kind(), cause);
        } catch (RuntimeException e) {
            LOG.warn("Why {} broke was not recorded", run.job.kind().queue(), e);
        }
    }

    /** No result and no failure: the job is due again later, or when somebody wakes it. */
    private void putOff(Run run) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Job current = store.find(run.job.tenantId(), run.job.kind()).orElse(null);
            if (current == null || !isMine(current, run.job)) {
                return;
            }
            // Who asked for it since may have done so because it is suspended no longer: then it stays due.
            Job released = run.released(current);
            Job next = current.asked() == run.askedAtStart
                    ? released.due(clock.instant().plus(SUSPENDED_DELAY))
                    : released;
            if (store.replace(current, next).isPresent()) {
                return;
            }
        }
        throw new IllegalStateException("Job " + run.job.kind() + " is changed by too many at once");
    }

    private Outcome outcome(Run run) {
        TenantJob work = jobs.get(run.job.kind());
        if (work == null) {
            throw new IllegalStateException("No work is wired for " + run.job.kind());
        }
        String tenantId = run.job.tenantId();
        JobKind kind = run.job.kind();
        Optional<ErrorCode> closed = gate.closed(tenantId, kind);
        if (closed.isPresent()) {
            return Outcome.waiting(closed.get());
        }
        run.hasBegun = true;
        try {
            return work.run(tenantId, run);
        } catch (UpstreamException e) {
            return run.outcomeOf(e);
        }
    }

    private static Trigger triggerOf(Job job) {
        Trigger asked = job.trigger();
        if (asked != null) {
            return asked;
        }
        return job.failures() > 0 ? Trigger.RETRY : Trigger.SCHEDULE;
    }

    private void finish(Run run, Outcome outcome) {
        Job before = run.job;
        if (outcome instanceof Outcome.Obsolete) {
            if (!store.remove(before)) {
                // Somebody changed or asked for it meanwhile, so it may be needed again.
                release(run);
                queues.send(before.kind().queue(), before.tenantId(), Duration.ZERO);
            }
            return;
        }
        if (outcome instanceof Outcome.Failed failed) {
            failures.failed(before.tenantId(), before.kind(), failed);
        } else if (outcome instanceof Outcome.Waiting waiting) {
            if (!waiting.code().code().equals(before.lastErrorCode())) {
                failures.failed(before.tenantId(), before.kind(), new Outcome.Failed(waiting.code(), "It waits", null));
            }
        } else if (outcome instanceof Outcome.Finished && before.lastErrorCode() != null) {
            failures.recovered(before.tenantId(), before.kind());
        }
        conclude(run, outcome);
    }

    /** Writes the result and sends the message of a next run that is near; a later one is the tick's. */
    private void conclude(Run run, Outcome outcome) {
        Job mine = run.job;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Job current = store.find(mine.tenantId(), mine.kind()).orElse(null);
            if (current == null || !isMine(current, mine)) {
                return;
            }
            Instant now = clock.instant();
            Job next = concluded(current, outcome, now);
            if (run.hasTakenOver && !run.hasBegun) {
                next = next.stillTakenOver(now);
            }
            if (current.asked() != run.askedAtStart) {
                // The message of that asking may have met this run and wait for the end of its lease.
                next = next.dueAtTheLatest(now);
            }
            Instant againAt = current.againAt();
            if (againAt != null) {
                next = next.dueAtTheLatest(againAt);
            }
            boolean isNear = next.isDue(now) || outcome instanceof Outcome.Again;
            if (store.replace(current, isNear ? next.enqueued(now) : next).isPresent()) {
                if (isNear) {
                    Duration delay = next.isDue(now) ? Duration.ZERO : Duration.between(now, next.dueAt());
                    queues.send(mine.kind().queue(), mine.tenantId(), delay);
                }
                return;
            }
        }
        throw new IllegalStateException("Job " + mine.kind() + " is changed by too many at once");
    }

    /**
     * Records that a queue gave up a message of this job after it failed again and again. Of a job that is gone, with its
     * tenant perhaps, nothing is recorded: nothing would ever close or delete that record.
     */
    public void poisoned(JobKind kind, String tenantId) {
        if (store.find(tenantId, kind).isEmpty()) {
            LOG.warn("A message of {} was given up, whose job is gone", kind.queue());
            return;
        }
        ErrorCode code = ErrorCode.JOB_POISONED;
        try (Correlation.Scope scope = Correlation.begin()) {
            failures.poisoned(tenantId, kind);
        }
        // So that the next run that succeeds knows that there is something to recover from.
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Job> job = store.find(tenantId, kind);
            if (job.isEmpty()
                    || store.replace(job.get(), job.get().withError(code.code()))
                            .isPresent()) {
                return;
            }
        }
    }

    private static Job concluded(Job job, Outcome outcome, Instant now) {
        if (outcome instanceof Outcome.Failed failed) {
            Duration asked = failed.retryAfter();
            return job.failed(failed.code().code(), asked == null ? null : now.plus(asked))
                    .due(now.plus(retryDelay(job)));
        }
        if (outcome instanceof Outcome.Waiting waiting) {
            return job.waiting(waiting.code().code()).due(now.plus(WAITING_LOOK));
        }
        if (outcome instanceof Outcome.Again again) {
            return job.released().due(now.plus(again.delay()));
        }
        Job done = job.succeeded(now);
        Instant nextAt = outcome instanceof Outcome.Finished finished ? finished.nextAt() : null;
        if (nextAt != null) {
            return done.due(nextAt);
        }
        return done.everySeconds() > 0 ? done.due(nextDue(job, now)) : done.due(Job.NEVER);
    }

    /** Keeps the beat: the next run is counted from when this one was due, unless that has passed. */
    private static Instant nextDue(Job job, Instant now) {
        Instant next = job.dueAt().plusSeconds(job.everySeconds());
        return next.isAfter(now) ? next : now.plusSeconds(job.everySeconds());
    }

    private static Duration retryDelay(Job job) {
        Duration most = job.everySeconds() > 0 ? Duration.ofSeconds(job.everySeconds()) : Duration.ofMinutes(10);
        Duration own = JobKind.FIRST_RETRY.multipliedBy(1L << Math.min(job.failures(), 6));
        return own.compareTo(most) > 0 ? most : own;
    }

    private static boolean isMine(Job current, Job mine) {
        return current.lease() != null && current.lease().equals(mine.lease());
    }

    private void release(Run run) {
        try {
            Job current = store.find(run.job.tenantId(), run.job.kind()).orElse(null);
            if (current != null && isMine(current, run.job)) {
                store.replace(current, run.released(current));
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "The lease of {} was not given back and runs out by itself",
                    run.job.kind().queue(),
                    e);
        }
    }

    /** One run: its job as it holds it. */
    private final class Run implements JobContext {

        private final long askedAtStart;
        private final boolean hasTakenOver;
        private final Trigger trigger;
        private Job job;
        /** Whether the work could begin: until then nobody was overtaken for good. */
        private boolean hasBegun;

        private Run(Job job, boolean hasTakenOver, Trigger trigger) {
            this.job = job;
            this.hasTakenOver = hasTakenOver;
            this.trigger = trigger;
            this.askedAtStart = job.asked();
        }

        /** The job without this run, which did not come to its end. */
        private Job released(Job current) {
            return hasTakenOver ? current.stillTakenOver(clock.instant()) : current.released();
        }

        @Override
        public boolean hasTakenOver() {
            return hasTakenOver;
        }

        @Override
        public Trigger trigger() {
            return trigger;
        }

        @Override
        public Outcome outcomeOf(UpstreamException failure) {
            LOG.warn("{} of {} failed upstream: {}", job.kind().queue(), job.tenantId(), failure.getMessage());
            return gate.failed(job.tenantId(), job.kind(), failure);
        }

        @Override
        public void checkpoint() {
            Instant now = clock.instant();
            Instant until = job.leaseUntil();
            if (until != null && until.minus(LEASE.dividedBy(2)).isAfter(now)) {
                return;
            }
            for (int attempt = 0; attempt < TRIES; attempt++) {
                Job current = store.find(job.tenantId(), job.kind()).orElse(null);
                if (current == null || !isMine(current, job)) {
                    throw new LeaseLostException();
                }
                if (suspension.stops(job.tenantId(), job.kind())) {
                    throw new StoppedException();
                }
                Optional<Job> renewed = store.replace(current, current.prolonged(now.plus(LEASE)));
                if (renewed.isPresent()) {
                    job = renewed.get();
                    return;
                }
            }
            throw new LeaseLostException();
        }
    }
}

package dev.mtdconnector.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Says when jobs are due.
 *
 * <p>Who changes something that a job must see calls {@link #ensure} before the change and {@link #runNow} after it: a
 * crash in between leaves a job that is due soon, and a job that finds nothing to do is harmless.
 */
public final class Schedule {

    /** How long after {@link #ensure} a job is due at the latest. */
    public static final Duration SAFETY_DELAY = Duration.ofMinutes(1);

    /** Somebody wins each round, so nobody who keeps on loses for long; this only ends what cannot be true. */
    private static final int TRIES = 100;

    private final JobStore store;
    private final JobQueues queues;
    private final Clock clock;

    public Schedule(JobStore store, JobQueues queues, Clock clock) {
        this.store = store;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * Makes the job due within {@code delay}, and has it run once more then if it ran before: a run that is due already
     * or under way may look before the caller's change is there.
     */
    public void ensure(String tenantId, JobKind kind, Duration delay) {
        Instant latest = clock.instant().plus(delay);
        update(tenantId, kind, job -> job.again(latest));
    }

    /** Sets how often the job runs by itself; the next run is at most one interval away. Idempotent. */
    public void every(String tenantId, JobKind kind, Duration interval) {
        Instant latest = clock.instant().plus(interval);
        update(tenantId, kind, job -> {
            Job paced = job.everySeconds() == interval.toSeconds() ? job : job.every(interval.toSeconds());
            return paced.dueAtTheLatest(latest);
        });
    }

    /**
     * Makes the job due now and sends its message. A run that is under way will be followed by another. While an
     * upstream wants to be left alone, that is when "now" is. Many who ask at the same time share a message.
     */
    public void runNow(String tenantId, JobKind kind) {
        runNow(tenantId, kind, Trigger.EVENT);
    }

    /** The same, saying why; of many who share a run the last to find it not waiting is told. */
    public void runNow(String tenantId, JobKind kind, Trigger why) {
        Instant now = clock.instant();
        update(
                        tenantId,
                        kind,
                        job -> job.isWaitedFor(now)
                                ? job
                                : job.askedFor(now, why).enqueued(now))
                .ifPresent(job -> queues.send(
                        kind.queue(), tenantId, job.isDue(now) ? Duration.ZERO : Duration.between(now, job.dueAt())));
    }

    /** Makes every job of the tenant due now that would run by itself some time: what was put off need wait no longer. */
    public void wake(String tenantId) {
        for (JobKind kind : JobKind.values()) {
            if (store.find(tenantId, kind)
                    .filter(job -> job.dueAt().isBefore(Job.NEVER))
                    .isPresent()) {
                runNow(tenantId, kind);
            }
        }
    }

    /**
     * Lets the job alone until it is due by itself, or somebody asks for it. Does nothing when there is no such job.
     */
    public void skip(String tenantId, JobKind kind) {
        if (store.find(tenantId, kind).isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        update(
                tenantId,
                kind,
                job -> job.due(job.everySeconds() > 0 ? now.plusSeconds(job.everySeconds()) : Job.NEVER));
    }

    /** Until when a run of the job goes on, if one does. */
    public Optional<Instant> runningUntil(String tenantId, JobKind kind) {
        Instant now = clock.instant();
        return store.find(tenantId, kind).filter(job -> job.isLeased(now)).map(Job::leaseUntil);
    }

    public Optional<Job> find(String tenantId, JobKind kind) {
        return store.find(tenantId, kind);
    }

    /** Empty when there was nothing to change. */
    private Optional<Job> update(String tenantId, JobKind kind, UnaryOperator<Job> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Job> found = store.find(tenantId, kind);
            Job current = found.orElseGet(() -> Job.first(tenantId, kind));
            Job changed = change.apply(current);
            if (found.isPresent() && changed.equals(current)) {
                return Optional.empty();
            }
            Optional<Job> stored = store.replace(found.orElse(null), changed);
            if (stored.isPresent()) {
                return stored;
            }
        }
        throw new IllegalStateException("Job " + kind + " of " + tenantId + " is changed by too many at once");
    }
}

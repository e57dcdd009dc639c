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

    private static final int TRIES = 10;

    private final JobStore store;
    private final JobQueues queues;
    private final Clock clock;

    public Schedule(JobStore store, JobQueues queues, Clock clock) {
        this.store = store;
        this.queues = queues;
        this.clock = clock;
    }

    /** Makes the job due within {@code delay}, unless it is already. Idempotent. */
    public void ensure(String tenantId, JobKind kind, Duration delay) {
        Instant now = clock.instant();
        Instant latest = now.plus(delay);
        // A run that is under way may have looked already, so it is asked for again even though it is due.
        update(tenantId, kind, job -> job.dueAt().isAfter(latest) || job.isLeased(now) ? job.askedFor(latest) : job);
    }

    /** Sets how often the job runs by itself; the next run is at most one interval away. Idempotent. */
    public void every(String tenantId, JobKind kind, Duration interval) {
        Instant latest = clock.instant().plus(interval);
        update(tenantId, kind, job -> {
            Job paced = job.everySeconds() == interval.toSeconds() ? job : job.every(interval.toSeconds());
            return paced.dueAt().isAfter(latest) ? paced.due(latest) : paced;
        });
    }

    /** Makes the job due now and sends its message. A run that is under way will be followed by another. */
    public void runNow(String tenantId, JobKind kind) {
        Instant now = clock.instant();
        update(tenantId, kind, job -> job.askedFor(now).enqueued(now));
        queues.send(kind.queue(), tenantId, Duration.ZERO);
    }

    public Optional<Job> find(String tenantId, JobKind kind) {
        return store.find(tenantId, kind);
    }

    private void update(String tenantId, JobKind kind, UnaryOperator<Job> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Job> found = store.find(tenantId, kind);
            Job current = found.orElseGet(() -> Job.first(tenantId, kind));
            Job changed = change.apply(current);
            if (found.isPresent() && changed.equals(current)) {
                return;
            }
            if (store.replace(found.orElse(null), changed).isPresent()) {
                return;
            }
        }
        throw new IllegalStateException("Job " + kind + " of " + tenantId + " is changed by too many at once");
    }
}

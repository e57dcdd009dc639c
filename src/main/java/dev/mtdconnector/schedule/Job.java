package dev.mtdconnector.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of one job of one tenant.
 *
 * @param dueAt when it is to run next; {@link #NEVER} when only somebody's asking makes it run
 * @param everySeconds how often it runs by itself; 0 for a job that only runs when asked for
 * @param asked counts how often somebody made it due: a run that sees another number at its end than at its start was
 *     asked for again meanwhile
 * @param enqueuedAt when a message was last sent for {@code dueAt}; null when none was
 * @param leaseUntil until when a run holds the job; null when none does
 * @param lease names the run that holds it
 * @param failures how many runs failed since the last that succeeded
 * @param lastErrorCode code of the last failure; null after a success
 * @param version the row's version, for optimistic writes; null for a new job
 */
public record Job(
        String tenantId,
        JobKind kind,
        Instant dueAt,
        long everySeconds,
        long asked,
        @Nullable Instant enqueuedAt,
        @Nullable Instant leaseUntil,
        @Nullable String lease,
        int failures,
        @Nullable String lastErrorCode,
        @Nullable Instant lastSuccessAt,
        @Nullable String version) {

    /** Stands for no time at all. */
    public static final Instant NEVER = Instant.parse("9000-01-01T00:00:00Z");

    static Job first(String tenantId, JobKind kind) {
        return new Job(tenantId, kind, NEVER, 0, 0, null, null, null, 0, null, null, null);
    }

    boolean isDue(Instant now) {
        return !dueAt.isAfter(now);
    }

    boolean isLeased(Instant now) {
        return leaseUntil != null && leaseUntil.isAfter(now);
    }

    Job due(Instant at) {
        return copy(at, everySeconds, asked, null, leaseUntil, lease);
    }

    Job askedFor(Instant at) {
        return copy(at, everySeconds, asked + 1, null, leaseUntil, lease);
    }

    Job every(long seconds) {
        return copy(dueAt, seconds, asked, enqueuedAt, leaseUntil, lease);
    }

    Job enqueued(Instant at) {
        return copy(dueAt, everySeconds, asked, at, leaseUntil, lease);
    }

    Job leased(String newLease, Instant until) {
        return copy(dueAt, everySeconds, asked, enqueuedAt, until, newLease);
    }

    Job released() {
        return copy(dueAt, everySeconds, asked, enqueuedAt, null, null);
    }

    Job succeeded(Instant now) {
        return new Job(tenantId, kind, dueAt, everySeconds, asked, enqueuedAt, null, null, 0, null, now, version);
    }

    Job failed(String errorCode) {
        return new Job(
                tenantId,
                kind,
                dueAt,
                everySeconds,
                asked,
                enqueuedAt,
                null,
                null,
                failures + 1,
                errorCode,
                lastSuccessAt,
                version);
    }

    private Job copy(
            Instant newDueAt,
            long newEverySeconds,
            long newAsked,
            @Nullable Instant newEnqueuedAt,
            @Nullable Instant newLeaseUntil,
            @Nullable String newLease) {
        return new Job(
                tenantId,
                kind,
                newDueAt,
                newEverySeconds,
                newAsked,
                newEnqueuedAt,
                newLeaseUntil,
                newLease,
                failures,
                lastErrorCode,
                lastSuccessAt,
                version);
    }
}

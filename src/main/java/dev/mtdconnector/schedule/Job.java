package dev.mtdconnector.schedule;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of one job of one tenant.
 *
 * @param dueAt when it is to run next, in milliseconds; {@link #NEVER} when only somebody's asking makes it run
 * @param everySeconds how often it runs by itself; 0 for a job that only runs when asked for
 * @param asked counts how often somebody made it due: a run that sees another number at its end than at its start was
 *     asked for again meanwhile
 * @param againAt a run that starts earlier than this is followed by another; null when nothing asks for that
 * @param notBefore until when an upstream asked to be left alone; null when none did
 * @param enqueuedAt from when a message can be taken that was last sent for {@code dueAt}; null when none was
 * @param leaseUntil until when a run holds the job; null when none does
 * @param lease names the run that holds it
 * @param failures how many runs failed since the last that succeeded
 * @param lastErrorCode code of the last failure; null after a success
 * @param failingSince when the first run failed since the last that succeeded; null when none did
 * @param expectedSince from when on it is to succeed within its interval: when that was set, or when it was last put off or
 *     had to wait; null in rows that are older than this column
 * @param trigger why the next run is wanted, where somebody wants it; null when it is due by itself
 * @param version the row's version, for optimistic writes; null for a new job
 */
public record Job(
        String tenantId,
        JobKind kind,
        Instant dueAt,
        long everySeconds,
        long asked,
        @Nullable Instant againAt,
        @Nullable Instant notBefore,
        @Nullable Instant enqueuedAt,
        @Nullable Instant leaseUntil,
        @Nullable String lease,
        int failures,
        @Nullable String lastErrorCode,
        @Nullable Instant lastSuccessAt,
        @Nullable Instant failingSince,
        @Nullable Instant expectedSince,
        @Nullable Trigger trigger,
        @Nullable String version) {

    /** Stands for no time at all. */
    public static final Instant NEVER = Instant.parse("9000-01-01T00:00:00Z");

    public Job {
        // The index names a job by this instant, so it must be the same after it was stored.
        dueAt = dueAt.truncatedTo(ChronoUnit.MILLIS);
    }

    static Job first(String tenantId, JobKind kind) {
        return new Job(
                tenantId, kind, NEVER, 0, 0, null, null, null, null, null, 0, null, null, null, null, null, null);
    }

    /** The same under another version. */
    public Job withVersion(String newVersion) {
        return with(job -> job.version = newVersion);
    }

    boolean isDue(Instant now) {
        return !dueAt.isAfter(now);
    }

    boolean isLeased(Instant now) {
        return leaseUntil != null && leaseUntil.isAfter(now);
    }

    /** True while a message that was sent for it may still come. */
    boolean hasMessage(Instant now) {
        return enqueuedAt != null && enqueuedAt.plus(Tick.MESSAGE_PATIENCE).isAfter(now);
    }

    /** True when a run is to begin soon that has not begun yet: it will see whatever is stored by now. */
    boolean isWaitedFor(Instant now) {
        return isDue(now) && hasMessage(now) && !isLeased(now);
    }

    /** Due at this time, or when the upstream may be asked again if that is later. */
    Job due(Instant at) {
        return with(job -> {
            job.dueAt = notBefore != null && notBefore.isAfter(at) ? notBefore : at;
            job.enqueuedAt = null;
        });
    }

    Job dueAtTheLatest(Instant at) {
        return dueAt.isAfter(at) ? due(at) : this;
    }

    Job askedFor(Instant at, Trigger by) {
        return dueAtTheLatest(at).with(job -> {
            job.asked = asked + 1;
            job.trigger = by;
        });
    }

    Job again(Instant at) {
        return dueAtTheLatest(at).with(job -> job.againAt = againAt != null && againAt.isAfter(at) ? againAt : at);
    }

    Job every(long seconds, Instant now) {
        return with(job -> {
            job.everySeconds = seconds;
            job.expectedSince = now;
        });
    }

    Job enqueued(Instant at) {
        return with(job -> job.enqueuedAt = at);
    }

    Job leased(String newLease, Instant now, Instant until) {
        return with(job -> {
            job.lease = newLease;
            job.leaseUntil = until;
            job.trigger = null;
            job.againAt = againAt != null && againAt.isAfter(now) ? againAt : null;
        });
    }

    Job prolonged(Instant until) {
        return with(job -> job.leaseUntil = until);
    }

    Job released() {
        return with(job -> {
            job.lease = null;
            job.leaseUntil = null;
        });
    }

    /** Given back by a run that took over and perhaps did nothing: the next one takes over from whom it overtook. */
    Job stillTakenOver(Instant now) {
        return with(job -> {
            job.lease = null;
            job.leaseUntil = now;
        });
    }

    Job succeeded(Instant now) {
        return released().with(job -> {
            job.notBefore = null;
            job.failures = 0;
            job.lastErrorCode = null;
            job.lastSuccessAt = now;
            job.failingSince = null;
        });
    }

    Job failed(String errorCode, @Nullable Instant newNotBefore, Instant now) {
        return released().with(job -> {
            job.notBefore = newNotBefore;
            job.failures = failures + 1;
            job.lastErrorCode = errorCode;
            job.failingSince = failingSince == null ? now : failingSince;
            job.expectedSince = isWaiting() ? now : expectedSince;
        });
    }

    Job waiting(String errorCode, Instant now) {
        return released().with(job -> {
            job.notBefore = null;
            job.failures = 0;
            job.lastErrorCode = errorCode;
            job.failingSince = null;
            job.expectedSince = now;
        });
    }

    /** Whether its last run found that it has to wait for somebody. */
    public boolean isWaiting() {
        return lastErrorCode != null && failures == 0 && failingSince == null;
    }

    Job poisoned(String errorCode, Instant now) {
        return with(job -> {
            job.lastErrorCode = errorCode;
            job.failingSince = failingSince == null ? now : failingSince;
        });
    }

    /** Not run, through no fault of anybody's: nothing could be expected of it until now. */
    Job excused(Instant now) {
        return with(job -> job.expectedSince = now);
    }

    private Job with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.job();
    }

    /** A job while it is changed. */
    private static final class Draft {
        private final Job job;
        private Instant dueAt;
        private long everySeconds;
        private long asked;
        private @Nullable Instant againAt;
        private @Nullable Instant notBefore;
        private @Nullable Instant enqueuedAt;
        private @Nullable Instant leaseUntil;
        private @Nullable String lease;
        private int failures;
        private @Nullable String lastErrorCode;
        private @Nullable Instant lastSuccessAt;
        private @Nullable Instant failingSince;
        private @Nullable Instant expectedSince;
        private @Nullable Trigger trigger;
        private @Nullable String version;

        private Draft(Job job) {
            this.job = job;
            dueAt = job.dueAt;
            everySeconds = job.everySeconds;
            asked = job.asked;
            againAt = job.againAt;
            notBefore = job.notBefore;
            enqueuedAt = job.enqueuedAt;
            leaseUntil = job.leaseUntil;
            lease = job.lease;
            failures = job.failures;
            lastErrorCode = job.lastErrorCode;
            lastSuccessAt = job.lastSuccessAt;
            failingSince = job.failingSince;
            expectedSince = job.expectedSince;
            trigger = job.trigger;
            version = job.version;
        }

        private Job job() {
            return new Job(
                    job.tenantId,
                    job.kind,
                    dueAt,
                    everySeconds,
                    asked,
                    againAt,
                    notBefore,
                    enqueuedAt,
                    leaseUntil,
                    lease,
                    failures,
                    lastErrorCode,
                    lastSuccessAt,
                    failingSince,
                    expectedSince,
                    trigger,
                    version);
        }
    }
}

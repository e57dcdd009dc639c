package dev.mtdconnector.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps jobs, and an index by the minute in which each is due. The job's own row is the truth; an index entry is a hint
 * that may be stale.
 */
public interface JobStore {

    Optional<Job> find(String tenantId, JobKind kind);

    /**
     * Stores {@code after} if the job is still as {@code before} was read, or still missing when that is null. When its
     * due time changes, the new index entry is written before and the old one removed after.
     *
     * @return the job with its new version, or empty when somebody else changed it
     */
    Optional<Job> replace(@Nullable Job before, Job after);

    /**
     * Removes the job if it is still of that version.
     *
     * @return false, and nothing removed, when somebody else changed it
     */
    boolean remove(Job job);

    /** Index entries for minutes up to and including that of {@code now}, oldest minute first. */
    Page dueUntil(Instant now, int limit, @Nullable String continuation);

    /** Removes an index entry. Does nothing when it is gone. */
    void forget(Hint hint);

    /**
     * Says that a job was to be due at a time. That time makes every entry an entry of its own: who removes an old one
     * cannot hit the one that somebody else is just writing for the same minute.
     */
    record Hint(String tenantId, JobKind kind, Instant dueAt) {

        public static Hint of(Job job) {
            return new Hint(job.tenantId(), job.kind(), job.dueAt());
        }

        /** The minute in which the job is due. */
        public String bucket() {
            return bucketOf(dueAt);
        }

        /** The minute of an instant, in a form that sorts by time. */
        public static String bucketOf(Instant instant) {
            return instant.toString().substring(0, 16);
        }
    }

    /** A page of hints; {@code continuation} is null on the last. */
    record Page(List<Hint> hints, @Nullable String continuation) {
        public Page {
            hints = List.copyOf(hints);
        }
    }
}

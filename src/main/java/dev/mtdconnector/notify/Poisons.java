package dev.mtdconnector.notify;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.Correlation;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages that their queue gave up delivering, for an operator to replay or discard: one a job of a tenant, however often
 * it was given up. A job that succeeds later takes its own off the list.
 */
public final class Poisons {

    /** The place of messages that are no tenant's. */
    public static final String NO_TENANT = "deployment";

    private static final String UNKNOWN_CAUSE = "unknown";
    private static final char DIVIDER = '~';
    private static final int TRIES = 100;

    private final Store store;
    private final ErrorRecords errors;
    private final Schedule schedule;
    private final JobQueues queues;
    private final Clock clock;

    public Poisons(Store store, ErrorRecords errors, Schedule schedule, JobQueues queues, Clock clock) {
        this.store = store;
        this.errors = errors;
        this.schedule = schedule;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * A message that failed.
     *
     * @param place its tenant, or {@link #NO_TENANT}
     * @param count how often its queue gave it up; 0 while it is only known to have failed
     * @param cause what failed and where in our code, without any data
     * @param correlationId of the run that failed
     * @param replayedAt when an operator had it delivered again; null while nobody has since it was given up
     * @param version the row's version, for optimistic writes; null for a new one
     */
    public record Poison(
            String place,
            String queue,
            String message,
            Instant firstAt,
            Instant lastAt,
            long count,
            String cause,
            String correlationId,
            @Nullable Instant replayedAt,
            @Nullable String version) {

        /** Its name in the API. */
        public String id() {
            return queue + DIVIDER + place;
        }

        private Poison brokeBy(String newCause, String correlation) {
            return new Poison(
                    place, queue, message, firstAt, lastAt, count, newCause, correlation, replayedAt, version);
        }

        private Poison givenUp(Instant now) {
            return new Poison(
                    place,
                    queue,
                    message,
                    count == 0 ? now : firstAt,
                    now,
                    count + 1,
                    cause,
                    correlationId.isEmpty() ? Correlation.current() : correlationId,
                    null,
                    version);
        }

        private Poison replayed(Instant now) {
            return new Poison(place, queue, message, firstAt, lastAt, count, cause, correlationId, now, version);
        }
    }

    /** Keeps them. */
    public interface Store {

        Optional<Poison> find(String place, String queue);

        /**
         * @return false, and nothing written, when it is no longer of this version, or is there when that is null
         */
        boolean replace(Poison poison);

        /**
         * @return false, and nothing removed, when it is no longer of this version
         */
        boolean remove(Poison poison);

        /**
         * Those of all tenants that were given up.
         *
         * @param after the id of the last of the page before; null for the first page
         */
        List<Poison> list(int limit, @Nullable String after);
    }

    /** A run failed by a defect. Should another process note the same at the same time, one of them is enough. */
    void broke(String place, String queue, RuntimeException cause) {
        Poison known = store.find(place, queue).orElseGet(() -> first(place, queue, place));
        store.replace(known.brokeBy(inWords(cause), Correlation.current()));
    }

    /** The queue gave the message up; it can be replayed from now on. */
    public Poison gaveUp(String place, String queue, String message) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Poison known = store.find(place, queue).orElseGet(() -> first(place, queue, message));
            Poison givenUp = known.givenUp(clock.instant());
            if (store.replace(givenUp)) {
                return givenUp;
            }
        }
        throw new IllegalStateException("The dead letter of " + queue + " is changed by too many at once");
    }

    /** The job has succeeded: there is nothing to replay. Idempotent. */
    void succeeded(String place, String queue) {
        store.find(place, queue).ifPresent(store::remove);
    }

    public List<Poison> list(int limit, @Nullable String after) {
        return store.list(limit, after);
    }

    /**
     * Has the message delivered once more: of several who ask, the first one does. Should this be cut off, the job runs
     * anyway: it is due until it succeeds.
     *
     * @throws AppException POISON_UNKNOWN
     */
    public Poison replay(String id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Poison found = find(id);
            if (found.replayedAt() != null) {
                return found;
            }
            Optional<JobKind> kind = JobKind.ofQueue(found.queue());
            if (kind.isPresent() && schedule.find(found.place(), kind.get()).isEmpty()) {
                store.remove(found);
                throw new AppException(ErrorCode.POISON_UNKNOWN, "The job is gone.");
            }
            Poison replayed = found.replayed(clock.instant());
            if (store.replace(replayed)) {
                if (kind.isPresent()) {
                    schedule.runNow(found.place(), kind.get());
                } else {
                    queues.send(found.queue(), found.message(), Duration.ZERO);
                }
                return replayed;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    /**
     * Lets the message go: a job runs next when it is due by itself, or when somebody asks for it.
     *
     * @throws AppException POISON_UNKNOWN
     */
    public void discard(String id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Poison found = find(id);
            // Before it is taken off the list: cut off here, it can be discarded again.
            JobKind.ofQueue(found.queue()).ifPresent(kind -> {
                schedule.skip(found.place(), kind);
                errors.recovered(found.place(), kind.queue(), ErrorCode.JOB_POISONED.code());
            });
            if (store.remove(found)) {
                return;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    private Poison find(String id) {
        int divider = id.indexOf(DIVIDER);
        if (divider < 0 || id.length() > 100) {
            throw new AppException(ErrorCode.POISON_UNKNOWN);
        }
        return store.find(id.substring(divider + 1), id.substring(0, divider))
                .filter(poison -> poison.count() > 0)
                .orElseThrow(() -> new AppException(ErrorCode.POISON_UNKNOWN));
    }

    private Poison first(String place, String queue, String message) {
        Instant now = clock.instant();
        return new Poison(place, queue, message, now, now, 0, UNKNOWN_CAUSE, "", null, null);
    }

    /** Only names of our code: an exception's own message may hold data. */
    private static String inWords(RuntimeException cause) {
        for (StackTraceElement frame : cause.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.mtdconnector.")) {
                String name =
                        frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
                return cause.getClass().getSimpleName() + " at " + name + "." + frame.getMethodName() + ":"
                        + frame.getLineNumber();
            }
        }
        return cause.getClass().getSimpleName();
    }
}

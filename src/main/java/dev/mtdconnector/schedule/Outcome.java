package dev.mtdconnector.schedule;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a run ended. */
public sealed interface Outcome {

    /**
     * All done.
     *
     * @param nextAt when there is something to do again; null for at the job's interval, if it has one
     */
    record Finished(@Nullable Instant nextAt) implements Outcome {}

    /** More to do after this delay. */
    record Again(Duration delay) implements Outcome {}

    /** There is nothing for this job to do any more: it is taken off the schedule. */
    record Obsolete() implements Outcome {}

    /**
     * It could not be done; tried again by the job's own pacing, or later where the upstream asked for it.
     *
     * @param retryAfter what the upstream asked for, if it did
     */
    record Failed(ErrorCode code, String message, @Nullable Duration retryAfter) implements Outcome {}

    /**
     * It cannot run until somebody lets it, and is started then. Not an error that repeats: it is recorded once, and
     * looked at again only in case the word was lost.
     *
     * @param code what it waits for
     */
    record Waiting(ErrorCode code) implements Outcome {}

    static Outcome finished() {
        return new Finished(null);
    }

    /** All done until then. */
    static Outcome finishedUntil(Instant nextAt) {
        return new Finished(nextAt);
    }

    static Outcome again(Duration delay) {
        return new Again(delay);
    }

    static Outcome obsolete() {
        return new Obsolete();
    }

    static Outcome waiting(ErrorCode code) {
        return new Waiting(code);
    }

    static Outcome failed(ErrorCode code, String message) {
        return new Failed(code, message, null);
    }

    static Outcome failed(UpstreamException e) {
        return new Failed(UpstreamErrors.codeOf(e), String.valueOf(e.getMessage()), e.retryAfter());
    }
}

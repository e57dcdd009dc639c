package dev.mtdconnector.schedule;

import dev.mtdconnector.common.UpstreamException;

/** What a running job may ask of its runner. */
@FunctionalInterface
public interface JobContext {

    /**
     * Called between steps: keeps the job's lease alive.
     *
     * @throws LeaseLostException when another run has taken over, so that this one must write nothing more
     * @throws StoppedException when the job was suspended meanwhile, so that this run must do nothing more
     */
    void checkpoint();

    /**
     * True when the run before this one did not come to its end: its lease ran out. It may still be there, and wake up.
     */
    default boolean hasTakenOver() {
        return false;
    }

    /** Why this run began. */
    default Trigger trigger() {
        return Trigger.SCHEDULE;
    }

    /** What this failure of an upstream means for the run, for jobs that note how a run ended. */
    default Outcome outcomeOf(UpstreamException failure) {
        return Outcome.failed(failure);
    }

    /** The job was suspended while it ran; the work ends without a result, and is done when it may run again. */
    final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public StoppedException() {
            super("This job was suspended");
        }
    }

    /** The job was taken over by another run; the work ends without a result. */
    final class LeaseLostException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public LeaseLostException() {
            super("Another run has taken over this job");
        }
    }
}

package dev.mtdconnector.enrollment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a run did so far; kept with the state, so that a run that goes on after a break counts on.
 *
 * @param startedAt null between runs
 * @param requests sent to Microsoft Graph; a batch is one
 * @param throttledMillis that Graph made us wait, or that we waited so as not to be refused
 * @param added devices that were not known before, or came back into scope
 * @param removed devices that left
 * @param held devices that would leave and wait for an administrator
 */
public record Tally(
        @Nullable Instant startedAt,
        int requests,
        int pages,
        long throttledMillis,
        int added,
        int changed,
        int unchanged,
        int removed,
        int held,
        int unsupported) {

    public static final Tally NONE = new Tally(null, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Tally begun(Instant at) {
        return new Tally(at, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Tally read(int moreRequests, int morePages, long moreMillis) {
        return new Tally(
                startedAt,
                requests + moreRequests,
                pages + morePages,
                throttledMillis + moreMillis,
                added,
                changed,
                unchanged,
                removed,
                held,
                unsupported);
    }

    Tally enrolled(int moreAdded, int moreChanged, int moreUnchanged) {
        return new Tally(
                startedAt,
                requests,
                pages,
                throttledMillis,
                added + moreAdded,
                changed + moreChanged,
                unchanged + moreUnchanged,
                removed,
                held,
                unsupported);
    }

    Tally left(int moreRemoved, int moreHeld) {
        return new Tally(
                startedAt,
                requests,
                pages,
                throttledMillis,
                added,
                changed,
                unchanged,
                removed + moreRemoved,
                held + moreHeld,
                unsupported);
    }

    Tally leftOut(int more) {
        return new Tally(
                startedAt,
                requests,
                pages,
                throttledMillis,
                added,
                changed,
                unchanged,
                removed,
                held,
                unsupported + more);
    }

    /** Whether anything is different after the run. */
    boolean hasChanges() {
        return added + changed + removed + held + unsupported > 0;
    }
}

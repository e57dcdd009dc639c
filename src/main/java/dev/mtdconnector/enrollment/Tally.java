package dev.mtdconnector.enrollment;

import dev.mtdconnector.schedule.Trigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a run did so far; kept with the state, so that a run that goes on after a break counts on.
 *
 * @param startedAt null between runs
 * @param trigger why it began
 * @param continuations messages that it took beyond the first: it was long, or it was cut off
 * @param begunAnew queries whose link was not taken and that were begun anew in this run, by their numbers
 * @param requests sent to Microsoft Graph; a batch is one
 * @param throttledMillis that Graph made us wait, or that we waited so as not to be refused
 * @param added devices that were not known before, or came back into scope
 * @param removed devices that left
 * @param held devices that would leave and wait for an administrator
 */
public record Tally(
        @Nullable Instant startedAt,
        Trigger trigger,
        int continuations,
        GroupSet begunAnew,
        int requests,
        int pages,
        long throttledMillis,
        int added,
        int changed,
        int unchanged,
        int removed,
        int held,
        int unsupported) {

    public static final Tally NONE = begun(null, Trigger.SCHEDULE);

    static Tally begun(@Nullable Instant at, Trigger trigger) {
        return new Tally(at, trigger, 0, GroupSet.NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Tally continued() {
        return new Tally(
                startedAt,
                trigger,
                continuations + 1,
                begunAnew,
                requests,
                pages,
                throttledMillis,
                added,
                changed,
                unchanged,
                removed,
                held,
                unsupported);
    }

    Tally beginningAnew(int query) {
        return new Tally(
                startedAt,
                trigger,
                continuations,
                begunAnew.with(query),
                requests,
                pages,
                throttledMillis,
                added,
                changed,
                unchanged,
                removed,
                held,
                unsupported);
    }

    Tally read(int moreRequests, int morePages, long moreMillis) {
        return plus(moreRequests, morePages, moreMillis, 0, 0, 0, 0, 0, 0);
    }

    Tally enrolled(int moreAdded, int moreChanged, int moreUnchanged) {
        return plus(0, 0, 0, moreAdded, moreChanged, moreUnchanged, 0, 0, 0);
    }

    Tally left(int moreRemoved, int moreHeld) {
        return plus(0, 0, 0, 0, 0, 0, moreRemoved, moreHeld, 0);
    }

    Tally leftOut(int more) {
        return plus(0, 0, 0, 0, 0, 0, 0, 0, more);
    }

    /** With what a later run did; why and when it began stays. */
    Tally and(Tally later) {
        return plus(
                later.requests,
                later.pages,
                later.throttledMillis,
                later.added,
                later.changed,
                later.unchanged,
                later.removed,
                later.held,
                later.unsupported);
    }

    private Tally plus(
            int moreRequests,
            int morePages,
            long moreMillis,
            int moreAdded,
            int moreChanged,
            int moreUnchanged,
            int moreRemoved,
            int moreHeld,
            int moreUnsupported) {
        return new Tally(
                startedAt,
                trigger,
                continuations,
                begunAnew,
                requests + moreRequests,
                pages + morePages,
                throttledMillis + moreMillis,
                added + moreAdded,
                changed + moreChanged,
                unchanged + moreUnchanged,
                removed + moreRemoved,
                held + moreHeld,
                unsupported + moreUnsupported);
    }

    /** Whether anything is different after the run. */
    boolean hasChanges() {
        return added + changed + removed + held + unsupported > 0;
    }
}

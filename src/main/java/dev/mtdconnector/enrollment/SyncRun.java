package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.ErrorCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sync that came to its end, or several that failed one after the other for the same reason.
 *
 * @param finishedAt when the last of them ended
 * @param tally what they did, from the beginning of the first, over all the messages that it took
 * @param error why it was not whole; null when it was
 * @param times how many they are
 */
public record SyncRun(
        Instant finishedAt, Tally tally, @Nullable ErrorCode error, int times) {

    SyncRun(Instant finishedAt, Tally tally, @Nullable ErrorCode error) {
        this(finishedAt, tally, error, 1);
    }

    /** Whether it only failed, so that more of the same need no place of their own in the history. */
    public boolean isMereFailure() {
        return error != null && !tally.hasChanges();
    }

    /** This and another that failed after it for the same reason. */
    public SyncRun and(SyncRun later) {
        return new SyncRun(later.finishedAt, tally.and(later.tally), error, times + later.times);
    }

    /** The numbers by the names of the API, in its order. */
    public Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("added", tally.added());
        counts.put("changed", tally.changed());
        counts.put("unchanged", tally.unchanged());
        counts.put("unsupported", tally.unsupported());
        counts.put("left", tally.removed());
        counts.put("held", tally.held());
        return counts;
    }
}

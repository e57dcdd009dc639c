package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.ErrorCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sync that came to its end.
 *
 * @param tally what it did, from its beginning, over all the messages that it took
 * @param error why it was not whole; null when it was
 */
public record SyncRun(
        Instant finishedAt, Tally tally, @Nullable ErrorCode error) {

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

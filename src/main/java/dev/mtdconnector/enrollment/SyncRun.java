package dev.mtdconnector.enrollment;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the last complete sync found, in numbers of devices.
 *
 * @param left devices that are stored and whose user is in no group any more; they are only counted so far
 */
public record SyncRun(Instant finishedAt, int added, int changed, int unchanged, int unsupported, int left) {

    /** The numbers by the names of the API, in its order. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("added", added);
        counts.put("changed", changed);
        counts.put("unchanged", unchanged);
        counts.put("unsupported", unsupported);
        counts.put("left", left);
        return counts;
    }
}

package dev.mtdconnector.audit;

import dev.mtdconnector.audit.AuditEntry.Difference;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What differs between two views of one thing, value by value. */
final class Differences {

    /** Of more, the rest is counted. */
    static final int MOST = 100;

    private static final int LONGEST_VALUE = 500;

    private Differences() {}

    static Map<String, Difference> of(@Nullable Object before, @Nullable Object after) {
        Map<String, String> old = new TreeMap<>();
        Map<String, String> now = new TreeMap<>();
        flatten("", before, old);
        flatten("", after, now);
        Map<String, Difference> differences = new TreeMap<>();
        Map<String, String> paths = new TreeMap<>(old);
        paths.putAll(now);
        int more = 0;
        for (String path : paths.keySet()) {
            if (Objects.equals(old.get(path), now.get(path))) {
                continue;
            }
            if (differences.size() < MOST) {
                differences.put(path, new Difference(old.get(path), now.get(path)));
            } else {
                more++;
            }
        }
        if (more > 0) {
            differences.put("…", new Difference(null, more + " more"));
        }
        return differences;
    }

    private static void flatten(String path, @Nullable Object value, Map<String, String> into) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, nested) -> flatten(path.isEmpty() ? "" + key : path + "." + key, nested, into));
        } else if (value instanceof Collection<?> list) {
            for (Object element : list) {
                Object id = element instanceof Map<?, ?> map ? map.get("id") : null;
                // What has an id is found by it, so that a row that was put in does not change those after it.
                flatten(path + "[" + (id == null ? element : id) + "]", id == null ? "" : element, into);
            }
        } else if (value != null) {
            String text = value.toString();
            into.put(path, text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text);
        }
    }
}

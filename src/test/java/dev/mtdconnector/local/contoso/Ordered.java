package dev.mtdconnector.local.contoso;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map that keeps the order of first insertion, and in which what was taken out can be put back at its old place, so that
 * a change taken back leaves no trace.
 */
final class Ordered<V> {

    private final Map<String, Long> places = new HashMap<>();
    private final TreeMap<Long, Entry<V>> entries = new TreeMap<>();
    private long next;

    private record Entry<V>(String key, V value) {}

    @Nullable
    V get(String key) {
        Long place = places.get(key);
        Entry<V> entry = place == null ? null : entries.get(place);
        return entry == null ? null : entry.value();
    }

    boolean contains(String key) {
        return places.containsKey(key);
    }

    int size() {
        return places.size();
    }

    List<String> keys() {
        return entries.values().stream().map(Entry::key).toList();
    }

    List<V> values() {
        return entries.values().stream().map(Entry::value).toList();
    }

    /** Puts the value and returns what takes that back. */
    Runnable put(String key, V value) {
        Long place = places.get(key);
        if (place == null) {
            long fresh = next++;
            places.put(key, fresh);
            entries.put(fresh, new Entry<>(key, value));
            return () -> {
                places.remove(key);
                entries.remove(fresh);
            };
        }
        Entry<V> before = entries.put(place, new Entry<>(key, value));
        return () -> entries.put(place, Objects.requireNonNull(before));
    }

    /** Takes the value out and returns what puts it back; null when there was none. */
    @Nullable
    Runnable remove(String key) {
        Long place = places.remove(key);
        if (place == null) {
            return null;
        }
        Entry<V> before = Objects.requireNonNull(entries.remove(place));
        return () -> {
            places.put(key, place);
            entries.put(place, before);
        };
    }
}

package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map that keeps the order of first insertion, and in which what was taken out can be put back at its old place, so that
 * a change taken back leaves no trace.
 *
 * <p>Each entry has a place that never changes, so that a page can go on where the one before ended whatever was taken
 * out meanwhile. An entry costs some 16 bytes beside its key and value: a tenant of 500,000 people holds millions.
 */
final class Ordered<V> {

    /** Up to so many places are searched one by one, without a table. */
    private static final int SCANNED = 8;

    private static final int[] NONE = new int[0];

    private @Nullable String[] keys = new String[2];
    private @Nullable Object[] values = new Object[2];
    private int end;
    private int size;

    /** Places plus one by the hash of their key, zero where there is none; the next free cell takes what collides. */
    private int[] table = NONE;

    private int cells;

    @Nullable
    V get(String key) {
        int place = place(key);
        return place < 0 ? null : value(place);
    }

    boolean contains(String key) {
        return place(key) >= 0;
    }

    /** Where a key stands; -1 when it does not. */
    int placeOf(String key) {
        return place(key);
    }

    int size() {
        return size;
    }

    List<String> keys() {
        return keySlice(0, Integer.MAX_VALUE, key -> true).items();
    }

    List<V> values() {
        return slice(0, Integer.MAX_VALUE, value -> true).items();
    }

    /** The next so many values that pass, from a place on. */
    Slice<V> slice(int from, int most, Predicate<? super V> filter) {
        return collect(from, most, this::value, filter);
    }

    /** The next so many keys that pass, from a place on. */
    Slice<String> keySlice(int from, int most, Predicate<String> filter) {
        return collect(from, most, place -> keys[place], filter);
    }

    private <T> Slice<T> collect(int from, int most, IntFunction<@Nullable T> at, Predicate<? super T> filter) {
        List<T> found = new ArrayList<>(Math.min(most, Math.max(0, size)));
        for (int place = Math.max(0, from); place < end; place++) {
            if (keys[place] == null) {
                continue;
            }
            T item = at.apply(place);
            if (item == null || !filter.test(item)) {
                continue;
            }
            if (found.size() == most) {
                return new Slice<>(found, place);
            }
            found.add(item);
        }
        return new Slice<>(found, Slice.END);
    }

    /** Puts the value and returns what takes that back. */
    Runnable put(String key, V value) {
        int place = place(key);
        if (place >= 0) {
            Object before = values[place];
            values[place] = value;
            return () -> values[place] = before;
        }
        int fresh = end;
        if (fresh == keys.length) {
            int more = fresh + Math.max(2, fresh / 2);
            keys = Arrays.copyOf(keys, more);
            values = Arrays.copyOf(values, more);
        }
        end++;
        restore(fresh, key, value);
        return () -> vacate(fresh);
    }

    /** Takes the value out and returns what puts it back; null when there was none. */
    @Nullable
    Runnable remove(String key) {
        int place = place(key);
        if (place < 0) {
            return null;
        }
        V before = value(place);
        vacate(place);
        return () -> restore(place, key, before);
    }

    private void restore(int place, String key, @Nullable V value) {
        keys[place] = key;
        values[place] = value;
        size++;
        if (end > SCANNED && (table.length == 0 || place(key) != place)) {
            index(key, place);
        }
    }

    /** The table still leads here, and finds no key. */
    private void vacate(int place) {
        keys[place] = null;
        values[place] = null;
        size--;
    }

    private int place(String key) {
        if (table.length == 0) {
            for (int place = 0; place < end; place++) {
                if (key.equals(keys[place])) {
                    return place;
                }
            }
            return -1;
        }
        int mask = table.length - 1;
        for (int cell = spread(key) & mask; table[cell] != 0; cell = (cell + 1) & mask) {
            if (key.equals(keys[table[cell] - 1])) {
                return table[cell] - 1;
            }
        }
        return -1;
    }

    private void index(String key, int place) {
        if ((cells + 1) * 4 > table.length * 3) {
            table = new int[Math.max(32, Integer.highestOneBit(Math.max(1, size)) * 4)];
            cells = 0;
            for (int other = 0; other < end; other++) {
                String taken = keys[other];
                if (taken != null && other != place) {
                    enter(taken, other);
                }
            }
        }
        enter(key, place);
    }

    private void enter(String key, int place) {
        int mask = table.length - 1;
        int cell = spread(key) & mask;
        while (table[cell] != 0) {
            cell = (cell + 1) & mask;
        }
        table[cell] = place + 1;
        cells++;
    }

    private static int spread(String key) {
        int hash = key.hashCode();
        return hash ^ (hash >>> 16);
    }

    @SuppressWarnings("unchecked") // Only put and remove write, and they write a V.
    private @Nullable V value(int place) {
        return (V) values[place];
    }
}

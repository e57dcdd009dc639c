package dev.mtdconnector.storage;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One entity of a table: its two keys, its properties, and the ETag it was read with.
 *
 * <p>Property values are {@link String}, {@link Boolean}, {@link Integer}, {@link Long}, {@link Double},
 * {@link Instant} (kept to 100 ns), {@link java.util.UUID} or {@code byte[]}; there is no null: an absent property is
 * not in the map. Keys are stored as given: use {@link Keys} for text that comes from outside.
 *
 * @param etag null for a row that was not read from a table
 */
public record Row(
        String partition,
        String key,
        Map<String, Object> properties,
        @Nullable String etag) {

    private static final int NANOS_PER_TICK = 100;

    public Row {
        Map<String, Object> kept = new TreeMap<>(properties);
        kept.replaceAll((name, value) -> value instanceof Instant instant ? toTicks(instant) : value);
        properties = Collections.unmodifiableMap(kept);
    }

    public static Row of(String partition, String key, Map<String, Object> properties) {
        return new Row(partition, key, properties, null);
    }

    public @Nullable String text(String name) {
        return (String) properties.get(name);
    }

    public String requiredText(String name) {
        String value = text(name);
        if (value == null) {
            throw new IllegalStateException("Row " + partition + " " + key + " has no " + name);
        }
        return value;
    }

    public @Nullable Instant instant(String name) {
        return (Instant) properties.get(name);
    }

    public Instant requiredInstant(String name) {
        Instant value = instant(name);
        if (value == null) {
            throw new IllegalStateException("Row " + partition + " " + key + " has no " + name);
        }
        return value;
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(properties.get(name));
    }

    public long number(String name, long absent) {
        Object value = properties.get(name);
        return value == null ? absent : ((Number) value).longValue();
    }

    /** Cut here, so that a row equals itself after it was stored. */
    private static Instant toTicks(Instant instant) {
        int nanos = instant.get(ChronoField.NANO_OF_SECOND);
        return instant.with(ChronoField.NANO_OF_SECOND, nanos - nanos % NANOS_PER_TICK);
    }
}

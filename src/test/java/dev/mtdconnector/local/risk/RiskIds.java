package dev.mtdconnector.local.risk;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Version 7 UUIDs of one enterprise: the time in milliseconds, then a count, then bits that follow from seed and count.
 * Each is greater, as text too, than the one before, and the same seed and times give the same ids.
 */
final class RiskIds {

    private static final int COUNT_LOW_BITS = 18;
    private static final int TAIL_BITS = 44;

    private final long seed;
    private long lastMillis;
    private long count;

    RiskIds(long seed) {
        this.seed = seed;
    }

    /** The next id; a clock that went back is held at the latest time seen. */
    synchronized String next(Instant now) {
        lastMillis = Math.max(lastMillis, now.toEpochMilli());
        count++;
        return id(lastMillis, count, mixed(seed + count)).toString();
    }

    /** Goes on after what was made before a restart. */
    synchronized void resume(String id) {
        UUID known = UUID.fromString(id);
        long millis = known.getMostSignificantBits() >>> 16;
        long counted = ((known.getMostSignificantBits() & 0xFFF) << COUNT_LOW_BITS)
                | ((known.getLeastSignificantBits() >>> TAIL_BITS) & ((1L << COUNT_LOW_BITS) - 1));
        lastMillis = Math.max(lastMillis, millis);
        count = Math.max(count, counted);
    }

    /** The least id of a point in time: every id made at or after it is greater. */
    static String floor(Instant time) {
        return id(Math.max(0, time.toEpochMilli()), 0, 0).toString();
    }

    /** When an id was made. */
    static Instant time(String id) {
        return Instant.ofEpochMilli(UUID.fromString(id).getMostSignificantBits() >>> 16);
    }

    /** A UUID in its usual form and lower case, whatever its version. */
    static boolean isId(String text) {
        try {
            return UUID.fromString(text).toString().equals(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A GUID without order, for what an enterprise names: always the same for the same name. */
    static String named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    private static UUID id(long millis, long count, long tail) {
        long most = (millis << 16) | 0x7000L | ((count >>> COUNT_LOW_BITS) & 0xFFF);
        long least = 0x8000000000000000L
                | ((count & ((1L << COUNT_LOW_BITS) - 1)) << TAIL_BITS)
                | (tail & ((1L << TAIL_BITS) - 1));
        return new UUID(most, least);
    }

    private static long mixed(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

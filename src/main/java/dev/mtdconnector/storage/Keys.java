package dev.mtdconnector.storage;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Builds partition and row keys out of parts.
 *
 * <p>A key is its parts with {@code |} between them. Any text can be a part: what a key must not hold, and {@code |}
 * itself, is written as {@code !} and two hexadecimal digits ({@code !uXXXX} for what has no place in UTF-8). Escaping
 * is character by character, so a prefix of a text becomes a prefix of its part. Texts without {@code / \ ? |} and
 * without U+007F to U+009F keep their ordinal order: everything up to {@code %}, {@code !} included, is escaped for that.
 *
 * <p>A key has at most 512 characters: bound the length of text from outside before it comes here.
 */
public final class Keys {

    public static final char SEPARATOR = '|';

    /** .NET ticks (100 ns since the year 1) of 1970, and of the last instant of the year 9999. */
    private static final long EPOCH_TICKS = 621_355_968_000_000_000L;

    private static final long LAST_TICKS = 3_155_378_975_999_999_999L;
    private static final long TICKS_PER_SECOND = 10_000_000L;
    private static final int NANOS_PER_TICK = 100;
    private static final char ESCAPE = '!';
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Keys() {}

    /** The key of these parts. {@link #split} gives them back. */
    public static String join(String... parts) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                key.append(SEPARATOR);
            }
            escape(parts[i], key);
        }
        return key.toString();
    }

    /** What the keys begin with that have these first parts and at least one more: for {@link Table.Range#prefix}. */
    public static String prefix(String... parts) {
        return join(parts) + SEPARATOR;
    }

    /** The parts of a key that {@link #join} made. */
    public static List<String> split(String key) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = key.indexOf(SEPARATOR); end >= 0; end = key.indexOf(SEPARATOR, start)) {
            parts.add(unescape(key.substring(start, end)));
            start = end + 1;
        }
        parts.add(unescape(key.substring(start)));
        return parts;
    }

    /** One part, escaped: for prefixes that end within a part, as a text search needs them. */
    public static String escape(String text) {
        StringBuilder key = new StringBuilder();
        escape(text, key);
        return key.toString();
    }

    /** The text of one escaped part. */
    public static String unescape(String part) {
        StringBuilder text = new StringBuilder(part.length());
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c != ESCAPE) {
                text.append(c);
                continue;
            }
            boolean wide = part.startsWith("u", i + 1);
            int from = wide ? i + 2 : i + 1;
            int to = from + (wide ? 4 : 2);
            if (to > part.length()) {
                throw new IllegalArgumentException("Not a key part: " + part);
            }
            text.append((char) HexFormat.fromHexDigits(part, from, to));
            i = to - 1;
        }
        return text.toString();
    }

    /** A part that puts the newest first, 19 digits, exact to 100 ns; from the year 1 to 9999. */
    public static String newestFirst(Instant instant) {
        return digits(LAST_TICKS - ticks(instant));
    }

    /** A part that puts the oldest first, 19 digits, exact to 100 ns; from the year 1 to 9999. */
    public static String oldestFirst(Instant instant) {
        return digits(ticks(instant));
    }

    /** The instant of a part that {@link #newestFirst} made. */
    public static Instant fromNewestFirst(String part) {
        return instant(LAST_TICKS - Long.parseLong(part));
    }

    /** The instant of a part that {@link #oldestFirst} made. */
    public static Instant fromOldestFirst(String part) {
        return instant(Long.parseLong(part));
    }

    private static void escape(String text, StringBuilder key) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                key.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c) || c >= '\uFFFE') {
                key.append(ESCAPE).append('u').append(HEX.toHexDigits(c));
            } else if (c <= '%'
                    || c == '/'
                    || c == '\\'
                    || c == '?'
                    || c == SEPARATOR
                    || (c >= '\u007F' && c <= '\u009F')) {
                key.append(ESCAPE).append(HEX.toHexDigits((byte) c));
            } else {
                key.append(c);
            }
        }
    }

    private static long ticks(Instant instant) {
        long ticks = Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), TICKS_PER_SECOND),
                instant.getNano() / NANOS_PER_TICK + EPOCH_TICKS);
        if (ticks < 0 || ticks > LAST_TICKS) {
            throw new DateTimeException("Not between the years 1 and 9999: " + instant);
        }
        return ticks;
    }

    private static Instant instant(long ticks) {
        long sinceEpoch = ticks - EPOCH_TICKS;
        return Instant.ofEpochSecond(
                Math.floorDiv(sinceEpoch, TICKS_PER_SECOND),
                Math.floorMod(sinceEpoch, TICKS_PER_SECOND) * NANOS_PER_TICK);
    }

    private static String digits(long ticks) {
        return String.format(Locale.ROOT, "%019d", ticks);
    }
}

package dev.mtdconnector.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Table Storage, checked before anything is sent, since the emulator lets several of them through.
 *
 * <p>Source: "Understanding the Table service data model" and "Performing entity group transactions" of Microsoft's
 * REST reference. Where this is stricter than the service it says so. Every method throws
 * {@link IllegalArgumentException}, with the row's keys in the message, and no property values.
 */
public final class TableRules {

    public static final int MAX_CHANGES = 100;
    public static final int MAX_PAGE = 1000;

    /** A transaction's body stays below this; {@link #wireBytes} tells what a change takes of it. */
    public static final int MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

    /** Of the multipart body around the changes. */
    public static final int TRANSACTION_OVERHEAD_BYTES = 1024;

    private static final int MAX_KEY_CHARS = 512;
    private static final int MAX_PROPERTIES = 252;
    private static final int MAX_STRING_CHARS = 32 * 1024;
    private static final int MAX_BINARY_BYTES = 64 * 1024;
    private static final int MAX_ROW_BYTES = 1024 * 1024;
    private static final Instant FIRST_INSTANT = Instant.parse("1601-01-01T00:00:00Z");
    private static final Instant LAST_INSTANT = Instant.parse("9999-12-31T23:59:59.9999999Z");

    private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]{2,62}");

    /** The service takes any C# identifier; ASCII is enough for us. */
    private static final Pattern PROPERTY_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private static final Set<String> SYSTEM_PROPERTIES = Set.of("PartitionKey", "RowKey", "Timestamp");

    private TableRules() {}

    /** Letters and digits, 3 to 63, a letter first. */
    public static void checkTableName(String name) {
        if (!TABLE_NAME.matcher(name).matches() || name.equalsIgnoreCase("tables")) {
            throw new IllegalArgumentException("Not a table name: " + name);
        }
    }

    /** All rules of {@link Table#transact}. */
    public static void checkTransaction(List<Change> changes) {
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "A transaction has 1 to " + MAX_CHANGES + " changes, not " + changes.size());
        }
        String partition = changes.get(0).row().partition();
        Set<String> keys = new HashSet<>();
        long bytes = TRANSACTION_OVERHEAD_BYTES;
        for (Change change : changes) {
            Row row = change.row();
            require(row.partition().equals(partition), row, "is of another partition than " + partition);
            require(keys.add(row.key()), row, "appears twice in the transaction");
            checkKeys(row.partition(), row.key());
            if (change instanceof Change.Update update) {
                checkEtag(row, update.ifMatch());
            }
            if (change instanceof Change.Delete delete) {
                checkEtag(row, delete.ifMatch());
            } else {
                checkProperties(row);
            }
            bytes += wireBytes(change);
            require(bytes < MAX_TRANSACTION_BYTES, row, "brings the transaction to 4 MiB or more");
        }
    }

    /** Keys of a row: at most 512 characters, and only characters that the service takes. */
    public static void checkKeys(String partition, String key) {
        checkKey(partition, partition, key);
        checkKey(key, partition, key);
    }

    /** The number of properties, their names, types and sizes, and the size of the row. */
    public static void checkProperties(Row row) {
        require(row.properties().size() <= MAX_PROPERTIES, row, "has more than " + MAX_PROPERTIES + " properties");
        row.properties().forEach((name, value) -> {
            require(
                    PROPERTY_NAME.matcher(name).matches() && !SYSTEM_PROPERTIES.contains(name),
                    row,
                    "has a property of a name that is not allowed: " + name);
            String fault = fault(value);
            require(fault == null, row, "has a property that is not allowed: " + name + " " + fault);
        });
        require(rowBytes(row) <= MAX_ROW_BYTES, row, "is larger than 1 MiB");
    }

    /** At least 1 and at most {@link #MAX_PAGE} rows a page. */
    public static void checkLimit(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("A page has 1 to " + MAX_PAGE + " rows, not " + limit);
        }
    }

    /**
     * No less than what the change takes in the body of a transaction, in bytes: JSON with its type annotations, and
     * the headers and address of its part. For callers that cut long work into transactions.
     */
    public static long wireBytes(Change change) {
        Row row = change.row();
        // Up to nine bytes for a percent-encoded UTF-16 unit of the address, and the same keys again in the body.
        long bytes = 1024 + 15L * (row.partition().length() + row.key().length());
        if (change instanceof Change.Delete) {
            return bytes;
        }
        for (Map.Entry<String, Object> property : row.properties().entrySet()) {
            bytes += 2L * property.getKey().length() + 64 + valueWireBytes(property.getValue());
        }
        return bytes;
    }

    private static long valueWireBytes(Object value) {
        if (value instanceof String text) {
            long escapes =
                    text.chars().filter(c -> c < ' ' || c == '"' || c == '\\').count();
            return text.getBytes(StandardCharsets.UTF_8).length + 5 * escapes;
        }
        return value instanceof byte[] binary ? (binary.length + 2) / 3 * 4L : 40;
    }

    /** As the service counts (storage billing documentation): 2 bytes a character, and fixed costs. */
    private static long rowBytes(Row row) {
        long bytes = 4 + 2L * (row.partition().length() + row.key().length());
        for (Map.Entry<String, Object> property : row.properties().entrySet()) {
            bytes += 8 + 2L * property.getKey().length() + valueBytes(property.getValue());
        }
        return bytes;
    }

    private static long valueBytes(Object value) {
        if (value instanceof String text) {
            return 4 + 2L * text.length();
        }
        if (value instanceof byte[] binary) {
            return 4L + binary.length;
        }
        if (value instanceof UUID) {
            return 16;
        }
        if (value instanceof Boolean) {
            return 1;
        }
        return value instanceof Integer ? 4 : 8;
    }

    private static @Nullable String fault(Object value) {
        if (value instanceof String text) {
            if (text.length() > MAX_STRING_CHARS) {
                return "is longer than 32 Ki characters";
            }
            return isWellFormed(text) ? null : "has half a surrogate pair, which would be lost on the way";
        }
        if (value instanceof byte[] binary) {
            return binary.length > MAX_BINARY_BYTES ? "is longer than 64 KiB" : null;
        }
        if (value instanceof Instant instant) {
            boolean inRange = !instant.isBefore(FIRST_INSTANT) && !instant.isAfter(LAST_INSTANT);
            return inRange ? null : "is outside the years 1601 to 9999";
        }
        if (value instanceof Double number) {
            // Stricter than the service, which has words for them that its clients read differently.
            return Double.isFinite(number) ? null : "is not a finite number";
        }
        boolean allowed =
                value instanceof Boolean || value instanceof Integer || value instanceof Long || value instanceof UUID;
        return allowed ? null : "is a " + value.getClass().getName();
    }

    private static void checkKey(String text, String partition, String key) {
        String row = "Row '" + printable(partition) + "' '" + printable(key) + "' ";
        if (text.length() > MAX_KEY_CHARS) {
            throw new IllegalArgumentException(row + "has a key longer than 1 KiB (" + MAX_KEY_CHARS + " characters)");
        }
        if (text.chars().anyMatch(TableRules::isForbiddenInKeys) || !isWellFormed(text)) {
            throw new IllegalArgumentException(row + "has a character in a key that is not allowed; see Keys");
        }
    }

    private static boolean isForbiddenInKeys(int c) {
        return c < ' ' || (c >= 0x7F && c <= 0x9F) || c == '/' || c == '\\' || c == '#' || c == '?';
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static void checkEtag(Row row, @Nullable String ifMatch) {
        require(ifMatch == null || ifMatch.length() > 1, row, "has a condition that is no ETag; null means any");
    }

    private static void require(boolean holds, Row row, String fault) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "Row '" + printable(row.partition()) + "' '" + printable(row.key()) + "' " + fault);
        }
    }

    /** Safe in a log line. */
    private static String printable(String key) {
        String shown = Keys.escape(key.length() > MAX_KEY_CHARS ? key.substring(0, MAX_KEY_CHARS) + "…" : key);
        return shown.replace(Keys.escape("|"), "|")
                .replace(Keys.escape("%"), "%")
                .replace(Keys.escape(" "), " ");
    }
}

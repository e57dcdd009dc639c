package dev.mtdconnector.storage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the columns of a row; a null is a column that is not there. Every row carries its schema version.
 */
final class Columns {

    /** The version of the form in which rows are written now. */
    private static final int SCHEMA = 1;

    private final Map<String, Object> values = new HashMap<>();

    /** The columns of a whole row. */
    static Columns ofRow() {
        return new Columns().number("schema", SCHEMA);
    }

    /** Some columns of a row that is there. */
    static Columns some() {
        return new Columns();
    }

    Columns text(String name, @Nullable String value) {
        return put(name, value);
    }

    Columns instant(String name, @Nullable Instant value) {
        return put(name, value);
    }

    Columns flag(String name, @Nullable Boolean value) {
        return put(name, value);
    }

    Columns number(String name, long value) {
        return put(name, value);
    }

    /** A number that is not there while it is zero. */
    Columns count(String name, long value) {
        return value == 0 ? this : put(name, value);
    }

    Columns binary(String name, byte[] value) {
        return put(name, value);
    }

    Map<String, Object> map() {
        return values;
    }

    private Columns put(String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }
}

package dev.mtdconnector.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range as an OData {@code $filter}. */
final class Filters {

    private static final String AFTER = "\u0000";

    private Filters() {}

    /** Empty for all rows. */
    static String of(Table.Range range) {
        List<String> terms = new ArrayList<>();
        if (range.isOnePartition()) {
            terms.add("PartitionKey eq " + literal(range.fromPartition()));
        } else {
            addBounds(terms, "PartitionKey", range.fromPartition(), range.toPartition());
        }
        addBounds(terms, "RowKey", range.fromKey(), range.toKey());
        return String.join(" and ", terms);
    }

    /** A bound that ends in U+0000 means "just after" the text before it; the service takes no such character. */
    private static void addBounds(List<String> terms, String name, @Nullable String from, @Nullable String to) {
        if (from != null && !from.isEmpty()) {
            terms.add(name + (from.endsWith(AFTER) ? " gt " : " ge ") + literal(from));
        }
        if (to != null) {
            terms.add(name + (to.endsWith(AFTER) ? " le " : " lt ") + literal(to));
        }
    }

    private static String literal(@Nullable String text) {
        String value = text == null ? "" : text;
        value = value.endsWith(AFTER) ? value.substring(0, value.length() - 1) : value;
        return "'" + value.replace("'", "''") + "'";
    }
}

package dev.mtdconnector.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads whole ranges: follows continuations, also over pages that are empty. */
final class Queries {

    private Queries() {}

    /** The first rows of a range, at most {@code limit}. */
    static List<Row> rows(Table table, Table.Range range, int limit) {
        List<Row> rows = new ArrayList<>();
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, Math.min(TableRules.MAX_PAGE, limit - rows.size()), continuation);
            rows.addAll(page.rows());
            continuation = page.continuation();
        } while (continuation != null && rows.size() < limit);
        return rows;
    }

    /** Hands over every row of a range, page by page. */
    static void each(Table table, Table.Range range, Consumer<Row> consumer) {
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, TableRules.MAX_PAGE, continuation);
            page.rows().forEach(consumer);
            continuation = page.continuation();
        } while (continuation != null);
    }
}

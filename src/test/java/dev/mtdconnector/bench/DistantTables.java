package dev.mtdconnector.bench;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.MemoryTables;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tables that take no heap, as those of another process: what is binary lies outside of it, and rows that a first sync does
 * not read again are checked and forgotten.
 */
final class DistantTables implements Tables {

    private static final String MARK = "outside:";

    private final MemoryTables tables = new MemoryTables();
    private final List<ByteBuffer> outside = new ArrayList<>();

    @Override
    public Table table(String name) {
        Table table = tables.table(name);
        boolean isForgotten = !name.equals("enrollment");
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return table.get(partition, key).map(DistantTables.this::back);
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                Page page = table.query(range, limit, continuation);
                return new Page(
                        page.rows().stream().map(DistantTables.this::back).toList(), page.continuation());
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                if (!isForgotten) {
                    return table.transact(
                            changes.stream().map(DistantTables.this::out).toList());
                }
                List<@Nullable String> etags = new ArrayList<>();
                for (Change change : changes) {
                    // The count of devices is what every transaction is written on condition of.
                    boolean isKept = change.row().key().equals("c");
                    etags.add(isKept ? table.transact(List.of(change)).get(0) : "W/\"forgotten\"");
                }
                return etags;
            }
        };
    }

    private Change out(Change change) {
        Row row = Row.of(
                change.row().partition(), change.row().key(), out(change.row().properties()));
        if (change instanceof Change.Insert) {
            return new Change.Insert(row);
        }
        if (change instanceof Change.Upsert upsert) {
            return new Change.Upsert(row, upsert.mode());
        }
        return change instanceof Change.Update update
                ? new Change.Update(row, update.mode(), update.ifMatch())
                : new Change.Delete(row, ((Change.Delete) change).ifMatch());
    }

    private Map<String, Object> out(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.replaceAll((name, value) -> {
            if (!(value instanceof byte[] bytes)) {
                return value;
            }
            outside.add(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
            return MARK + (outside.size() - 1);
        });
        return all;
    }

    private Row back(Row row) {
        Map<String, Object> all = new HashMap<>(row.properties());
        all.replaceAll((name, value) -> {
            if (!(value instanceof String text) || !text.startsWith(MARK)) {
                return value;
            }
            ByteBuffer buffer = outside.get(Integer.parseInt(text.substring(MARK.length())));
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        });
        return new Row(row.partition(), row.key(), all, row.etag());
    }
}

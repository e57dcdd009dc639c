package dev.mtdconnector.testing;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tables that count what is asked of them: for tests of what something costs. */
public final class CountingTables implements Tables {

    private final Tables tables;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();

    public CountingTables(Tables tables) {
        this.tables = tables;
    }

    /** Requests since the last look. */
    public long requests() {
        return requests.getAndSet(0);
    }

    /** Rows that were answered since the last look. */
    public long read() {
        return read.getAndSet(0);
    }

    /** Rows that were changed, added or removed since the last look. */
    public long written() {
        return written.getAndSet(0);
    }

    @Override
    public Table table(String name) {
        Table table = tables.table(name);
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                requests.incrementAndGet();
                Optional<Row> row = table.get(partition, key);
                read.addAndGet(row.isPresent() ? 1 : 0);
                return row;
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                requests.incrementAndGet();
                Page page = table.query(range, limit, continuation);
                read.addAndGet(page.rows().size());
                return page;
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                requests.incrementAndGet();
                List<@Nullable String> etags = table.transact(changes);
                written.addAndGet(changes.size());
                return etags;
            }
        };
    }
}

package dev.mtdconnector.bench;

import com.sun.management.ThreadMXBean;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what goes to tables, and what the calling thread allocates there. Where it is asked to look, it also reads each row
 * before it is written and counts those that are written as they are. Not for several threads.
 */
final class CountingTables implements Tables {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Set<String> FENCES = Set.of("c", "state");

    private final Tables tables;
    private final boolean isLooking;
    private final Map<String, Integer> rows = new TreeMap<>();
    private Consumer<Write> script = write -> {};
    private int reads;
    private final Map<String, Integer> transactions = new TreeMap<>();
    private int same;
    private int fences;
    private long allocated;

    CountingTables(Tables tables, boolean isLooking) {
        this.tables = tables;
        this.isLooking = isLooking;
    }

    /** A transaction as it was sent. */
    record Write(String table, List<Change> changes) implements Script.Step {}

    /** From now on every transaction is told here. */
    CountingTables writingDown(Consumer<Write> script) {
        this.script = script;
        return this;
    }

    void reset() {
        rows.clear();
        reads = 0;
        transactions.clear();
        same = 0;
        fences = 0;
        allocated = 0;
    }

    int reads() {
        return reads;
    }

    int transactions() {
        return transactions.values().stream().mapToInt(Integer::intValue).sum();
    }

    int transactions(String table) {
        return transactions.getOrDefault(table, 0);
    }

    /** Rows that were written or deleted. */
    int rows() {
        return rows.values().stream().mapToInt(Integer::intValue).sum();
    }

    int rows(String table) {
        return rows.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(table + " "))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** The same by table and kind of row. */
    Map<String, Integer> rowsByKind() {
        return new TreeMap<>(rows);
    }

    /** Rows that were written with what they held already, but for {@link #fences}. */
    int same() {
        return same;
    }

    /**
     * Rows that are in a transaction so that nobody who was overtaken can write it, and say what they said before: Table
     * Storage knows no condition without a write.
     */
    int fences() {
        return fences;
    }

    /** Bytes. */
    long allocated() {
        return allocated;
    }

    static long allocatedByThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    @Override
    public Table table(String name) {
        Table table = tables.table(name);
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                reads++;
                return apart(() -> table.get(partition, key));
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                reads++;
                return apart(() -> table.query(range, limit, continuation));
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                return apart(() -> {
                    List<Boolean> before = isLooking
                            ? changes.stream()
                                    .map(change -> isAsIs(table, change))
                                    .toList()
                            : List.of();
                    List<@Nullable String> etags = table.transact(changes);
                    transactions.merge(name, 1, Integer::sum);
                    for (int i = 0; i < before.size(); i++) {
                        if (before.get(i)) {
                            count(kind(changes.get(i).row().key()));
                        }
                    }
                    for (Change change : changes) {
                        rows.merge(name + " " + kind(change.row().key()), 1, Integer::sum);
                    }
                    script.accept(new Write(name, List.copyOf(changes)));
                    return etags;
                });
            }
        };
    }

    private void count(String kind) {
        if (FENCES.contains(kind)) {
            fences++;
        } else {
            same++;
        }
    }

    private <T> T apart(Supplier<T> call) {
        long start = allocatedByThread();
        try {
            return call.get();
        } finally {
            allocated += allocatedByThread() - start;
        }
    }

    private static String kind(String key) {
        int bar = key.indexOf('|');
        if (bar >= 0) {
            return key.substring(0, bar);
        }
        return key.length() > 20 ? "row" : key;
    }

    private static boolean isAsIs(Table table, Change change) {
        if (change instanceof Change.Delete || change instanceof Change.Insert) {
            return false;
        }
        boolean isMerge = (change instanceof Change.Upsert upsert && upsert.mode() == Change.Mode.MERGE)
                || (change instanceof Change.Update update && update.mode() == Change.Mode.MERGE);
        Row row = change.row();
        Optional<Row> before = table.get(row.partition(), row.key());
        return before.isPresent()
                && (isMerge
                        || before.get().properties().size() == row.properties().size())
                && row.properties().entrySet().stream()
                        .allMatch(entry -> isEqual(
                                entry.getValue(), before.get().properties().get(entry.getKey())));
    }

    private static boolean isEqual(Object a, @Nullable Object b) {
        return (a instanceof byte[] x && b instanceof byte[] y) ? Arrays.equals(x, y) : a.equals(b);
    }
}

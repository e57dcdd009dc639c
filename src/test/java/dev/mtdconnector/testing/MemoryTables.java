package dev.mtdconnector.testing;

import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.TableRules;
import dev.mtdconnector.storage.Tables;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tables in memory with the rules, conditions and order of Table Storage. Safe for several threads; a transaction is
 * atomic to all readers.
 */
public final class MemoryTables implements Tables {

    private final Map<String, MemoryTable> tables = new ConcurrentHashMap<>();
    private volatile boolean raggedPages;

    /**
     * From now on pages are cut as the service may cut them (at partition boundaries and time limits): some are empty
     * or short and yet go on, and the last row's page is followed by an empty one.
     */
    public MemoryTables withRaggedPages() {
        raggedPages = true;
        return this;
    }

    @Override
    public Table table(String name) {
        return memoryTable(name);
    }

    /** How many transactions the table has applied: a row that did not change is not written. */
    public long writes(String table) {
        return memoryTable(table).writes();
    }

    /** Every row of every table, by name, for a look at the state as a whole. */
    public Map<String, List<Row>> dump() {
        Map<String, List<Row>> all = new TreeMap<>();
        tables.forEach((name, table) -> all.put(
                name, table.rows().stream().map(MemoryTables::comparable).toList()));
        return all;
    }

    /** Bytes as text: rows are compared, and arrays are only equal to themselves. */
    private static Row comparable(Row row) {
        Map<String, Object> properties = new TreeMap<>(row.properties());
        properties.replaceAll(
                (name, value) -> value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
        return new Row(row.partition(), row.key(), properties, row.etag());
    }

    private MemoryTable memoryTable(String name) {
        return tables.computeIfAbsent(name, missing -> {
            TableRules.checkTableName(missing);
            return new MemoryTable(() -> raggedPages);
        });
    }
}

package dev.mtdconnector.bench;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.TableRules;
import dev.mtdconnector.storage.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tables that take the same heap however many devices there are: every numbered device is as device 0 is, and what is written
 * of one is checked and forgotten.
 */
final class TemplateTables implements Tables {

    private static final Pattern NUMBERED = Pattern.compile("(-0000-4000-8000-)(\\d{12})");
    private static final String ZERO = "000000000000";

    private final Tables tables;

    /**
     * @param tables with device 0
     */
    TemplateTables(Tables tables) {
        this.tables = tables;
    }

    @Override
    public Table table(String name) {
        Table table = tables.table(name);
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return table.get(partition, numbered(key, ZERO)).map(row -> as(row, numberOf(key)));
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                String from = range.fromKey();
                String to = range.toKey();
                Range zero = new Range(
                        range.fromPartition(),
                        range.toPartition(),
                        from == null ? null : numbered(from, ZERO),
                        to == null ? null : numbered(to, ZERO));
                Page page = table.query(zero, limit, continuation);
                @Nullable String number = from == null ? null : numberOf(from);
                return new Page(page.rows().stream().map(row -> as(row, number)).toList(), page.continuation());
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                if (numberOf(changes.get(0).row().key()) == null) {
                    return table.transact(changes);
                }
                TableRules.checkTransaction(changes);
                List<@Nullable String> etags = new ArrayList<>();
                changes.forEach(change -> etags.add(change instanceof Change.Delete ? null : "W/\"forgotten\""));
                return etags;
            }
        };
    }

    private static @Nullable String numberOf(String key) {
        Matcher matcher = NUMBERED.matcher(key);
        return matcher.find() ? matcher.group(2) : null;
    }

    private static String numbered(String text, String number) {
        return NUMBERED.matcher(text).replaceAll("$1" + number);
    }

    private static Row as(Row row, @Nullable String number) {
        if (number == null) {
            return row;
        }
        Map<String, Object> properties = new TreeMap<>(row.properties());
        properties.replaceAll((name, value) -> value instanceof String text ? numbered(text, number) : value);
        return new Row(row.partition(), numbered(row.key(), number), properties, row.etag());
    }
}

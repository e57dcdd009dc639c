package dev.mtdconnector.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.audit.AuditEntry;
import dev.mtdconnector.audit.AuditEntry.Difference;
import dev.mtdconnector.audit.AuditEntry.Outcome;
import dev.mtdconnector.audit.AuditStore;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail: a row an act, in the tenant's partition, newest first. Keys: {@code <newest first>|<id>}.
 */
public final class AuditTable implements AuditStore {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, List<@Nullable String>>> PAIRS = new TypeReference<>() {};

    /** A text column holds 32,768 characters. */
    private static final int LONGEST_COLUMN = 32_000;

    private final Table table;

    public AuditTable(Tables tables) {
        this.table = tables.table("audit");
    }

    @Override
    public void begin(String place, AuditEntry entry) {
        Columns columns = Columns.ofRow()
                .text("actor", entry.actor())
                .text("action", entry.action())
                .text("target", json(entry.target()))
                .text("outcome", entry.outcome().name())
                .text("correlationId", entry.correlationId());
        Writes.put(table, Row.of(Keys.join(place), key(entry), columns.map()));
    }

    @Override
    public void end(String place, AuditEntry entry) {
        Map<String, List<@Nullable String>> changes = new LinkedHashMap<>();
        int length = 0;
        for (Map.Entry<String, Difference> change : entry.changes().entrySet()) {
            List<@Nullable String> pair = new ArrayList<>();
            pair.add(change.getValue().before());
            pair.add(change.getValue().after());
            length += json(Map.of(change.getKey(), pair)).length();
            if (length > LONGEST_COLUMN) {
                break;
            }
            changes.put(change.getKey(), pair);
        }
        Columns columns = Columns.some()
                .text("outcome", entry.outcome().name())
                .text("code", entry.code())
                .text("changes", json(changes));
        table.transact(List.of(new Upsert(Row.of(Keys.join(place), key(entry), columns.map()), Mode.MERGE)));
    }

    @Override
    public void withdraw(String place, AuditEntry entry) {
        Writes.delete(table, Keys.join(place), key(entry), null);
    }

    @Override
    public Page list(String place, @Nullable Instant from, @Nullable Instant to, int limit, @Nullable String cursor) {
        String partition = Keys.join(place);
        // Newest first, so the later bound is where the range begins; a key at it is excluded by its time being later.
        String begin = to == null ? "" : Keys.newestFirst(to.minusNanos(100));
        String end = from == null ? "~" : Keys.newestFirst(from) + "~";
        Table.Range range = new Table.Range(partition, partition + "\u0000", cursor == null ? begin : cursor, end);
        List<Row> rows = Queries.rows(table, range, limit + 1);
        boolean isMore = rows.size() > limit;
        List<AuditEntry> entries =
                rows.stream().limit(limit).map(AuditTable::entry).toList();
        return new Page(entries, isMore ? rows.get(limit).key() : null);
    }

    private static String key(AuditEntry entry) {
        return Keys.join(Keys.newestFirst(entry.at()), entry.id());
    }

    private static AuditEntry entry(Row row) {
        List<String> parts = Keys.split(row.key());
        Map<String, Difference> changes = new LinkedHashMap<>();
        String stored = row.text("changes");
        if (stored != null) {
            read(stored, PAIRS).forEach((path, pair) -> changes.put(path, new Difference(pair.get(0), pair.get(1))));
        }
        return new AuditEntry(
                parts.get(1),
                Keys.fromNewestFirst(parts.get(0)),
                row.requiredText("actor"),
                row.requiredText("action"),
                read(row.requiredText("target"), TEXTS),
                Outcome.valueOf(row.requiredText("outcome")),
                row.text("code"),
                row.requiredText("correlationId"),
                changes);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts cannot be written as JSON", e);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A row of the audit trail cannot be read", e);
        }
    }
}

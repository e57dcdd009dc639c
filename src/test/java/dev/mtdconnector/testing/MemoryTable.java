package dev.mtdconnector.testing;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.ConflictException;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.TableRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One table of {@link MemoryTables}. */
final class MemoryTable implements Table {

    private final NavigableMap<Place, Row> rows = new TreeMap<>();
    private final BooleanSupplier raggedPages;
    private long writes;
    private long versions;
    private long pages;

    MemoryTable(BooleanSupplier raggedPages) {
        this.raggedPages = raggedPages;
    }

    @Override
    public synchronized Optional<Row> get(String partition, String key) {
        TableRules.checkKeys(partition, key);
        return Optional.ofNullable(rows.get(new Place(partition, key))).map(MemoryTable::copy);
    }

    @Override
    public synchronized Page query(Range range, int limit, @Nullable String continuation) {
        TableRules.checkLimit(limit);
        Place from = continuation == null
                ? new Place(orEmpty(range.fromPartition()), orEmpty(range.fromKey()))
                : Place.parse(continuation);
        int most = limit;
        if (raggedPages.getAsBoolean()) {
            most = switch ((int) (pages++ % 3)) {
                case 0 -> 0;
                case 1 -> (limit + 1) / 2;
                default -> limit;
            };
        }
        List<Row> page = new ArrayList<>();
        for (Row row : rows.tailMap(from, true).values()) {
            boolean isPast = range.isOnePartition() && !isBeforeEnd(row.key(), range.toKey());
            if (isPast || !isBeforeEnd(row.partition(), range.toPartition())) {
                break;
            }
            boolean matches =
                    row.key().compareTo(orEmpty(range.fromKey())) >= 0 && isBeforeEnd(row.key(), range.toKey());
            if (matches && page.size() == most) {
                return new Page(page, Place.of(row).toString());
            }
            if (matches) {
                page.add(copy(row));
            }
        }
        boolean goesOn = raggedPages.getAsBoolean() && !page.isEmpty();
        return new Page(
                page, goesOn ? Place.of(page.get(page.size() - 1)).next().toString() : null);
    }

    @Override
    public synchronized List<@Nullable String> transact(List<Change> changes) {
        TableRules.checkTransaction(changes);
        Map<Place, Optional<Row>> after = new TreeMap<>();
        List<@Nullable String> etags = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Place place = Place.of(change.row());
            Row before = rows.get(place);
            ConflictException.Reason reason = conflict(change, before);
            if (reason != null) {
                throw new ConflictException(i, reason);
            }
            Optional<Row> row =
                    change instanceof Change.Delete ? Optional.empty() : Optional.of(changed(change, before));
            after.put(place, row);
            etags.add(row.map(Row::etag).orElse(null));
        }
        after.forEach((place, row) -> row.ifPresentOrElse(kept -> rows.put(place, kept), () -> rows.remove(place)));
        writes++;
        return etags;
    }

    synchronized long writes() {
        return writes;
    }

    synchronized List<Row> rows() {
        return rows.values().stream().map(MemoryTable::copy).toList();
    }

    private static ConflictException.@Nullable Reason conflict(Change change, @Nullable Row before) {
        if (change instanceof Change.Insert) {
            return before == null ? null : ConflictException.Reason.EXISTS;
        }
        if (change instanceof Change.Upsert) {
            return null;
        }
        if (before == null) {
            return ConflictException.Reason.MISSING;
        }
        String ifMatch = change instanceof Change.Update update ? update.ifMatch() : ((Change.Delete) change).ifMatch();
        return ifMatch == null || ifMatch.equals(before.etag()) ? null : ConflictException.Reason.CHANGED;
    }

    private Row changed(Change change, @Nullable Row before) {
        boolean merge = (change instanceof Change.Upsert upsert && upsert.mode() == Change.Mode.MERGE)
                || (change instanceof Change.Update update && update.mode() == Change.Mode.MERGE);
        Map<String, Object> properties = new TreeMap<>();
        if (merge && before != null) {
            properties.putAll(before.properties());
        }
        properties.putAll(change.row().properties());
        versions++;
        Row row = copy(
                new Row(change.row().partition(), change.row().key(), properties, "W/\"datetime'" + versions + "'\""));
        try {
            TableRules.checkProperties(row);
        } catch (IllegalArgumentException e) {
            // The caller could not see it; the service answers with an error of its own then.
            throw new StorageException("A merge made a row that breaks a rule", e);
        }
        return row;
    }

    private static boolean isBeforeEnd(String text, @Nullable String end) {
        return end == null || text.compareTo(end) < 0;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Arrays are mutable: neither the writer nor a reader may change what is stored. */
    private static Row copy(Row row) {
        Map<String, Object> properties = new TreeMap<>(row.properties());
        properties.replaceAll((name, value) -> value instanceof byte[] binary ? binary.clone() : value);
        return new Row(row.partition(), row.key(), properties, row.etag());
    }

    /** Where a row is, in the ordinal order of the service. */
    private record Place(String partition, String key) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::partition).thenComparing(Place::key);

        static Place of(Row row) {
            return new Place(row.partition(), row.key());
        }

        static Place parse(String continuation) {
            int cut = continuation.indexOf('/');
            return new Place(continuation.substring(0, cut), continuation.substring(cut + 1));
        }

        Place next() {
            return new Place(partition, key + "\u0000");
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }

        /** The continuation token: a key has no slash. */
        @Override
        public String toString() {
            return partition + "/" + key;
        }
    }
}

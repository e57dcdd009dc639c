package dev.mtdconnector.storage;

import dev.mtdconnector.device.TraceAge;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows by which lines of traces are found when they are old, in the same partition: one for each day and each device that
 * got lines on it, written with the first of them or before. That of a device which is gone leads nowhere; it goes on its
 * day like the others.
 *
 * <p>Keys: {@code z|<day>|<device id>}.
 */
final class TraceDays implements TraceAge {

    private static final String DAY = "z";

    private final Table table;

    TraceDays(Table table) {
        this.table = table;
    }

    /** The day and the device of this line. */
    static Row of(Row line) {
        List<String> parts = Keys.split(line.key());
        String key = Keys.join(DAY, day(Keys.fromNewestFirst(parts.get(2))), parts.get(1));
        return Row.of(line.partition(), key, Columns.ofRow().map());
    }

    private static String day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toString();
    }

    /**
     * Notes the days of lines that are about to be written, where their transaction has no room for that. A note without its
     * line does no harm.
     *
     * @param lines at most {@link TableRules#MAX_CHANGES}, of one partition
     * @param noted a time on whose day these devices got lines already; null when nothing is known of that
     */
    static void note(Table table, Collection<Row> lines, @Nullable Instant noted) {
        String known = noted == null ? "" : day(noted);
        List<Change> notes = lines.stream()
                .map(TraceDays::of)
                .filter(note -> !Keys.split(note.key()).get(1).equals(known))
                .distinct()
                .<Change>map(note -> new Upsert(note, Mode.REPLACE))
                .toList();
        if (!notes.isEmpty()) {
            table.transact(notes);
        }
    }

    /**
     * Whether it is at this line that the device's are counted: one in 64 of them, by its hash. Reading as many lines as may
     * be kept for each that comes would cost more than the line.
     */
    static boolean isCountedAt(String lineKey) {
        return Integer.parseInt(lineKey.substring(lineKey.length() - 2), 16) % 64 == 0;
    }

    /** Deletes the oldest lines of a device that has more than are kept. */
    static void trim(Table table, String partition, String deviceId) {
        Table.Range all = Table.Range.prefix(partition, TraceRows.prefix(deviceId));
        List<Row> kept = Queries.rows(table, all, MOST_LINES);
        if (kept.size() == MOST_LINES) {
            Table.Range rest = all.from(kept.get(MOST_LINES - 1).key() + '\u0000');
            deleteAll(table, rest, List.of());
        }
    }

    @Override
    public int forget(String tenantId, LocalDate before, int limit) {
        Table.Range all = Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix(DAY));
        Table.Range old = new Table.Range(
                all.fromPartition(), all.toPartition(), all.fromKey(), Keys.join(DAY, before.toString()));
        List<Row> notes = Queries.rows(table, old, limit);
        for (Row note : notes) {
            String lines = TraceRows.prefix(Keys.split(note.key()).get(2));
            // The latest instant of the day before, and all that come after it in an order that is newest first.
            String from = lines
                    + Keys.newestFirst(
                            before.atStartOfDay(ZoneOffset.UTC).toInstant().minusNanos(100));
            Table.Range rest = Table.Range.prefix(note.partition(), lines).from(from);
            deleteAll(table, rest, List.of(new Delete(note, null)));
        }
        return notes.size();
    }

    /** Deletes the rows of the range, in as many transactions as it takes, and with the last of them these too. */
    private static void deleteAll(Table table, Table.Range range, List<Change> last) {
        int most = TableRules.MAX_CHANGES - last.size();
        boolean isLast;
        do {
            List<Change> changes = new ArrayList<>();
            Queries.rows(table, range, most).forEach(row -> changes.add(new Delete(row, null)));
            isLast = changes.size() < most;
            if (isLast) {
                changes.addAll(last);
            }
            if (!changes.isEmpty()) {
                // Where somebody else deletes the same rows it is being done, and what is left is found the next time.
                Writes.tryTransact(table, changes);
            }
        } while (!isLast);
    }
}

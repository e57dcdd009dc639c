package dev.mtdconnector.storage;

import dev.mtdconnector.device.TraceAge;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Rows by which lines of traces are found when they are old, in the same partition: each has a day and the device, or the
 * devices, that got lines on it, and is written in their transaction. That of a device which is gone leads nowhere; it goes
 * on its day like the others.
 *
 * <p>Keys: {@code z|<day>|<device id>}; {@code z|<day>|<hash>} of several devices.
 */
final class TraceDays implements TraceAge {

    private static final String DAY = "z";
    private static final String DEVICES = "devices";

    private final Table table;

    TraceDays(Table table) {
        this.table = table;
    }

    /** The day and the device of this line. */
    static Row of(Row line) {
        List<String> parts = Keys.split(line.key());
        LocalDate day = LocalDate.ofInstant(Keys.fromNewestFirst(parts.get(2)), ZoneOffset.UTC);
        String key = Keys.join(DAY, day.toString(), parts.get(1));
        return Row.of(line.partition(), key, Columns.ofRow().map());
    }

    /**
     * Adds to a transaction one row for the day of all these lines, of several devices, and the lines.
     *
     * @param lines written at one time
     */
    static void add(List<Row> lines, List<Change> changes) {
        if (lines.isEmpty()) {
            return;
        }
        String devices = lines.stream()
                .map(line -> Keys.split(line.key()).get(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        String name =
                UUID.nameUUIDFromBytes(devices.getBytes(StandardCharsets.UTF_8)).toString();
        Row first = lines.get(0);
        String key = Keys.join(DAY, Keys.split(of(first).key()).get(1), name);
        Columns columns = Columns.ofRow().text(DEVICES, devices);
        changes.add(new Upsert(Row.of(first.partition(), key, columns.map()), Mode.REPLACE));
        lines.forEach(line -> changes.add(new Upsert(line, Mode.REPLACE)));
    }

    /** The devices of a row: of several they are written in it, of one it has the name. */
    private static List<String> devices(Row note) {
        String several = note.text(DEVICES);
        return several == null ? List.of(Keys.split(note.key()).get(2)) : List.of(several.split(" ", -1));
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
        // The latest instant of the day before, and all that come after it in an order that is newest first.
        String from =
                Keys.newestFirst(before.atStartOfDay(ZoneOffset.UTC).toInstant().minusNanos(100));
        for (Row note : notes) {
            List<String> devices = devices(note);
            for (int i = 0; i < devices.size(); i++) {
                String lines = TraceRows.prefix(devices.get(i));
                Table.Range rest = Table.Range.prefix(note.partition(), lines).from(lines + from);
                boolean isLast = i == devices.size() - 1;
                deleteAll(table, rest, isLast ? List.of(new Delete(note, null)) : List.of());
            }
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

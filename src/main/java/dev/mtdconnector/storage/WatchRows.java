package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Watch;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows by which devices are found that were not heard of for long, beside the devices in their partition: one a device, moved
 * in the transaction that changes the device, at most once a day. The row of a device that leaves may stay behind; it leads
 * nowhere then.
 *
 * <p>Keys: {@code s|c|<day>|<device id>} connected, {@code s|d|<day>|<device id>} disconnected; {@code settings}.
 */
final class WatchRows implements Watch {

    private static final String SETTINGS = "settings";
    private static final String DAYS = "disconnectedAfterDays";

    private final Table table;

    WatchRows(Table table) {
        this.table = table;
    }

    private static String key(Sighting sighting) {
        return Keys.join("s", place(sighting.isDisconnected()), sighting.day().toString(), sighting.deviceId());
    }

    private static String place(boolean isDisconnected) {
        return isDisconnected ? "d" : "c";
    }

    /** Adds what moves the device's row from where it was to where it belongs after a change. */
    static void move(Table table, String partition, Device before, Device after, List<Change> changes) {
        Optional<String> from = Sighting.of(before).map(WatchRows::key);
        Optional<String> to = Sighting.of(after).map(WatchRows::key);
        if (from.equals(to)) {
            return;
        }
        from.flatMap(key -> table.get(partition, key)).ifPresent(row -> changes.add(new Delete(row, null)));
        to.ifPresent(key ->
                changes.add(new Upsert(Row.of(partition, key, Columns.ofRow().map()), Mode.REPLACE)));
    }

    @Override
    public List<Note> silent(String tenantId, Instant until, int limit, @Nullable Sighting after) {
        Table.Range connected = Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix("s", place(false)));
        String end =
                Keys.join("s", place(false), Sighting.dayOf(until).plusDays(1).toString());
        return notes(
                new Table.Range(connected.fromPartition(), connected.toPartition(), connected.fromKey(), end),
                limit,
                after);
    }

    @Override
    public List<Note> disconnected(String tenantId, Instant since, int limit, @Nullable Sighting after) {
        Table.Range disconnected = Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix("s", place(true)));
        String start = Keys.join("s", place(true), Sighting.dayOf(since).toString());
        return notes(disconnected.from(start), limit, after);
    }

    private List<Note> notes(Table.Range range, int limit, @Nullable Sighting after) {
        Table.Range rest = after == null ? range : range.from(key(after) + "\u0000");
        return Queries.rows(table, rest, limit).stream().map(WatchRows::note).toList();
    }

    private static Note note(Row row) {
        List<String> parts = Keys.split(row.key());
        boolean isDisconnected = parts.get(1).equals(place(true));
        Sighting sighting = new Sighting(parts.get(3), LocalDate.parse(parts.get(2)), isDisconnected);
        return new Note(sighting, String.valueOf(row.etag()));
    }

    @Override
    public void drop(String tenantId, Note note) {
        Writes.delete(table, DeviceTable.partition(tenantId), key(note.sighting()), note.version());
    }

    @Override
    public int disconnectedAfterDays(String tenantId) {
        return table.get(DeviceTable.partition(tenantId), SETTINGS)
                .map(row -> (int) row.number(DAYS, Watch.DEFAULT_DAYS))
                .orElse(Watch.DEFAULT_DAYS);
    }

    @Override
    public void saveDisconnectedAfterDays(String tenantId, int days) {
        Columns columns = Columns.ofRow().number(DAYS, days);
        Writes.put(table, Row.of(DeviceTable.partition(tenantId), SETTINGS, columns.map()));
    }
}

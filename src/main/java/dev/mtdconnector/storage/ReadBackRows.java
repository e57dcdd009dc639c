package dev.mtdconnector.storage;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.intune.ReadBackStore;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How far reading back is, beside the devices and messages.
 *
 * <p>Keys: {@code v|<device id>} devices that differed, {@code v} the round; {@code l|…} are those of {@link MessageRows}.
 */
final class ReadBackRows implements ReadBackStore {

    private static final String KEY = "v";

    private final Table table;

    ReadBackRows(Table table) {
        this.table = table;
    }

    @Override
    public List<Unseen> unseen(String tenantId, Instant from, Instant until) {
        List<Unseen> unseen = new ArrayList<>();
        Queries.each(table, Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix("l")), row -> {
            String ids = row.text("unseen");
            Instant at = row.requiredInstant("at");
            boolean isPartners = PublishTarget.PARTNER.text().equals(row.text("target"));
            if (ids != null && !ids.isEmpty() && isPartners && !at.isBefore(from) && !at.isAfter(until)) {
                unseen.add(new Unseen(Keys.split(row.key()).get(1), List.of(ids.split(" ", -1))));
            }
        });
        return unseen;
    }

    @Override
    public void save(String tenantId, Unseen unseen) {
        Row row = Row.of(
                DeviceTable.partition(tenantId),
                MessageRows.pastKey(unseen.messageId()),
                Columns.some()
                        .text("unseen", String.join(" ", unseen.deviceIds()))
                        .map());
        // One that expired meanwhile stays away.
        Writes.tryTransact(table, List.of(new Update(row, Mode.MERGE, null)));
    }

    @Override
    public List<Suspect> suspects(String tenantId, int limit) {
        return Queries.rows(table, Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix(KEY)), limit)
                .stream()
                .map(row -> new Suspect(
                        Keys.split(row.key()).get(1),
                        row.requiredInstant("firstAt"),
                        row.requiredInstant("nextAt"),
                        (int) row.number("repairs", 0)))
                .toList();
    }

    @Override
    public void save(String tenantId, Suspect suspect) {
        Writes.put(
                table,
                Row.of(
                        DeviceTable.partition(tenantId),
                        Keys.join(KEY, suspect.deviceId()),
                        Columns.ofRow()
                                .instant("firstAt", suspect.firstAt())
                                .instant("nextAt", suspect.nextAt())
                                .number("repairs", suspect.repairs())
                                .map()));
    }

    @Override
    public void clear(String tenantId, String deviceId) {
        Writes.delete(table, DeviceTable.partition(tenantId), Keys.join(KEY, deviceId), null);
    }

    @Override
    public Round round(String tenantId) {
        return table.get(DeviceTable.partition(tenantId), KEY)
                .map(row -> new Round(
                        row.text("cursor"),
                        row.instant("lastAt"),
                        row.number("read", 0),
                        row.number("different", 0),
                        row.number("repaired", 0)))
                .orElse(Round.NEW);
    }

    @Override
    public void save(String tenantId, Round round) {
        Writes.put(
                table,
                Row.of(
                        DeviceTable.partition(tenantId),
                        KEY,
                        Columns.ofRow()
                                .text("cursor", round.cursor())
                                .instant("lastAt", round.lastAt())
                                .number("read", round.read())
                                .number("different", round.different())
                                .number("repaired", round.repaired())
                                .map()));
    }
}

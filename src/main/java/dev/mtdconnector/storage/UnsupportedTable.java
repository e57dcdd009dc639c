package dev.mtdconnector.storage;

import dev.mtdconnector.device.UnsupportedDevices;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Devices that are listed apart because no agent can protect them. */
public final class UnsupportedTable implements UnsupportedDevices {

    private final Table table;

    public UnsupportedTable(Tables tables) {
        this.table = tables.table("unsupported");
    }

    @Override
    public void save(String tenantId, Unsupported device) {
        if (!find(tenantId, device.deviceId()).equals(Optional.of(device))) {
            Writes.put(table, row(tenantId, device));
        }
    }

    @Override
    public void replace(String tenantId, List<Unsupported> devices) {
        for (int from = 0; from < devices.size(); from += TableRules.MAX_CHANGES) {
            List<Unsupported> some = devices.subList(from, Math.min(devices.size(), from + TableRules.MAX_CHANGES));
            table.transact(some.stream()
                    .<Change>map(device -> new Change.Upsert(row(tenantId, device), Change.Mode.REPLACE))
                    .toList());
        }
    }

    @Override
    public void remove(String tenantId, String deviceId) {
        Writes.delete(table, Keys.join(tenantId), Keys.join(deviceId), null);
    }

    @Override
    public void removeIf(String tenantId, Predicate<Unsupported> isGone) {
        list(tenantId, Integer.MAX_VALUE).stream()
                .filter(isGone)
                .forEach(device -> remove(tenantId, device.deviceId()));
    }

    @Override
    public Optional<Unsupported> find(String tenantId, String deviceId) {
        return table.get(Keys.join(tenantId), Keys.join(deviceId)).map(UnsupportedTable::unsupported);
    }

    @Override
    public List<Unsupported> list(String tenantId, int limit) {
        return Queries.rows(table, Table.Range.partition(Keys.join(tenantId)), limit).stream()
                .map(UnsupportedTable::unsupported)
                .toList();
    }

    private static Row row(String tenantId, Unsupported device) {
        return Row.of(
                Keys.join(tenantId),
                Keys.join(device.deviceId()),
                Columns.ofRow()
                        .text("objectId", device.objectId())
                        .text("displayName", device.displayName())
                        .text("operatingSystem", device.operatingSystem())
                        .text("osVersion", device.osVersion())
                        .text("userId", device.userId())
                        .text("userPrincipalName", device.userPrincipalName())
                        .text("reason", device.reason())
                        .map());
    }

    private static Unsupported unsupported(Row row) {
        return new Unsupported(
                Keys.unescape(row.key()),
                row.requiredText("objectId"),
                row.text("displayName"),
                row.text("operatingSystem"),
                row.text("osVersion"),
                row.requiredText("userId"),
                row.text("userPrincipalName"),
                row.requiredText("reason"));
    }
}

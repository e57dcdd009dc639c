package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.threat.Exposure;
import java.util.ArrayList;
import java.util.List;

/** Puts devices into the table as they are, with nothing outstanding: for tests that begin in the middle of a story. */
public final class StoredDevices {

    private StoredDevices() {}

    public static void add(Tables tables, String tenantId, List<Device> devices) {
        Table table = tables.table("devices");
        String partition = Keys.join(tenantId, "00");
        List<Change> changes = new ArrayList<>();
        for (Device device : devices) {
            changes.add(new Insert(DeviceRows.row(partition, device)));
            device.threats()
                    .values()
                    .forEach(threat -> changes.add(new Insert(DeviceRows.row(partition, device.deviceId(), threat))));
            Exposure exposure = Exposure.of(device.threats().values());
            if (!exposure.isNone()) {
                changes.add(new Insert(TraceRows.exposure(partition, device.deviceId(), exposure)));
            }
        }
        for (int from = 0; from < changes.size(); from += TableRules.MAX_CHANGES) {
            table.transact(changes.subList(from, Math.min(changes.size(), from + TableRules.MAX_CHANGES)));
        }
    }
}

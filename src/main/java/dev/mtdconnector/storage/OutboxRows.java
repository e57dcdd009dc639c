package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's rows beside those of the devices: marks and messages.
 *
 * <p>Keys: {@code o|<device id>} marks, {@code m|<message id>} messages.
 */
final class OutboxRows implements Outbox {

    private static final int TRIES = 20;
    private static final int PAGE = 1000;

    /** How long a device is left alone after its first failed message; doubled up to about half an hour. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private final DeviceTable parent;
    private final Table table;

    OutboxRows(DeviceTable parent, Table table) {
        this.parent = parent;
        this.table = table;
    }

    @Override
    public Look outstanding(String tenantId, int limit, Instant now) {
        String partition = DeviceTable.partition(tenantId);
        Table.Range marks = Table.Range.prefix(partition, Keys.prefix("o"));
        List<Row> fresh = new ArrayList<>();
        List<Row> failed = new ArrayList<>();
        boolean areOthersHeldBack = false;
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(marks, PAGE, continuation);
            for (Row mark : page.rows()) {
                Instant notBefore = mark.instant("notBefore");
                if (notBefore != null && notBefore.isAfter(now)) {
                    areOthersHeldBack = true;
                } else if (failures(mark) == 0) {
                    fresh.add(mark);
                } else if (failed.isEmpty() || failures(failed.get(0)) == failures(mark)) {
                    failed.add(mark);
                }
            }
            continuation = page.continuation();
        } while (continuation != null && fresh.size() < limit);
        List<Row> chosen = fresh.isEmpty() ? failed : fresh;
        int most = chosen.isEmpty() ? 0 : Math.max(1, limit >> Math.min(failures(chosen.get(0)), 30));
        List<Outstanding> devices = new ArrayList<>();
        for (Row mark : chosen.subList(0, Math.min(most, chosen.size()))) {
            Optional<DeviceTable.Stored> stored =
                    parent.read(tenantId, Keys.split(mark.key()).get(1));
            if (stored.isPresent()) {
                String version = stored.get().etag() + "\n" + mark.etag();
                devices.add(new Outstanding(stored.get().device(), version, failures(mark)));
            } else {
                Writes.delete(table, partition, mark.key(), mark.etag());
            }
        }
        return new Look(devices, areOthersHeldBack);
    }

    private static int failures(Row row) {
        return (int) row.number("failures", 0);
    }

    @Override
    public void mark(String tenantId, String deviceId) {
        table.transact(List.of(parent.markOf(DeviceTable.partition(tenantId), deviceId)));
    }

    @Override
    public void drop(String tenantId, Outstanding outstanding) {
        Writes.delete(
                table,
                DeviceTable.partition(tenantId),
                DeviceTable.markKey(outstanding.device().deviceId()),
                markEtag(outstanding));
    }

    @Override
    public void forget(String tenantId, Outstanding outstanding) {
        String partition = DeviceTable.partition(tenantId);
        Device device = outstanding.device();
        String deviceId = device.deviceId();
        List<Change> changes = new ArrayList<>();
        changes.add(new Delete(Row.of(partition, DeviceRows.key(deviceId), Map.of()), deviceEtag(outstanding)));
        changes.add(new Delete(Row.of(partition, DeviceTable.markKey(deviceId), Map.of()), markEtag(outstanding)));
        // Of more threats than fit, the rest would hang in the air: they go first, a part at a time.
        for (String threat : device.threats().keySet()) {
            if (changes.size() == TableRules.MAX_CHANGES - 2) {
                break;
            }
            changes.add(new Delete(Row.of(partition, DeviceRows.threatKey(deviceId, threat), Map.of()), null));
        }
        EnrolledDevices.objectRow(table, partition, device).ifPresent(row -> changes.add(new Delete(row, row.etag())));
        table.get(partition, TraceRows.exposureKey(deviceId)).ifPresent(row -> changes.add(new Delete(row, null)));
        if (device.threats().size() > TableRules.MAX_CHANGES - 4) {
            Writes.tryTransact(table, changes.subList(2, changes.size()));
        } else {
            Writes.tryTransact(table, changes);
        }
    }

    @Override
    public boolean prepare(String tenantId, Message message, List<Entry> entries) {
        String partition = DeviceTable.partition(tenantId);
        List<Change> changes = new ArrayList<>();
        changes.add(new Insert(Row.of(
                partition,
                messageKey(message),
                Columns.ofRow()
                        .text("deviceIds", String.join(" ", message.deviceIds()))
                        .text("content", message.content())
                        .instant("createdAt", message.createdAt())
                        .flag("isSent", false)
                        .number("failures", message.failures())
                        .map())));
        for (Entry entry : entries) {
            Device device = entry.outstanding().device();
            Device told =
                    device.withTold(new Device.Told(entry.state(), message.id().toString(), entry.orderedAt(), null));
            changes.add(new Update(DeviceRows.row(partition, told), Mode.REPLACE, deviceEtag(entry.outstanding())));
            changes.add(new Delete(
                    Row.of(partition, DeviceTable.markKey(device.deviceId()), Map.of()),
                    markEtag(entry.outstanding())));
        }
        return Writes.tryTransact(table, changes).isPresent();
    }

    @Override
    public List<Message> messages(String tenantId) {
        return Queries.rows(table, Table.Range.prefix(DeviceTable.partition(tenantId), Keys.prefix("m")), PAGE).stream()
                .map(row -> new Message(
                        UUID.fromString(Keys.split(row.key()).get(1)),
                        List.of(row.requiredText("deviceIds").split(" ", -1)),
                        row.requiredText("content"),
                        row.requiredInstant("createdAt"),
                        row.flag("isSent"),
                        failures(row)))
                .sorted((a, b) -> a.createdAt().compareTo(b.createdAt()))
                .toList();
    }

    @Override
    public void sent(String tenantId, Message message) {
        Row row = Row.of(
                DeviceTable.partition(tenantId),
                messageKey(message),
                Columns.some().flag("isSent", true).map());
        Writes.tryTransact(table, List.of(new Update(row, Mode.MERGE, null)));
    }

    @Override
    public void completed(String tenantId, Message message, Instant at) {
        String partition = DeviceTable.partition(tenantId);
        finish(tenantId, message, (stored, changes) -> {
            Device device = stored.device();
            changes.add(new Update(
                    Row.of(partition, DeviceRows.key(device.deviceId()), DeviceRows.confirmed(at)),
                    Mode.MERGE,
                    stored.etag()));
            Device.Departure departure = device.departure();
            if (departure != null && departure.isDeleted()) {
                changes.add(parent.markOf(partition, device.deviceId()));
            }
        });
    }

    @Override
    public void failed(String tenantId, Message message, Instant at) {
        String partition = DeviceTable.partition(tenantId);
        int failures = message.failures() + 1;
        Map<String, Object> columns = Columns.ofRow()
                .instant("at", at)
                .number("failures", failures)
                .instant("notBefore", at.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 5))))
                .map();
        finish(tenantId, message, (stored, changes) -> {
            Device device = stored.device();
            Device.Told told = new Device.Told(null, null, device.told().orderedAt(), null);
            changes.add(new Update(DeviceRows.row(partition, device.withTold(told)), Mode.REPLACE, stored.etag()));
            // A device that changed meanwhile is marked already, for a state that has not failed.
            if (!parent.isOutstanding(tenantId, device.deviceId())) {
                changes.add(
                        new Upsert(Row.of(partition, DeviceTable.markKey(device.deviceId()), columns), Mode.REPLACE));
            }
        });
    }

    /** Forgets the message and notes its end in the devices that were last told by it, together. */
    private void finish(String tenantId, Message message, Ending ending) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Change> changes = new ArrayList<>();
            for (String deviceId : message.deviceIds()) {
                parent.read(tenantId, deviceId)
                        .filter(stored -> message.id()
                                .toString()
                                .equals(stored.device().told().messageId()))
                        .ifPresent(stored -> ending.of(stored, changes));
            }
            changes.add(new Delete(Row.of(DeviceTable.partition(tenantId), messageKey(message), Map.of()), null));
            try {
                table.transact(changes);
                return;
            } catch (ConflictException e) {
                if (e.index() == changes.size() - 1) {
                    return;
                }
            }
        }
        throw new IllegalStateException("The devices of message " + message.id() + " are changed by too many at once");
    }

    private interface Ending {
        void of(DeviceTable.Stored stored, List<Change> changes);
    }

    private static String messageKey(Message message) {
        return Keys.join("m", message.id().toString());
    }

    private static String deviceEtag(Outstanding outstanding) {
        return outstanding.version().substring(0, outstanding.version().indexOf('\n'));
    }

    private static String markEtag(Outstanding outstanding) {
        return outstanding.version().substring(outstanding.version().indexOf('\n') + 1);
    }
}

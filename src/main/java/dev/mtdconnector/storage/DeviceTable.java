package dev.mtdconnector.storage;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.ProtectedApps;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Devices, their threats, their marks for the publisher, and the publisher's messages: in one partition, for they change
 * together. A device's own row is written at every change of the device, so its ETag guards the whole.
 *
 * <p>Keys: {@code d|…} devices and threats ({@link DeviceRows}), {@code o|<device id>} marks, {@code m|<message id>}
 * messages, {@code x|<device id>} and {@code y|…} what is open and what happened ({@link TraceRows}); those of enrollment
 * are in {@link EnrolledDevices}, registrations of apps in {@link AppRows}.
 */
public final class DeviceTable implements DeviceStore, Outbox, DeviceRegister, ProtectedApps {

    private static final int TRIES = 20;
    private static final int PAGE = 1000;

    /** How long a device is left alone after its first failed message; doubled up to about half an hour. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private final Table table;
    private final Clock clock;

    public DeviceTable(Tables tables, Clock clock) {
        this.table = tables.table("devices");
        this.clock = clock;
    }

    /** One shard a tenant so far; its number stands in the key so that more can come. */
    private static String partition(String tenantId) {
        return Keys.join(tenantId, "00");
    }

    @Override
    public Optional<Device> find(String tenantId, String deviceId) {
        return read(tenantId, deviceId).map(Stored::device);
    }

    @Override
    public boolean isOutstanding(String tenantId, String deviceId) {
        return table.get(partition(tenantId), markKey(deviceId)).isPresent();
    }

    @Override
    public void eachInScope(String tenantId, BiConsumer<String, String> consumer) {
        Table.Range users = Table.Range.prefix(partition(tenantId), Keys.prefix("w"));
        Queries.each(table, users, row -> {
            List<String> parts = Keys.split(row.key());
            consumer.accept(parts.get(1), parts.get(2));
        });
    }

    @Override
    public List<AppRegistration> appsOf(String tenantId, String userId) {
        return Queries.rows(table, AppRows.of(partition(tenantId), userId), PAGE).stream()
                .map(AppRows::app)
                .toList();
    }

    @Override
    public List<Device> devicesOf(String tenantId, String userId) {
        return open(tenantId, false).devicesOf(userId).stream()
                .flatMap(deviceId -> find(tenantId, deviceId).stream())
                .toList();
    }

    @Override
    public ProtectedApps.Page apps(String tenantId, int limit, @Nullable String cursor) {
        String partition = partition(tenantId);
        Table.Range all = AppRows.all(partition);
        Table.Range range =
                cursor == null ? all : all.from(AppRows.of(partition, cursor).toKey());
        List<AppRegistration> apps = new ArrayList<>();
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, PAGE, continuation);
            for (Row row : page.rows()) {
                AppRegistration app = AppRows.app(row);
                String last = apps.isEmpty() ? app.userId() : apps.get(apps.size() - 1).userId();
                if (apps.size() >= limit && !app.userId().equals(last)) {
                    return new ProtectedApps.Page(apps, last);
                }
                apps.add(app);
            }
            continuation = page.continuation();
        } while (continuation != null);
        return new ProtectedApps.Page(apps, null);
    }

    @Override
    public Optional<Changed> change(
            String tenantId, String deviceId, UnaryOperator<Device> change, @Nullable TraceEntry why) {
        String partition = partition(tenantId);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = read(tenantId, deviceId);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            Device before = stored.get().device();
            Device after = change.apply(before);
            if (after.equals(before)) {
                return Optional.of(new Changed(before, after, isOutstanding(tenantId, deviceId)));
            }
            List<Change> changes = new ArrayList<>();
            changes.add(new Update(
                    DeviceRows.row(partition, after), Mode.REPLACE, stored.get().etag()));
            for (Threat threat : after.threats().values()) {
                if (!threat.equals(before.threats().get(threat.guid()))) {
                    changes.add(new Upsert(DeviceRows.row(partition, deviceId, threat), Mode.REPLACE));
                }
            }
            boolean mark = after.mayBeToldOtherwiseThan(before);
            if (mark) {
                changes.add(markOf(partition, deviceId));
            }
            Exposure exposure = Exposure.of(after.threats().values());
            Exposure known = Exposure.of(before.threats().values());
            if (exposure.isNone() && !known.isNone()) {
                table.get(partition, TraceRows.exposureKey(deviceId))
                        .ifPresent(row -> changes.add(new Delete(row, null)));
            } else if (!exposure.equals(known)) {
                changes.add(new Upsert(TraceRows.exposure(partition, deviceId, exposure), Mode.REPLACE));
            }
            if (why != null) {
                changes.add(new Upsert(TraceRows.row(partition, deviceId, why), Mode.REPLACE));
            }
            if (Writes.tryTransact(table, changes).isPresent()) {
                return Optional.of(new Changed(before, after, mark || isOutstanding(tenantId, deviceId)));
            }
        }
        throw new IllegalStateException("Device " + deviceId + " is changed by too many at once");
    }

    @Override
    public List<TraceEntry> trace(String tenantId, String deviceId, int limit) {
        Table.Range lines = Table.Range.prefix(partition(tenantId), TraceRows.prefix(deviceId));
        return Queries.rows(table, lines, limit).stream().map(TraceRows::entry).toList();
    }

    @Override
    public void eachExposed(String tenantId, BiConsumer<String, Exposure> consumer) {
        Table.Range exposed = Table.Range.prefix(partition(tenantId), Keys.prefix("x"));
        Queries.each(
                table, exposed, row -> consumer.accept(Keys.split(row.key()).get(1), TraceRows.exposure(row)));
    }

    @Override
    public int add(String tenantId, List<Device> devices) {
        String partition = partition(tenantId);
        int added = 0;
        for (int from = 0; from < devices.size(); from += TableRules.MAX_CHANGES) {
            List<Device> some = devices.subList(from, Math.min(devices.size(), from + TableRules.MAX_CHANGES));
            added += addSome(partition, some);
        }
        return added;
    }

    /** All at once, or one by one when some of them are there: after a crash in the middle of an earlier try. */
    private int addSome(String partition, List<Device> devices) {
        List<Change> changes = new ArrayList<>();
        devices.forEach(device -> changes.add(new Insert(DeviceRows.row(partition, device))));
        if (Writes.tryTransact(table, changes).isPresent()) {
            return devices.size();
        }
        int added = 0;
        for (Change change : changes) {
            if (Writes.tryTransact(table, List.of(change)).isPresent()) {
                added++;
            }
        }
        return added;
    }

    @Override
    public DeviceStore.Page list(String tenantId, int limit, @Nullable String cursor) {
        String partition = partition(tenantId);
        Table.Range all = Table.Range.prefix(partition, Keys.prefix("d"));
        Table.Range range = cursor == null
                ? all
                : all.from(
                        Table.Range.prefix(partition, Keys.prefix("d", cursor)).toKey());
        List<Device> devices = new ArrayList<>();
        @Nullable Row current = null;
        List<Row> threats = new ArrayList<>();
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, Math.min(PAGE, limit + 1), continuation);
            for (Row row : page.rows()) {
                if (DeviceRows.isThreat(row)) {
                    threats.add(row);
                    continue;
                }
                if (current != null) {
                    devices.add(DeviceRows.device(current, threats));
                }
                if (devices.size() == limit) {
                    return new DeviceStore.Page(devices, devices.get(limit - 1).deviceId());
                }
                current = row;
                threats.clear();
            }
            continuation = page.continuation();
        } while (continuation != null);
        if (current != null) {
            devices.add(DeviceRows.device(current, threats));
        }
        return new DeviceStore.Page(devices, null);
    }

    @Override
    public Look outstanding(String tenantId, int limit, Instant now) {
        String partition = partition(tenantId);
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
            Optional<Stored> stored = read(tenantId, Keys.split(mark.key()).get(1));
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
        table.transact(List.of(markOf(partition(tenantId), deviceId)));
    }

    @Override
    public void drop(String tenantId, Outstanding outstanding) {
        Writes.delete(table, partition(tenantId), markKey(outstanding.device().deviceId()), markEtag(outstanding));
    }

    @Override
    public void forget(String tenantId, Outstanding outstanding) {
        String partition = partition(tenantId);
        Device device = outstanding.device();
        String deviceId = device.deviceId();
        List<Change> changes = new ArrayList<>();
        changes.add(new Delete(Row.of(partition, DeviceRows.key(deviceId), Map.of()), deviceEtag(outstanding)));
        changes.add(new Delete(Row.of(partition, markKey(deviceId), Map.of()), markEtag(outstanding)));
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
    public DeviceRegister.Writing open(String tenantId, boolean hasTakenOver) {
        return new EnrolledDevices(this, table, partition(tenantId), hasTakenOver, clock);
    }

    @Override
    public boolean prepare(String tenantId, Message message, List<Entry> entries) {
        String partition = partition(tenantId);
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
            changes.add(
                    new Delete(Row.of(partition, markKey(device.deviceId()), Map.of()), markEtag(entry.outstanding())));
        }
        return Writes.tryTransact(table, changes).isPresent();
    }

    @Override
    public List<Message> messages(String tenantId) {
        return Queries.rows(table, Table.Range.prefix(partition(tenantId), Keys.prefix("m")), PAGE).stream()
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
                partition(tenantId),
                messageKey(message),
                Columns.some().flag("isSent", true).map());
        Writes.tryTransact(table, List.of(new Update(row, Mode.MERGE, null)));
    }

    @Override
    public void completed(String tenantId, Message message, Instant at) {
        String partition = partition(tenantId);
        finish(tenantId, message, (stored, changes) -> {
            Device device = stored.device();
            changes.add(new Update(
                    Row.of(partition, DeviceRows.key(device.deviceId()), DeviceRows.confirmed(at)),
                    Mode.MERGE,
                    stored.etag()));
            Device.Departure departure = device.departure();
            if (departure != null && departure.isDeleted()) {
                changes.add(markOf(partition, device.deviceId()));
            }
        });
    }

    @Override
    public void failed(String tenantId, Message message, Instant at) {
        String partition = partition(tenantId);
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
            if (!isOutstanding(tenantId, device.deviceId())) {
                changes.add(new Upsert(Row.of(partition, markKey(device.deviceId()), columns), Mode.REPLACE));
            }
        });
    }

    /** Forgets the message and notes its end in the devices that were last told by it, together. */
    private void finish(String tenantId, Message message, Ending ending) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Change> changes = new ArrayList<>();
            for (String deviceId : message.deviceIds()) {
                read(tenantId, deviceId)
                        .filter(stored -> message.id()
                                .toString()
                                .equals(stored.device().told().messageId()))
                        .ifPresent(stored -> ending.of(stored, changes));
            }
            changes.add(new Delete(Row.of(partition(tenantId), messageKey(message), Map.of()), null));
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
        void of(Stored stored, List<Change> changes);
    }

    /** A device as it was read. */
    record Stored(Device device, String etag) {}

    private Optional<Stored> read(String tenantId, String deviceId) {
        return readIn(partition(tenantId), deviceId);
    }

    Optional<Stored> readIn(String partition, String deviceId) {
        List<Row> rows =
                Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("d", deviceId)), Integer.MAX_VALUE);
        if (rows.isEmpty() || DeviceRows.isThreat(rows.get(0))) {
            return Optional.empty();
        }
        Device device = DeviceRows.device(rows.get(0), rows.subList(1, rows.size()));
        return Optional.of(new Stored(device, String.valueOf(rows.get(0).etag())));
    }

    Change markOf(String partition, String deviceId) {
        return new Upsert(
                Row.of(
                        partition,
                        markKey(deviceId),
                        Columns.ofRow().instant("at", clock.instant()).map()),
                Mode.REPLACE);
    }

    private static String markKey(String deviceId) {
        return Keys.join("o", deviceId);
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

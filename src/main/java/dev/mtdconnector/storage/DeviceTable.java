package dev.mtdconnector.storage;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.ProtectedApps;
import dev.mtdconnector.device.TraceAge;
import dev.mtdconnector.device.Watch;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.intune.ReadBackStore;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.threat.AllowanceSource;
import dev.mtdconnector.threat.Allowances;
import dev.mtdconnector.threat.Exposure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Devices, their threats, their marks for the publisher, and the publisher's messages: in one partition, for they change
 * together. A device's own row is written at every change of the device, so its ETag guards the whole.
 *
 * <p>Keys: {@code d|…} devices and threats ({@link DeviceRows}), {@code o|<device id>} marks and {@code m|<message id>}
 * messages ({@link OutboxRows}), {@code e|<device id>} and {@code y|…} what is open and what happened ({@link TraceRows}),
 * {@code z|…} when it did ({@link TraceDays}), {@code s|…} when agents were last heard of ({@link WatchRows}); those of enrollment are in {@link EnrolledDevices},
 * registrations of apps in {@link AppRows}.
 */
public final class DeviceTable implements DeviceStore, DeviceRegister, ProtectedApps {

    private static final int TRIES = 20;
    private static final int PAGE = 1000;

    private final Table table;
    private final Clock clock;
    private final AllowanceSource allowances;

    /** Where nobody allows anything. */
    public DeviceTable(Tables tables, Clock clock) {
        this(tables, clock, tenantId -> Allowances.NONE);
    }

    public DeviceTable(Tables tables, Clock clock, AllowanceSource allowances) {
        this.table = tables.table("devices");
        this.clock = clock;
        this.allowances = allowances;
    }

    /** The publisher's part of the table. */
    public Outbox outbox() {
        return new OutboxRows(this, table);
    }

    /** The sweep's part of the table. */
    public Watch watch() {
        return new WatchRows(table);
    }

    /** The traces' part of it. */
    public TraceAge traceAge() {
        return new TraceDays(table);
    }

    /** How far reading back is. */
    public ReadBackStore readBack() {
        return new ReadBackRows(table);
    }

    /** One shard a tenant so far; its number stands in the key so that more can come. */
    static String partition(String tenantId) {
        return Keys.join(tenantId, "00");
    }

    @Override
    public Optional<Device> find(String tenantId, String deviceId) {
        return read(tenantId, deviceId).map(Stored::device);
    }

    @Override
    public Optional<String> byIntuneId(String tenantId, String intuneId) {
        return EnrolledDevices.deviceOfIntune(table, partition(tenantId), intuneId);
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
                String last = apps.isEmpty()
                        ? app.userId()
                        : apps.get(apps.size() - 1).userId();
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
    public Optional<Taken> changeEach(String tenantId, String deviceId, List<Step> steps) {
        return new DeviceChanges(
                        this,
                        table,
                        partition(tenantId),
                        deviceId,
                        device -> device.silencedBy(allowances.of(tenantId), clock.instant()))
                .take(steps, () -> isOutstanding(tenantId, deviceId));
    }

    @Override
    public TracePage trace(String tenantId, String deviceId, int limit, @Nullable String cursor) {
        Table.Range all = Table.Range.prefix(partition(tenantId), TraceRows.prefix(deviceId));
        Table.Range rest = cursor == null ? all : all.from(TraceRows.prefix(deviceId) + cursor + '\u0000');
        List<Row> rows = Queries.rows(table, rest, limit + 1);
        List<Row> shown = rows.subList(0, Math.min(limit, rows.size()));
        String next = rows.size() > limit
                ? shown.get(limit - 1)
                        .key()
                        .substring(TraceRows.prefix(deviceId).length())
                : null;
        return new TracePage(shown.stream().map(TraceRows::entry).toList(), next);
    }

    @Override
    public ExposedPage exposed(String tenantId, int limit, @Nullable String cursor) {
        Table.Range all = TraceRows.exposures(partition(tenantId));
        Table.Range rest = cursor == null ? all : all.from(TraceRows.exposureKey(cursor) + "\u0000");
        List<Row> rows = Queries.rows(table, rest, limit);
        List<Exposed> devices =
                rows.stream().flatMap(row -> exposed(tenantId, row).stream()).toList();
        return new ExposedPage(
                devices,
                rows.size() < limit
                        ? null
                        : Keys.split(rows.get(rows.size() - 1).key()).get(1));
    }

    /** A row of the version before is made whole from the device's threats, once. */
    private Optional<Exposed> exposed(String tenantId, Row row) {
        String deviceId = Keys.split(row.key()).get(1);
        if (TraceRows.isWhole(row)) {
            return Optional.of(new Exposed(deviceId, TraceRows.exposure(row)));
        }
        Optional<Exposure> exposure = find(tenantId, deviceId)
                .map(device -> Exposure.of(device.threats().values()))
                .filter(found -> !found.isNone());
        exposure.ifPresent(
                found -> Writes.replace(table, TraceRows.exposure(partition(tenantId), deviceId, found), row.etag()));
        return exposure.map(found -> new Exposed(deviceId, found));
    }

    @Override
    public List<String> silenced(String tenantId, int limit, @Nullable String after) {
        Table.Range all = TraceRows.silenced(partition(tenantId));
        Table.Range rest = after == null ? all : all.from(TraceRows.silencedKey(after) + "\u0000");
        return Queries.rows(table, rest, limit).stream()
                .map(row -> Keys.split(row.key()).get(1))
                .toList();
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
    public Optional<Device> handOver(String tenantId, DirectoryFacts facts) {
        String partition = partition(tenantId);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = read(tenantId, facts.deviceId());
            if (stored.isEmpty() || !stored.get().device().isInScope()) {
                return Optional.empty();
            }
            Device before = stored.get().device();
            if (before.facts().userId().equals(facts.userId())) {
                return Optional.of(before);
            }
            Device after = before.handedOver(facts.after(before.facts()));
            // How many are in scope stays the same, so that row, which belongs to the run under way, is left alone.
            List<Change> changes =
                    new EnrolledDevices(this, table, partition, false, clock).changes(stored.get(), after);
            if (Writes.tryTransact(table, changes).isPresent()) {
                return Optional.of(after);
            }
        }
        throw new IllegalStateException("Device " + facts.deviceId() + " is changed by too many at once");
    }

    @Override
    public DeviceRegister.Writing open(String tenantId, boolean hasTakenOver) {
        return new EnrolledDevices(this, table, partition(tenantId), hasTakenOver, clock);
    }

    /** A device as it was read. */
    record Stored(Device device, String etag) {}

    Optional<Stored> read(String tenantId, String deviceId) {
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

    /** A mark that is there keeps what it says besides. */
    Change markOf(String partition, String deviceId) {
        return new Upsert(
                Row.of(
                        partition,
                        markKey(deviceId),
                        Columns.ofRow().instant("at", clock.instant()).map()),
                Mode.MERGE);
    }

    static String markKey(String deviceId) {
        return Keys.join("o", deviceId);
    }
}

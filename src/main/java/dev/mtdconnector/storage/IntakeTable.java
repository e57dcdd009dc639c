package dev.mtdconnector.storage;

import dev.mtdconnector.intake.IntakeStore;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which device a vendor guid means, in both directions, and events that wait for their device.
 *
 * <p>Keys in the tenant's partition: {@code g|<vendor guid>}, {@code d|<device id>}, {@code p|<vendor guid>|<event id>}.
 */
public final class IntakeTable implements IntakeStore {

    /** A binary column holds 64 KiB, so a long event is cut into several. */
    private static final int CHUNK = 60_000;

    private final Table table;

    public IntakeTable(Tables tables) {
        this.table = tables.table("intake");
    }

    @Override
    public Optional<String> deviceOf(String tenantId, String vendorGuid) {
        return table.get(Keys.join(tenantId), Keys.join("g", vendorGuid)).map(row -> row.requiredText("deviceId"));
    }

    @Override
    public Optional<String> vendorGuidOf(String tenantId, String deviceId) {
        return table.get(Keys.join(tenantId), Keys.join("d", deviceId)).map(row -> row.requiredText("vendorGuid"));
    }

    @Override
    public boolean hasAny(String tenantId) {
        return !Queries.rows(table, Table.Range.partition(Keys.join(tenantId)), 1)
                .isEmpty();
    }

    @Override
    public void tie(String tenantId, String vendorGuid, String deviceId) {
        Map<String, Object> columns = Columns.ofRow()
                .text("vendorGuid", vendorGuid)
                .text("deviceId", deviceId)
                .map();
        String partition = Keys.join(tenantId);
        table.transact(List.of(
                new Upsert(Row.of(partition, Keys.join("g", vendorGuid), columns), Mode.REPLACE),
                new Upsert(Row.of(partition, Keys.join("d", deviceId), columns), Mode.REPLACE)));
    }

    @Override
    public void park(String tenantId, String vendorGuid, String eventId, String event, Instant at) {
        Columns columns = Columns.ofRow().instant("parkedAt", at);
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        for (int from = 0, number = 0; from < bytes.length; from += CHUNK, number++) {
            columns.binary("event" + number, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK)));
        }
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join("p", vendorGuid, eventId), columns.map()));
    }

    @Override
    public List<Parked> parked(String tenantId, String vendorGuid, int limit) {
        Table.Range range = Table.Range.prefix(Keys.join(tenantId), Keys.prefix("p", vendorGuid));
        return Queries.rows(table, range, limit).stream()
                .map(row -> new Parked(Keys.split(row.key()).get(2), eventOf(row)))
                .toList();
    }

    @Override
    public void unpark(String tenantId, String vendorGuid, String eventId) {
        Writes.delete(table, Keys.join(tenantId), Keys.join("p", vendorGuid, eventId), null);
    }

    private static String eventOf(Row row) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        for (int number = 0; row.properties().get("event" + number) instanceof byte[] chunk; number++) {
            event.writeBytes(chunk);
        }
        return event.toString(StandardCharsets.UTF_8);
    }
}

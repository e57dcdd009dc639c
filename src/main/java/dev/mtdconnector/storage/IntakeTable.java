package dev.mtdconnector.storage;

import dev.mtdconnector.intake.Event;
import dev.mtdconnector.intake.IntakeStore;
import dev.mtdconnector.intake.ParkedEvents;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which device a vendor guid means, in both directions; events that wait for their device are beside it
 * ({@link ParkedRows}).
 *
 * <p>Keys in the tenant's partition: {@code g|<vendor guid>}, {@code d|<device id>|<vendor guid>}; {@code d|<device id>} was
 * written before a device could have several.
 */
public final class IntakeTable implements IntakeStore {

    private static final int TRIES = 20;
    private static final int MOST_GUIDS = 1000;

    private final Table table;

    public IntakeTable(Tables tables) {
        this.table = tables.table("intake");
    }

    /** The parked events of the same table. */
    public ParkedEvents parked() {
        return new ParkedRows(table);
    }

    @Override
    public Optional<Tie> tie(String tenantId, String vendorGuid) {
        return row(tenantId, vendorGuid).map(IntakeTable::tie);
    }

    private Optional<Row> row(String tenantId, String vendorGuid) {
        return table.get(Keys.join(tenantId), Keys.join("g", vendorGuid));
    }

    static Tie tie(Row row) {
        String from = row.text("movesFrom");
        Instant at = row.instant("tiedAt");
        String eventId = row.text("tiedBy");
        return new Tie(
                row.requiredText("deviceId"),
                at == null ? Instant.EPOCH : at,
                eventId == null ? "" : eventId,
                from == null ? Set.of() : Set.of(from.split(" ", -1)));
    }

    @Override
    public Tie tie(String tenantId, String deviceId, Event.OnDevice event) {
        String vendorGuid = event.vendorGuid();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Row> row = row(tenantId, vendorGuid);
            Optional<Tie> before = row.map(IntakeTable::tie);
            if (before.isPresent() && !before.get().isBefore(event)) {
                return before.get();
            }
            Set<String> from = new HashSet<>();
            before.ifPresent(tie -> {
                from.addAll(tie.movesFrom());
                from.add(tie.deviceId());
            });
            from.remove(deviceId);
            Tie after = new Tie(deviceId, event.createdTime(), event.id(), from);
            List<Change> changes = new ArrayList<>();
            changes.add(change(tenantId, vendorGuid, row.orElse(null), after));
            if (before.filter(tie -> tie.deviceId().equals(deviceId)).isEmpty()) {
                changes.add(new Upsert(
                        Row.of(
                                Keys.join(tenantId),
                                Keys.join("d", deviceId, vendorGuid),
                                Columns.ofRow().text("vendorGuid", vendorGuid).map()),
                        Mode.REPLACE));
                before.flatMap(tie -> table.get(Keys.join(tenantId), Keys.join("d", tie.deviceId(), vendorGuid)))
                        .ifPresent(old -> changes.add(new Delete(old, null)));
            }
            if (Writes.tryTransact(table, changes).isPresent()) {
                return after;
            }
        }
        throw new IllegalStateException("Guid " + vendorGuid + " is tied by too many at once");
    }

    private static Change change(String tenantId, String vendorGuid, @Nullable Row before, Tie tie) {
        Map<String, Object> columns = Columns.ofRow()
                .text("vendorGuid", vendorGuid)
                .text("deviceId", tie.deviceId())
                .instant("tiedAt", tie.at())
                .text("tiedBy", tie.eventId())
                .text("movesFrom", tie.movesFrom().isEmpty() ? null : String.join(" ", tie.movesFrom()))
                .map();
        Row row = Row.of(Keys.join(tenantId), Keys.join("g", vendorGuid), columns);
        return before == null ? new Insert(row) : new Update(row, Mode.REPLACE, before.etag());
    }

    @Override
    public void moved(String tenantId, String vendorGuid, Tie tie) {
        row(tenantId, vendorGuid).filter(row -> tie(row).equals(tie)).ifPresent(row -> {
            Tie done = new Tie(tie.deviceId(), tie.at(), tie.eventId(), Set.of());
            Writes.tryTransact(table, List.of(change(tenantId, vendorGuid, row, done)));
        });
    }

    @Override
    public List<String> vendorGuidsOf(String tenantId, String deviceId) {
        Table.Range guids = Table.Range.prefix(Keys.join(tenantId), Keys.join("d", deviceId));
        return Queries.rows(table, guids, MOST_GUIDS).stream()
                .map(row -> row.requiredText("vendorGuid"))
                .distinct()
                .toList();
    }

    @Override
    public boolean hasAny(String tenantId) {
        return !Queries.rows(table, Table.Range.partition(Keys.join(tenantId)), 1)
                .isEmpty();
    }
}

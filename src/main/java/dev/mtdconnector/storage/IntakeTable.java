package dev.mtdconnector.storage;

import dev.mtdconnector.intake.IntakeStore;
import dev.mtdconnector.intake.IntakeStore.ByPerson;
import dev.mtdconnector.intake.IntakeStore.Claims;
import dev.mtdconnector.intake.IntakeStore.Said;
import dev.mtdconnector.intake.ParkedEvents;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which device a vendor guid means, in both directions; events that wait for their device are beside it
 * ({@link ParkedRows}).
 *
 * <p>Keys in the tenant's partition: {@code g|<vendor guid>}, {@code d|<device id>|<vendor guid>} and {@code m|<id in
 * Intune>|<vendor guid>}; {@code d|<device id>} was written before a device could have several.
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
        String by = row.text("tiedBy");
        String deviceId = row.text("deviceId");
        Instant since = at == null ? Instant.EPOCH : at;
        String said = by == null ? "" : by;
        return new Tie(
                deviceId,
                since,
                said,
                from == null ? Set.of() : Set.of(from.split(" ", -1)),
                // Rows of the version before know the Entra device id only.
                row.flag("hasClaims") || deviceId == null
                        ? claims(row)
                        : new Claims(new Said(deviceId, since, said), null, null));
    }

    private static Claims claims(Row row) {
        String person = row.text("personDeviceId");
        return new Claims(
                said(row, "entra"),
                said(row, "mdm"),
                person == null
                        ? null
                        : new ByPerson(
                                person,
                                row.text("personEntraId"),
                                row.requiredText("personBy"),
                                row.requiredInstant("personAt")));
    }

    private static @Nullable Said said(Row row, String name) {
        String id = row.text(name + "Id");
        return id == null ? null : new Said(id, row.requiredInstant(name + "At"), row.requiredText(name + "By"));
    }

    @Override
    public Tie change(String tenantId, String vendorGuid, UnaryOperator<Tie> change) {
        String partition = Keys.join(tenantId);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Row> row = row(tenantId, vendorGuid);
            Tie before = row.map(IntakeTable::tie).orElse(Tie.NONE);
            Tie after = change.apply(before);
            if (after.equals(before)) {
                return before;
            }
            List<Change> changes = new ArrayList<>();
            changes.add(change(tenantId, vendorGuid, row.orElse(null), after));
            lead(partition, "d", vendorGuid, before.deviceId(), after.deviceId(), changes);
            lead(partition, "m", vendorGuid, intuneId(before), intuneId(after), changes);
            if (Writes.tryTransact(table, changes).isPresent()) {
                return after;
            }
        }
        throw new IllegalStateException("Guid " + vendorGuid + " is tied by too many at once");
    }

    private static @Nullable String intuneId(Tie tie) {
        Said mdm = tie.claims().mdm();
        return mdm == null ? null : mdm.id();
    }

    /** The row by which an id finds the guid. */
    private void lead(
            String partition,
            String kind,
            String vendorGuid,
            @Nullable String before,
            @Nullable String after,
            List<Change> changes) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (after != null) {
            Columns columns = Columns.ofRow().text("vendorGuid", vendorGuid);
            changes.add(new Upsert(Row.of(partition, Keys.join(kind, after, vendorGuid), columns.map()), Mode.REPLACE));
        }
        if (before != null) {
            table.get(partition, Keys.join(kind, before, vendorGuid))
                    .ifPresent(old -> changes.add(new Delete(old, null)));
        }
    }

    private static Change change(String tenantId, String vendorGuid, @Nullable Row before, Tie tie) {
        ByPerson person = tie.claims().person();
        Columns columns = Columns.ofRow()
                .text("vendorGuid", vendorGuid)
                .text("deviceId", tie.deviceId())
                .instant("tiedAt", tie.at())
                .text("tiedBy", tie.by())
                .text("movesFrom", tie.movesFrom().isEmpty() ? null : String.join(" ", tie.movesFrom()))
                .flag("hasClaims", true)
                .text("personDeviceId", person == null ? null : person.deviceId())
                .text("personEntraId", person == null ? null : person.entraId())
                .text("personBy", person == null ? null : person.actor())
                .instant("personAt", person == null ? null : person.at());
        say(columns, "entra", tie.claims().entra());
        say(columns, "mdm", tie.claims().mdm());
        Row row = Row.of(Keys.join(tenantId), Keys.join("g", vendorGuid), columns.map());
        return before == null ? new Insert(row) : new Update(row, Mode.REPLACE, before.etag());
    }

    private static void say(Columns columns, String name, @Nullable Said said) {
        if (said != null) {
            columns.text(name + "Id", said.id()).instant(name + "At", said.at()).text(name + "By", said.eventId());
        }
    }

    @Override
    public void moved(String tenantId, String vendorGuid, Tie tie) {
        row(tenantId, vendorGuid).filter(row -> tie(row).equals(tie)).ifPresent(row -> {
            Writes.tryTransact(
                    table,
                    List.of(change(
                            tenantId,
                            vendorGuid,
                            row,
                            new Tie(tie.deviceId(), tie.at(), tie.by(), Set.of(), tie.claims()))));
        });
    }

    @Override
    public List<String> vendorGuidsOf(String tenantId, String deviceId) {
        return leading(tenantId, Keys.join("d", deviceId));
    }

    @Override
    public List<String> vendorGuidsOfIntune(String tenantId, String intuneId) {
        return leading(tenantId, Keys.prefix("m", intuneId.toLowerCase(Locale.ROOT)));
    }

    private List<String> leading(String tenantId, String prefix) {
        return Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), prefix), MOST_GUIDS).stream()
                .map(row -> row.requiredText("vendorGuid"))
                .distinct()
                .toList();
    }

    @Override
    public boolean hasIntuneIds(String tenantId) {
        return !Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix("m")), 1)
                .isEmpty();
    }

    @Override
    public boolean hasAny(String tenantId) {
        return !Queries.rows(table, Table.Range.partition(Keys.join(tenantId)), 1)
                .isEmpty();
    }
}

package dev.mtdconnector.storage;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intune.Outbox.Kept;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where devices stand that are kept back; each in one place at most, which follows from what it was told, so that it is
 * moved in the transaction that changes that.
 *
 * <p>Keys: {@code n|<until>|<device id>} in their grace period; {@code r|<until>|<device id>} to be tried again;
 * {@code h|<set>|<device id>} held for an approval; {@code w|<target>|<device id>} to be taken back where nothing can be
 * reached now; {@code f|<device id>} given up.
 */
final class KeptRows {

    static final String GRACE = "n";
    static final String RETRY = "r";
    private static final String HELD = "h";
    private static final String GIVEN_UP = "f";
    private static final String STRANDED = "w";

    private KeptRows() {}

    static @Nullable String key(String deviceId, Told told) {
        Told.Held held = told.held();
        Instant notBefore = told.notBefore();
        if (held != null) {
            return Keys.join(HELD, number(held.set()), deviceId);
        }
        if (told.isStranded()) {
            return Keys.join(STRANDED, targetOf(told), deviceId);
        }
        if (told.isGivenUp()) {
            return Keys.join(GIVEN_UP, deviceId);
        }
        if (notBefore == null) {
            return null;
        }
        return Keys.join(told.failures() == 0 ? GRACE : RETRY, Keys.oldestFirst(notBefore), deviceId);
    }

    private static String targetOf(Told told) {
        String target = told.target();
        return target == null ? PublishTarget.PARTNER.text() : target;
    }

    private static String number(int set) {
        return String.format(Locale.ROOT, "%010d", set);
    }

    /**
     * Moves the device's row from where it stood to where it is to stand.
     *
     * @param why says since when
     */
    static void move(
            String partition,
            String deviceId,
            Told before,
            Told after,
            @Nullable TraceEntry why,
            List<Change> changes) {
        String from = key(deviceId, before);
        String to = key(deviceId, after);
        if (from != null && !from.equals(to)) {
            changes.add(new Delete(Row.of(partition, from, Map.of()), null));
        }
        if (to != null && !to.equals(from)) {
            Columns columns = Columns.ofRow().instant("at", why == null ? null : why.at());
            changes.add(new Upsert(Row.of(partition, to, columns.map()), Mode.REPLACE));
        }
    }

    static Table.Range place(String partition, String place) {
        return Table.Range.prefix(partition, Keys.prefix(place));
    }

    static Table.Range ofSet(String partition, int set) {
        return Table.Range.prefix(partition, Keys.prefix(HELD, number(set)));
    }

    /** Those of the place whose time has come, the longest waiting first. */
    static List<Row> due(Table table, String partition, String place, Instant now, int limit) {
        Table.Range all = place(partition, place);
        Table.Range due = new Table.Range(
                all.fromPartition(),
                all.toPartition(),
                all.fromKey(),
                Keys.join(place, Keys.oldestFirst(now)) + (char) (Keys.SEPARATOR + 1));
        return Queries.rows(table, due, limit);
    }

    /** When the next of the place is due, after those that are. */
    static @Nullable Instant next(Table table, String partition, String place, Instant now) {
        Table.Range later =
                place(partition, place).from(Keys.join(place, Keys.oldestFirst(now)) + (char) (Keys.SEPARATOR + 1));
        List<Row> first = Queries.rows(table, later, 1);
        return first.isEmpty()
                ? null
                : Keys.fromOldestFirst(Keys.split(first.get(0).key()).get(1));
    }

    static String deviceId(Row row) {
        List<String> parts = Keys.split(row.key());
        return parts.get(parts.size() - 1);
    }

    /** The places at which devices are stranded, as {@code PublishTarget.text()} gives them. */
    static List<String> strandedAt(Table table, String partition) {
        List<String> targets = new ArrayList<>();
        Table.Range rest = place(partition, STRANDED);
        List<Row> first = Queries.rows(table, rest, 1);
        while (!first.isEmpty()) {
            String target = Keys.split(first.get(0).key()).get(1);
            targets.add(target);
            rest = rest.from(Keys.join(STRANDED, target) + (char) (Keys.SEPARATOR + 1));
            first = Queries.rows(table, rest, 1);
        }
        return targets;
    }

    static List<Row> stranded(Table table, String partition, String target, int limit) {
        return Queries.rows(table, Table.Range.prefix(partition, Keys.prefix(STRANDED, target)), limit);
    }

    static List<Integer> heldSets(Table table, String partition) {
        List<Integer> sets = new ArrayList<>();
        Table.Range rest = place(partition, HELD);
        List<Row> first = Queries.rows(table, rest, 1);
        while (!first.isEmpty()) {
            int set = Integer.parseInt(Keys.split(first.get(0).key()).get(1));
            sets.add(set);
            rest = rest.from(Keys.join(HELD, number(set + 1)));
            first = Queries.rows(table, rest, 1);
        }
        return sets;
    }

    static List<Kept> held(Table table, String partition, @Nullable Kept after, int limit) {
        Table.Range all = place(partition, HELD);
        Table.Range rest =
                after == null ? all : all.from(Keys.join(HELD, number(after.set()), after.deviceId()) + '\u0000');
        return Queries.rows(table, rest, limit).stream()
                .map(row -> new Kept(
                        deviceId(row), Integer.parseInt(Keys.split(row.key()).get(1)), at(row)))
                .toList();
    }

    static List<Kept> failed(Table table, String partition, @Nullable Kept after, int limit) {
        Table.Range all = place(partition, GIVEN_UP);
        Table.Range rest = after == null ? all : all.from(Keys.join(GIVEN_UP, after.deviceId()) + '\u0000');
        return Queries.rows(table, rest, limit).stream()
                .map(row -> new Kept(deviceId(row), 0, at(row)))
                .toList();
    }

    private static Instant at(Row row) {
        Instant at = row.instant("at");
        return at == null ? Instant.EPOCH : at;
    }
}

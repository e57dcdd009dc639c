package dev.mtdconnector.storage;

import dev.mtdconnector.operator.TenantData;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.Change.Delete;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's rows in all tables: those whose partition begins with the tenant, and of the index by due minute those whose
 * key does.
 *
 * <p>Rows are deleted with the ETag that they were read with: a deletion that was paused, and wakes when the directory is
 * onboarded anew, hits nothing of the new tenant.
 */
public final class TenantRows implements TenantData {

    /** The one table whose partitions are no tenants': there the tenant stands in the key. */
    private static final String DUE = "due";

    /** Parts of a key are divided by a bar; after it comes this. */
    private static final char AFTER_SEPARATOR = (char) (Keys.SEPARATOR + 1);

    /** About what one page may hold: answers are built in memory. */
    private static final long MOST_BYTES = 1 << 20;

    private final KnownTables tables;

    public TenantRows(KnownTables tables) {
        this.tables = tables;
    }

    @Override
    public Page read(String tenantId, @Nullable Place after, int limit) {
        List<Item> items = new ArrayList<>();
        long bytes = 0;
        for (String name : tables.names()) {
            if (name.equals(DUE) || (after != null && name.compareTo(after.table()) < 0)) {
                continue;
            }
            for (Table.Range range : rest(name, tenantId, after)) {
                @Nullable String continuation = null;
                do {
                    Table.Page page = tables.table(name).query(range, TableRules.MAX_CHANGES, continuation);
                    for (Row row : page.rows()) {
                        if (items.size() == limit || bytes > MOST_BYTES) {
                            return new Page(items, items.get(items.size() - 1).place());
                        }
                        items.add(new Item(new Place(name, row.partition(), row.key()), row.properties()));
                        bytes += TableRules.wireBytes(new Change.Insert(row));
                    }
                    continuation = page.continuation();
                } while (continuation != null);
            }
        }
        return new Page(items, null);
    }

    /** What of a table comes after this place: the rest of its partition, and the partitions after that. */
    private static List<Table.Range> rest(String name, String tenantId, @Nullable Place after) {
        Table.Range all = ofTenant(tenantId);
        if (after == null || !name.equals(after.table())) {
            return List.of(all);
        }
        String partition = after.partition();
        return List.of(
                Table.Range.partition(partition).from(after.key() + "\u0000"),
                new Table.Range(partition + "\u0000", all.toPartition(), null, null));
    }

    private static Table.Range ofTenant(String tenantId) {
        String partition = Keys.join(tenantId);
        return new Table.Range(partition, partition + AFTER_SEPARATOR, null, null);
    }

    @Override
    public int delete(String tenantId, int most, Runnable beforeWrite) {
        int found = 0;
        for (String name : tables.names()) {
            Table table = tables.table(name);
            Table.Range range = name.equals(DUE)
                    ? new Table.Range(null, null, Keys.prefix(tenantId), Keys.join(tenantId) + AFTER_SEPARATOR)
                    : ofTenant(tenantId);
            @Nullable String continuation = null;
            do {
                Table.Page page = table.query(range, TableRules.MAX_CHANGES, continuation);
                List<Row> rows =
                        page.rows().stream().filter(row -> !isKept(name, row)).toList();
                beforeWrite.run();
                delete(table, rows);
                found += rows.size();
                continuation = page.continuation();
            } while (continuation != null && found < most);
            if (found >= most) {
                return found;
            }
        }
        return found;
    }

    /** What the deletion itself goes by, which goes last. */
    private static boolean isKept(String table, Row row) {
        String job = JobKind.OFFBOARD.queue();
        return switch (table) {
            case TenantTable.NAME -> row.key().equals(TenantTable.TENANT);
            case "jobs" -> row.key().equals(job);
            case DUE -> Keys.split(row.key()).get(1).equals(job);
            default -> false;
        };
    }

    private static void delete(Table table, List<Row> rows) {
        List<Change> changes = new ArrayList<>();
        for (Row row : rows) {
            if (!changes.isEmpty() && !changes.get(0).row().partition().equals(row.partition())) {
                deleteTogether(table, changes);
                changes.clear();
            }
            changes.add(new Delete(row, row.etag()));
        }
        if (!changes.isEmpty()) {
            deleteTogether(table, changes);
        }
    }

    private static void deleteTogether(Table table, List<Change> changes) {
        if (Writes.tryTransact(table, changes).isEmpty()) {
            // One of them was changed or is gone: it must not hold up the others.
            changes.forEach(change -> Writes.tryTransact(table, List.of(change)));
        }
    }
}

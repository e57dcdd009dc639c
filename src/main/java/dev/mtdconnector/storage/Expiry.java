package dev.mtdconnector.storage;

import dev.mtdconnector.storage.Change.Delete;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rows that expire and are never asked for again: they go when others of their kind come, so no job is needed for them. */
final class Expiry {

    /** Rows that are looked at when one is added. */
    private static final int LOOKED_AT = 20;

    private Expiry() {}

    /**
     * Deletes those of the rows after a new one that have expired. The end of its key is a hash: a random place, so that in
     * time every row is looked at.
     *
     * @param kind what the keys of such rows begin with
     */
    static void clearAfter(Table table, Row added, String kind, Instant now) {
        Table.Range after =
                Table.Range.prefix(added.partition(), Keys.prefix(kind)).from(added.key());
        List<Change> expired = new ArrayList<>();
        for (Row row : Queries.rows(table, after, LOOKED_AT)) {
            if (!row.requiredInstant("expiresAt").isAfter(now)) {
                expired.add(new Delete(row, row.etag()));
            }
        }
        if (!expired.isEmpty()) {
            // Where somebody else is clearing the same rows, it is being done.
            Writes.tryTransact(table, expired);
        }
    }
}

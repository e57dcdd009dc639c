package dev.mtdconnector.storage;

import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Single writes, and what their conditions' failures mean to most callers. */
final class Writes {

    private Writes() {}

    static void put(Table table, Row row) {
        table.transact(List.of(new Upsert(row, Mode.REPLACE)));
    }

    /**
     * @return false when the row was there
     */
    static boolean insert(Table table, Row row) {
        return tryTransact(table, List.of(new Insert(row))).isPresent();
    }

    /**
     * Replaces the row if it still has this ETag, or creates it when that is null.
     *
     * @return the new ETag, or empty when the row changed, came or went meanwhile
     */
    static Optional<String> replace(Table table, Row row, @Nullable String ifMatch) {
        Change change = ifMatch == null ? new Insert(row) : new Update(row, Mode.REPLACE, ifMatch);
        return tryTransact(table, List.of(change)).map(etags -> String.valueOf(etags.get(0)));
    }

    /** Removes the row; does nothing when it is gone, or has another ETag than this one. */
    static boolean delete(Table table, String partition, String key, @Nullable String ifMatch) {
        return tryTransact(table, List.of(new Delete(Row.of(partition, key, Map.of()), ifMatch)))
                .isPresent();
    }

    /**
     * @return the new ETags, or empty when a condition did not hold
     */
    static Optional<List<@Nullable String>> tryTransact(Table table, List<Change> changes) {
        try {
            return Optional.of(table.transact(changes));
        } catch (ConflictException e) {
            return Optional.empty();
        }
    }
}

package dev.mtdconnector.storage;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One table of Azure Table Storage, as far as the product uses it.
 *
 * <p>Implementations are safe for use by several threads. A failure of the service is a {@link StorageException}:
 * nothing is known then about whether a write took place, so every caller is idempotent. The rules of the real
 * service hold in every implementation (see {@code TableRules}), those that the emulator does not enforce included.
 */
public interface Table {

    /** The row of these keys, or empty. Strongly consistent. */
    Optional<Row> get(String partition, String key);

    /**
     * One page of rows in the order of (partition, key), ordinal.
     *
     * @param limit at most so many rows, 1 to 1000; a page may hold fewer, even none, and still have a continuation
     * @param continuation null for the first page, else that of the page before
     */
    Page query(Range range, int limit, @Nullable String continuation);

    /**
     * Applies all changes or none. All rows are of one partition, no row twice, 1 to 100 changes, under 4 MiB.
     *
     * @return the new ETags, one a change, in order; null for a deletion
     * @throws ConflictException when a condition does not hold: nothing was written
     * @throws IllegalArgumentException when the changes break a rule of the service: nothing was sent
     */
    List<@Nullable String> transact(List<Change> changes);

    /** Rows of a query and where to go on; {@code continuation} is null on the last page, opaque otherwise. */
    record Page(List<Row> rows, @Nullable String continuation) {
        public Page {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Which rows: partitions from {@code fromPartition} to {@code toPartition}, and within each, keys from
     * {@code fromKey} to {@code toKey}. Lower bounds are inclusive, upper bounds exclusive, null is open.
     */
    record Range(
            @Nullable String fromPartition,
            @Nullable String toPartition,
            @Nullable String fromKey,
            @Nullable String toKey) {

        /** All of one partition. */
        public static Range partition(String partition) {
            return new Range(partition, partition + "\u0000", null, null);
        }

        /** The rows of one partition whose key begins with {@code prefix} (which does not end in U+FFFF). */
        public static Range prefix(String partition, String prefix) {
            if (prefix.isEmpty()) {
                return partition(partition);
            }
            char last = prefix.charAt(prefix.length() - 1);
            return new Range(
                    partition,
                    partition + "\u0000",
                    prefix,
                    prefix.substring(0, prefix.length() - 1) + (char) (last + 1));
        }

        /** The rest of the range, from this key on; null leaves the lower bound open. */
        public Range from(@Nullable String key) {
            return new Range(fromPartition, toPartition, key, toKey);
        }

        /** True when the range is one partition only, which the service answers without a scan. */
        public boolean isOnePartition() {
            return fromPartition != null && (fromPartition + "\u0000").equals(toPartition);
        }
    }
}

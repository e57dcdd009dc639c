package dev.mtdconnector.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps entries, newest first. An entry is added when an act begins and is given its end once; from then on nothing
 * of the product changes or deletes it before its retention is over.
 */
public interface AuditStore {

    /** The place of acts that belong to no tenant. */
    String OPERATOR = "operator";

    /**
     * @param place a tenant's id, or {@link #OPERATOR}
     */
    void begin(String place, AuditEntry entry);

    /** Writes how it ended, beside what {@link #begin} wrote. */
    void end(String place, AuditEntry entry);

    /** Takes back what {@link #begin} wrote of an act that was refused: nothing was done. */
    void withdraw(String place, AuditEntry entry);

    /**
     * Entries newest first.
     *
     * @param from the earliest time, inclusive; null for no bound
     * @param to the time before which entries are wanted; null for no bound
     * @param cursor null for the first page, else that of the page before
     */
    Page list(String place, @Nullable Instant from, @Nullable Instant to, int limit, @Nullable String cursor);

    /** {@code next} is null on the last page. */
    record Page(List<AuditEntry> entries, @Nullable String next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }
}

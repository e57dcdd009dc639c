package dev.mtdconnector.storage;

import org.jspecify.annotations.Nullable;

/**
 * One action of an entity group transaction.
 *
 * <p>The conditions are Table Storage's own: {@link Insert} fails when the row exists; {@link Update} and
 * {@link Delete} with an ETag fail when the row has another or is gone; {@link Upsert} has no condition.
 */
public sealed interface Change {

    Row row();

    /** Creates the row; a row of those keys is a conflict. */
    record Insert(Row row) implements Change {}

    /** Creates the row, or changes it whatever it holds. */
    record Upsert(Row row, Mode mode) implements Change {}

    /**
     * Changes a row that exists.
     *
     * @param ifMatch the ETag that the row must still have; null means any, but the row must exist
     */
    record Update(Row row, Mode mode, @Nullable String ifMatch) implements Change {}

    /**
     * Removes the row of these keys (the properties are not looked at).
     *
     * @param ifMatch the ETag that the row must still have; null means any, but the row must exist
     */
    record Delete(Row row, @Nullable String ifMatch) implements Change {}

    /** What happens to properties that the change does not name. */
    enum Mode {
        /** They stay. */
        MERGE,
        /** They go. */
        REPLACE
    }
}

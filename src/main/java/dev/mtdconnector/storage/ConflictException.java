package dev.mtdconnector.storage;

import dev.mtdconnector.common.TransientFailure;

/** A condition of a change did not hold; nothing of its transaction was written. */
public final class ConflictException extends RuntimeException implements TransientFailure {

    private static final long serialVersionUID = 1L;

    /** Why the change was refused. */
    public enum Reason {
        /** An insert met an existing row. */
        EXISTS,
        /** An update or delete met no row. */
        MISSING,
        /** The row has another ETag by now. */
        CHANGED
    }

    private final int index;
    private final Reason reason;

    public ConflictException(int index, Reason reason) {
        super("Change " + index + " of the transaction was refused: " + reason);
        this.index = index;
        this.reason = reason;
    }

    /** The place of the refused change in the transaction, from 0. */
    public int index() {
        return index;
    }

    public Reason reason() {
        return reason;
    }
}

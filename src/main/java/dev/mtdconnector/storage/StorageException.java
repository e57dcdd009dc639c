package dev.mtdconnector.storage;

import dev.mtdconnector.common.TransientFailure;

/** Storage did not answer, or answered with a fault of its own; whether a write took place is not known. */
public final class StorageException extends RuntimeException implements TransientFailure {

    private static final long serialVersionUID = 1L;

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}

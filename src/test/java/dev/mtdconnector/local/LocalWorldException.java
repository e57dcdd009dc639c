package dev.mtdconnector.local;

/** The local world cannot start; the message is for the person who started it and says what to do. */
public final class LocalWorldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LocalWorldException(String message) {
        super(message);
    }

    public LocalWorldException(String message, Throwable cause) {
        super(message, cause);
    }
}

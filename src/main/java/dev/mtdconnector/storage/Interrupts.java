package dev.mtdconnector.storage;

import org.jspecify.annotations.Nullable;

/** The SDKs wrap an InterruptedException and forget that the thread was asked to stop. */
final class Interrupts {

    private Interrupts() {}

    /** Marks the thread as interrupted again when that is what the failure comes from. */
    static void restore(Throwable failure) {
        if (isCauseOf(failure)) {
            Thread.currentThread().interrupt();
        }
    }

    static boolean isCauseOf(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }
}

package dev.mtdconnector.apps;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How app sync's latest run went, or how far it has come.
 *
 * @param listVersion of the deny list that it goes by
 * @param cursor app and device after which it goes on; null at the beginning and after the end
 * @param finishedAt null while it goes on
 * @param succeededAt when a run last read the whole inventory; null when none has
 * @param problem code of what stopped it; null when nothing did
 */
public record AppSyncRun(
        State state,
        String listVersion,
        @Nullable String cursor,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant succeededAt,
        @Nullable String problem,
        Counts counts) {

    /** What became of it. */
    public enum State {
        RUNNING,
        DONE,
        /** Nothing is denied, so nothing is read. */
        NOTHING_DENIED,
        /** The tenant did not grant what reading needs. */
        NOT_PERMITTED,
        /** Intune's administrator does not let the connector have apps, or Intune does not list the connector. */
        OFF,
        FAILED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param read apps in the inventory, of every platform
     * @param matched of these, for iOS, those that an entry denies
     * @param installations devices on which these are, counted once an app
     * @param onDevices of these, on devices in scope
     * @param personal left out because the switch for personal devices is off
     * @param notEnrolled left out because the device is not enrolled with us, or not in scope
     * @param found that were not known before
     * @param ended that were known and are no more
     * @param unread apps whose devices could not be read as a whole: nothing of them was ended
     */
    public record Counts(
            int read,
            int matched,
            int installations,
            int onDevices,
            int personal,
            int notEnrolled,
            int found,
            int ended,
            int unread) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}

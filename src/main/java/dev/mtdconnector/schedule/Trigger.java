package dev.mtdconnector.schedule;

import java.util.Locale;

/** Why a run began. */
public enum Trigger {
    /** Its time had come. */
    SCHEDULE,
    /** The run before it failed. */
    RETRY,
    /** An administrator asked for it, or approved something that it does. */
    REQUEST,
    /** A setting that it follows was changed. */
    SETTINGS,
    /** Something else happened that it must see: a consent was granted, a tenant is served again. */
    EVENT;

    /** Its name in answers. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

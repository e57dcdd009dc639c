package dev.mtdconnector.schedule;

import java.util.Locale;

/** What drives the schedule. Any one of them alone keeps every tenant served. */
public enum Driver {
    /** The platform's timer, every minute. It may stop silently, and nothing in the app can start it again. */
    TIMER,
    /** A delayed message that sends itself on. */
    PULSE,
    /** Who asks whether we are up: the availability test. */
    HEALTH;

    /** The word of the API and of rows. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

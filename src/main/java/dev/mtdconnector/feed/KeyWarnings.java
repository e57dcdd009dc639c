package dev.mtdconnector.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When the administrator is warned of an application key that expires: as the feed's own console does. */
final class KeyWarnings {

    /** Days before the expiry, and when it has come. */
    private static final List<Integer> DAYS = List.of(30, 21, 14, 7, 5, 3, 2, 0);

    private KeyWarnings() {}

    /**
     * Days before the expiry of the warning that is due now, of several the last; {@link FeedProgress#NOT_WARNED} when none
     * is. A warning that would have been due when the key was entered is left out.
     */
    static int due(FeedConnection connection, Instant now) {
        int due = FeedProgress.NOT_WARNED;
        for (int days : DAYS) {
            Instant at = connection.keyExpiresAt().minus(Duration.ofDays(days));
            if (!at.isAfter(now) && at.isAfter(connection.keyEnteredAt())) {
                due = days;
            }
        }
        return due;
    }
}

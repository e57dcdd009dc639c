package dev.mtdconnector.feed;

import dev.mtdconnector.feed.FeedProgress.Rhythm;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When a feed that answers has had no event for too long. Chosen by an administrator, or by the feed's own rhythm: thirty
 * times what usually lies between two events, at least a day and at most a week. A company whose events come every two
 * hours is so not called silent over a weekend, and one with an event a minute is after a day.
 */
final class Silence {

    static final Duration LEAST = Duration.ofDays(1);
    static final Duration MOST = Duration.ofDays(7);

    private static final int TIMES = 30;

    /** How much one page counts against what was known. */
    private static final double WEIGHT = 0.1;

    private Silence() {}

    static Duration after(FeedConnection connection, Rhythm rhythm) {
        Duration chosen = connection.silentAfter();
        if (chosen != null) {
            return chosen;
        }
        if (rhythm.meanSeconds() == 0) {
            return MOST;
        }
        Duration usual = Duration.ofSeconds(rhythm.meanSeconds() * TIMES);
        return usual.compareTo(LEAST) < 0 ? LEAST : usual.compareTo(MOST) > 0 ? MOST : usual;
    }

    /** Since when it has been silent, if for too long by now; null when it has not. */
    static @Nullable Instant since(FeedConnection connection, Rhythm rhythm, Instant now) {
        Instant heard = rhythm.lastEventAt();
        Instant listened = rhythm.listenedSince();
        Instant last = heard == null || heard.isBefore(listened) ? listened : heard;
        return last.plus(after(connection, rhythm)).isAfter(now) ? null : last;
    }

    /** After so many events, of which the last was at this time. */
    static Rhythm heard(Rhythm rhythm, int events, Instant lastAt) {
        Instant before = rhythm.lastEventAt();
        if (before == null) {
            return new Rhythm(lastAt, 0, rhythm.silentSince(), rhythm.listenedSince());
        }
        if (!lastAt.isAfter(before)) {
            return rhythm;
        }
        double gap = (double) Duration.between(before, lastAt).toSeconds() / events;
        double mean = rhythm.meanSeconds() == 0 ? gap : rhythm.meanSeconds() * (1 - WEIGHT) + gap * WEIGHT;
        return new Rhythm(lastAt, Math.max(1, Math.round(mean)), rhythm.silentSince(), rhythm.listenedSince());
    }

    /** When the event of this place was made, if its id is a version 7 UUID; otherwise, and of the future, now. */
    static Instant timeOf(String place, Instant now) {
        if (isOrdered(place)) {
            Instant at = Instant.ofEpochMilli(UUID.fromString(place).getMostSignificantBits() >>> 16);
            return at.isAfter(now) ? now : at;
        }
        return now;
    }

    /** Whether two places are such that the later one is greater: version 7 UUIDs. */
    static boolean isOrdered(String place) {
        return place.toLowerCase(Locale.ROOT).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
    }
}

package dev.mtdconnector.feed;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a tenant's feed was read. It is saved after the writes that it stands for, so that a run that ended in between
 * does them again, which changes nothing.
 *
 * @param reading the reading of lists that is under way; null while events are read
 * @param position where events go on
 * @param trouble what keeps the feed from being read; null when nothing does
 * @param rhythm when events come
 * @param isConfirmed whether an event or a listed device has shown that the key is of the tenant's enterprise
 * @param warnedDays for how many days before its expiry the key was last warned of; {@link #NOT_WARNED} when it was not
 * @param counts what came and what became of it, by name
 * @param version the row's version, for optimistic writes; null for a new one
 */
public record FeedProgress(
        @Nullable Reading reading,
        Position position,
        @Nullable Trouble trouble,
        Rhythm rhythm,
        boolean isConfirmed,
        int warnedDays,
        Map<String, Long> counts,
        @Nullable String version) {

    public static final int NOT_WARNED = -1;

    public FeedProgress {
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Which list is being read. */
    public enum Phase {
        DEVICES,
        THREATS,
        /** Threats that are open here and not there are closed. */
        CLOSING;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why lists are read. */
    public enum Reason {
        /** The feed was connected: what is open already counts at once. */
        FIRST,
        /** Events were missed. */
        GAP,
        /** An administrator asked for it. */
        ASKED,
        /** An event has shown at last that the key is of the tenant's enterprise. */
        PROVEN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A reading of devices and open threats.
     *
     * @param asOf the time that is given to what the lists say: before the reading began, so that every event from then on is
     *     later, and events are read from there afterwards
     * @param updatedSince only devices that changed since; null for all
     * @param place the last of the page before; null at the beginning of a list
     */
    public record Reading(
            Phase phase,
            Reason reason,
            Instant asOf,
            @Nullable Instant updatedSince,
            @Nullable String place) {

        Reading at(@Nullable String newPlace) {
            return new Reading(phase, reason, asOf, updatedSince, newPlace);
        }

        Reading in(Phase next) {
            return new Reading(next, reason, asOf, updatedSince, null);
        }
    }

    /**
     * Where events go on.
     *
     * @param cursor the place of the last event that was taken; null to read from {@code coveredUntil}
     * @param coveredUntil until when every event was taken, by our clock
     * @param isBehind whether there was more than the last page
     * @param limit how many items are asked for at once; fewer after a page that could not be read
     */
    public record Position(@Nullable String cursor, Instant coveredUntil, boolean isBehind, int limit) {

        /** After a page that could be read: more may be asked for again. */
        Position grown() {
            return new Position(cursor, coveredUntil, isBehind, Math.min(RiskApi.MOST, limit * 2));
        }

        /** After a page that could not be read: perhaps fewer at a time can. */
        Position shrunk() {
            return new Position(cursor, coveredUntil, isBehind, Math.max(1, limit / 2));
        }
    }

    /**
     * What keeps the feed from being read.
     *
     * @param errorCode the code of the error
     * @param attempts how many times in a row
     */
    public record Trouble(Instant since, String errorCode, int attempts) {}

    /**
     * When events come.
     *
     * @param lastEventAt when the latest was made, as far as its id says, else when it came; null before the first
     * @param meanSeconds how long it usually is from one to the next; 0 before that is known
     * @param silentSince since when it has been silent for unusually long; null while it is not
     * @param listenedSince since when no event can have been missed
     */
    public record Rhythm(
            @Nullable Instant lastEventAt,
            long meanSeconds,
            @Nullable Instant silentSince,
            Instant listenedSince) {

        Rhythm silent(@Nullable Instant since) {
            return new Rhythm(lastEventAt, meanSeconds, since, listenedSince);
        }

        Rhythm listening(Instant since) {
            return new Rhythm(lastEventAt, meanSeconds, silentSince, since);
        }
    }

    /** A feed that was connected just now, or that is to be read from the beginning. */
    static FeedProgress beginning(Instant asOf, boolean isConfirmed) {
        return new FeedProgress(
                new Reading(Phase.DEVICES, Reason.FIRST, asOf, null, null),
                new Position(null, asOf, true, RiskApi.MOST),
                null,
                new Rhythm(null, 0, null, asOf),
                isConfirmed,
                NOT_WARNED,
                Map.of(),
                null);
    }

    FeedProgress with(@Nullable Reading newReading) {
        return new FeedProgress(newReading, position, trouble, rhythm, isConfirmed, warnedDays, counts, version);
    }

    FeedProgress at(Position newPosition) {
        return new FeedProgress(reading, newPosition, trouble, rhythm, isConfirmed, warnedDays, counts, version);
    }

    FeedProgress in(@Nullable Trouble newTrouble) {
        return new FeedProgress(reading, position, newTrouble, rhythm, isConfirmed, warnedDays, counts, version);
    }

    FeedProgress with(Rhythm newRhythm) {
        return new FeedProgress(reading, position, trouble, newRhythm, isConfirmed, warnedDays, counts, version);
    }

    FeedProgress confirmed(boolean isNow) {
        return new FeedProgress(reading, position, trouble, rhythm, isNow, warnedDays, counts, version);
    }

    FeedProgress warned(int days) {
        return new FeedProgress(reading, position, trouble, rhythm, isConfirmed, days, counts, version);
    }

    FeedProgress plus(Map<String, Long> more) {
        Map<String, Long> sum = new TreeMap<>(counts);
        more.forEach((name, count) -> sum.merge(name, count, Long::sum));
        return new FeedProgress(reading, position, trouble, rhythm, isConfirmed, warnedDays, sum, version);
    }

    /** The same under another version. */
    public FeedProgress withVersion(String newVersion) {
        return new FeedProgress(reading, position, trouble, rhythm, isConfirmed, warnedDays, counts, newVersion);
    }
}

package dev.mtdconnector.threat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the devices with open threats were looked through after a change of the policy.
 *
 * @param from the version that all of them were looked through for before; what was published since may follow any version
 *     from it on
 * @param version the version that they are looked through for
 * @param cursor the last device that was looked at; null before the first
 * @param examined devices with open threats that were looked at so far
 * @param changed how many of them have another level than under {@code from}
 * @param finishedAt null while it goes on
 * @param etag by which a change since the reading is noticed; null for a new one
 */
public record Rerating(
        int from,
        int version,
        @Nullable String cursor,
        int examined,
        int changed,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String etag) {

    /** The first of a tenant: nothing was ever published but by the defaults. */
    public static Rerating first(int version, Instant now) {
        return new Rerating(0, version, null, 0, 0, now, null, null);
    }

    /** From the start, for a later version. */
    public Rerating restarted(int newVersion, Instant now) {
        return new Rerating(isFinished() ? version : from, newVersion, null, 0, 0, now, null, etag);
    }

    /** After some devices more. */
    public Rerating after(@Nullable String last, int moreExamined, int moreChanged, @Nullable Instant finished) {
        return new Rerating(
                from, version, last, examined + moreExamined, changed + moreChanged, startedAt, finished, etag);
    }

    public boolean isFinished() {
        return finishedAt != null;
    }

    /** The same under another ETag. */
    public Rerating withEtag(String newEtag) {
        return new Rerating(from, version, cursor, examined, changed, startedAt, finishedAt, newEtag);
    }
}

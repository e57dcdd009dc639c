package dev.mtdconnector.stream;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a tenant's stream was followed, and by whom.
 *
 * @param fingerprint of the key with which it was followed: what was followed with another says nothing of this one's feed
 * @param lastId the id from which the stream goes on; null before the first
 * @param coveredUntil until when the stream was followed without a gap, by our clock; null before it was
 * @param owner the process that follows; null when none does
 * @param until how long the owner has the stream to itself without saying so again
 * @param counts what came and what became of it, by name
 * @param version the row's version, for optimistic writes; null for a new one
 */
public record StreamProgress(
        String fingerprint,
        @Nullable String lastId,
        @Nullable Instant coveredUntil,
        @Nullable String owner,
        @Nullable Instant until,
        Map<String, Long> counts,
        @Nullable String version) {

    public StreamProgress {
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Whether somebody else has it now. */
    boolean isOfAnother(String process, Instant now) {
        return owner != null && !owner.equals(process) && until != null && now.isBefore(until);
    }

    /** Whether somebody follows it now. */
    public boolean isFollowed(Instant now) {
        return owner != null && until != null && now.isBefore(until);
    }

    StreamProgress ownedBy(@Nullable String process, @Nullable Instant newUntil) {
        return new StreamProgress(fingerprint, lastId, coveredUntil, process, newUntil, counts, version);
    }

    StreamProgress at(@Nullable String id, @Nullable Instant newCoveredUntil) {
        return new StreamProgress(fingerprint, id, newCoveredUntil, owner, until, counts, version);
    }

    /** The same to go on with another key: from nowhere. */
    StreamProgress with(String otherFingerprint) {
        return otherFingerprint.equals(fingerprint)
                ? this
                : new StreamProgress(otherFingerprint, null, null, owner, until, counts, version);
    }

    StreamProgress plus(Map<String, Long> more) {
        Map<String, Long> sum = new TreeMap<>(counts);
        more.forEach((name, count) -> sum.merge(name, count, Long::sum));
        sum.values().removeIf(count -> count == 0);
        return new StreamProgress(fingerprint, lastId, coveredUntil, owner, until, sum, version);
    }

    /** The same under another version. */
    public StreamProgress withVersion(String newVersion) {
        return new StreamProgress(fingerprint, lastId, coveredUntil, owner, until, counts, newVersion);
    }
}

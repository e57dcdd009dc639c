package dev.mtdconnector.feed;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has set for its feed.
 *
 * @param sealedKey the application key, sealed
 * @param fingerprint of that key
 * @param keyEnteredAt when that key was saved
 * @param keyExpiresAt as the administrator said, else a year after it was entered
 * @param isExpirySaid whether the administrator said it
 * @param every how often the feed is asked
 * @param silentAfter how long the feed may have no event before that is trouble; null to go by its own rhythm
 * @param connectedAt when the tenant connected a feed
 * @param isClosing true when the feed was disconnected and its threats are still to be closed
 * @param version the row's version, for optimistic writes; null for a new one
 */
public record FeedConnection(
        String sealedKey,
        String fingerprint,
        Instant keyEnteredAt,
        Instant keyExpiresAt,
        boolean isExpirySaid,
        Duration every,
        @Nullable Duration silentAfter,
        Instant connectedAt,
        boolean isClosing,
        @Nullable String version) {

    /** What application keys of the feed live. */
    static final Duration KEY_LIFE = Duration.ofDays(365);

    static final int LEAST_SECONDS = 30;
    static final int MOST_SECONDS = 3600;
    static final int USUAL_SECONDS = 60;

    /** The same under another version. */
    public FeedConnection withVersion(String newVersion) {
        return new FeedConnection(
                sealedKey,
                fingerprint,
                keyEnteredAt,
                keyExpiresAt,
                isExpirySaid,
                every,
                silentAfter,
                connectedAt,
                isClosing,
                newVersion);
    }

    FeedConnection closing() {
        return new FeedConnection(
                sealedKey,
                fingerprint,
                keyEnteredAt,
                keyExpiresAt,
                isExpirySaid,
                every,
                silentAfter,
                connectedAt,
                true,
                version);
    }

    FeedConnection sealedAnew(String sealed) {
        return new FeedConnection(
                sealed,
                fingerprint,
                keyEnteredAt,
                keyExpiresAt,
                isExpirySaid,
                every,
                silentAfter,
                connectedAt,
                isClosing,
                version);
    }

    /** Without the sealed key. */
    @Override
    public String toString() {
        return "FeedConnection[" + fingerprint.substring(0, Math.min(8, fingerprint.length())) + ", expires "
                + keyExpiresAt + "]";
    }
}

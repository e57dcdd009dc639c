package dev.mtdconnector.tenant;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps consents, consents that are under way, and invitations. What one method writes is written together or not. */
public interface ConsentStore {

    /** The consent; {@link Consent#none} when nothing is stored. */
    Consent find(String tenantId, Registration registration);

    /**
     * Stores a consent if the stored one is still of its version, or still missing when that is null.
     *
     * @return the consent with its new version, or empty when somebody else changed it
     */
    Optional<Consent> replace(String tenantId, Consent consent);

    /**
     * Stores a consent that was started in a browser. Anybody can start one, so this also clears away some of those that
     * had expired by {@code now}: they do not pile up.
     */
    void saveAttempt(Attempt attempt, Instant now);

    Optional<Attempt> attempt(String tenantId, String stateHash);

    /**
     * Stores what an attempt led to and marks the attempt used.
     *
     * @param attempt as it was read, not used yet
     * @param outcome as for {@link #replace}
     * @return empty, and nothing written, when the attempt was used or the consent changed meanwhile
     */
    Optional<Consent> finishAttempt(Attempt attempt, Consent outcome, Instant usedAt);

    /** Stores an invitation, and clears away some that had expired by {@code now}. */
    void saveInvitation(String tenantId, String idHash, Instant validUntil, Instant now);

    /** Until when the invitation is valid; empty when there is none. */
    Optional<Instant> invitation(String tenantId, String idHash);

    /**
     * A consent on its way: the state parameter that the browser carries, stored as a hash.
     *
     * @param browserHash hash of the cookie's secret, which the same browser must present on its return
     * @param expiresAt no longer accepted from then on
     * @param usedAt when it led to something; null before
     * @param version the row's version; null before it is stored
     */
    record Attempt(
            String tenantId,
            String stateHash,
            String browserHash,
            Registration registration,
            Instant expiresAt,
            @Nullable Instant usedAt,
            @Nullable String version) {}
}

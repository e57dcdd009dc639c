package dev.mtdconnector.tenant;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps tenants and their consents; their keys are the {@link KeyStore}'s. What one method writes is written together or not at all. */
public interface TenantStore {

    /**
     * Stores a tenant and its first keys.
     *
     * @return false, and nothing written, when the tenant exists
     */
    boolean create(Tenant tenant, List<TenantKey> keys);

    Optional<Tenant> find(String tenantId);

    /** A page of tenants, by id; {@code after} is the last id of the page before. */
    List<Tenant> list(@Nullable String after, int limit);

    Consent consent(String tenantId, Registration registration);

    void saveConsent(String tenantId, Registration registration, Consent consent);

    /**
     * Stores a consent that was started in a browser. Anybody can start one, so this also clears away some of those that
     * had expired by {@code now}: they do not pile up.
     */
    void saveAttempt(ConsentAttempt attempt, Instant now);

    Optional<ConsentAttempt> attempt(String tenantId, String stateHash);

    /**
     * Stores what a consent attempt led to and uses the attempt up.
     *
     * @return false, and nothing written, when the attempt was used up already
     */
    boolean finishAttempt(ConsentAttempt attempt, Consent outcome);

    /**
     * A consent on its way: the state parameter that the browser carries, stored as a hash.
     *
     * @param browserHash hash of the cookie that the same browser must present on its return
     * @param expiresAt no longer accepted from then on
     */
    record ConsentAttempt(
            String tenantId, String stateHash, String browserHash, Registration registration, Instant expiresAt) {}
}

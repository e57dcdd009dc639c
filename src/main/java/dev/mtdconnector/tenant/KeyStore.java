package dev.mtdconnector.tenant;

import dev.mtdconnector.signin.Key;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps the keys of tenants; the first ones come with {@link TenantStore#create}. */
public interface KeyStore {

    /** Stores a key, whose id is new. */
    void addKey(String tenantId, TenantKey key);

    /** One point read. */
    Optional<TenantKey> key(String tenantId, Key.Kind kind, String keyId);

    /** All keys of the tenant, expired ones too, in no particular order. */
    List<TenantKey> keys(String tenantId);

    /** Notes when the key was used. Without a condition on what the row held, and never brings back a removed key. */
    void keyUsed(String tenantId, Key.Kind kind, String keyId, Instant at);

    /**
     * Removes the key: it opens nothing from now on.
     *
     * @return false when there was none
     */
    boolean removeKey(String tenantId, Key.Kind kind, String keyId);
}

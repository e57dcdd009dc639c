package dev.mtdconnector.tenant;

import dev.mtdconnector.signin.Key;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps tenants and their keys. What one method writes is written together or not at all. */
public interface TenantStore {

    /**
     * Stores a tenant and its first keys.
     *
     * @return false, and nothing written, when the tenant exists
     */
    boolean create(Tenant tenant, List<StoredKey> keys);

    Optional<Tenant> find(String tenantId);

    /** A page of tenants, by id; {@code after} is the last id of the page before. */
    List<Tenant> list(@Nullable String after, int limit);

    void addKey(String tenantId, StoredKey key);

    Optional<StoredKey> key(String tenantId, Key.Kind kind, String keyId);

    /** A key as it is stored: by the hash of its secret. */
    record StoredKey(Key.Kind kind, String keyId, String secretHash, Instant createdAt) {}
}

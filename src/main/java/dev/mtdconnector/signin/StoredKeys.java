package dev.mtdconnector.signin;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys that tenants hold, by the hash of their secret. */
public interface StoredKeys {

    /** The key if it is valid now: not expired, not revoked. */
    Optional<Valid> find(Key.Kind kind, String tenantId, String keyId);

    /** Is told each time that a key was presented with the right secret. Cheap; never fails a request. */
    void used(Key key, Valid found);

    /**
     * @param role what an API key may do; of no meaning for other kinds
     * @param lastUsedAt when its use was last noted; null when it never was
     */
    record Valid(String secretHash, Role role, @Nullable Instant lastUsedAt) {}
}

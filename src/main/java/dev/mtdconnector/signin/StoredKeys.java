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
     * @param nextHash of the secret that is to take this one's place and opens the same until then; null when none is
     * @param role what an API key may do; of no meaning for other kinds
     * @param lastUsedAt when its use was last noted; null when it never was
     */
    record Valid(
            String secretHash,
            @Nullable String nextHash,
            Role role,
            @Nullable Instant lastUsedAt) {

        public Valid(String secretHash, Role role, @Nullable Instant lastUsedAt) {
            this(secretHash, null, role, lastUsedAt);
        }

        boolean matches(String secret) {
            return Secrets.matches(secret, secretHash) || isNext(secret);
        }

        /** True for the secret that is to take the other's place. */
        public boolean isNext(String secret) {
            return nextHash != null && Secrets.matches(secret, nextHash);
        }
    }
}

package dev.mtdconnector.tenant;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's key as it is kept: by the hash of its secret.
 *
 * @param kind API or FEED
 * @param role what an API key may do; null for feed keys, which may do one thing only
 * @param name what its creator calls it; empty for keys from before keys had names
 * @param createdBy {@link dev.mtdconnector.signin.Caller.Administrator#actor()}, or {@code operator}
 * @param expiresAt no longer accepted from then on; null for keys from before keys expired
 * @param lastUsedAt exact to about an hour; null when it was never used
 */
public record TenantKey(
        Key.Kind kind,
        String keyId,
        String secretHash,
        @Nullable Role role,
        String name,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {

    /** Who makes keys without being of the tenant. */
    public static final String OPERATOR = "operator";

    /** How long an expired key is still shown. */
    static final Duration SHOWN = Duration.ofDays(30);

    /** Whether it opens anything at this time. */
    public boolean isValid(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }

    /** When it is to be forgotten; null when never. */
    @Nullable
    Instant forgottenAt() {
        return expiresAt == null ? null : expiresAt.plus(SHOWN);
    }
}

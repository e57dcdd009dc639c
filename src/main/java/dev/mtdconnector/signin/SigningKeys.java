package dev.mtdconnector.signin;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Instant;

/** The public keys with which Entra signs tokens of a tenant. */
@FunctionalInterface
public interface SigningKeys {

    /**
     * The tenant's keys, from a cache where it is fresh.
     *
     * @param atLeastAsNewAs reload when the cached set is older than this: a key id may be new
     * @throws dev.mtdconnector.common.UpstreamException of service LOGIN when they cannot be had
     */
    JWKSet of(String tenantId, Instant atLeastAsNewAs);
}

package dev.mtdconnector.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.AgentTokens;
import dev.mtdconnector.signin.SigningKeys;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Issues tokens with real keys, and knows what was consented to. */
public final class FakeEntra implements SigningKeys, GrantedRoles {

    /** The first is published; the second is not until {@link #rollOver}. */
    public static final RSAKey KEY = key("key-1");

    public static final RSAKey NEXT_KEY = key("key-2");

    private final Clock clock;
    private final Map<Registration, Set<UUID>> granted = new EnumMap<>(Registration.class);
    private final List<Instant> fetches = new ArrayList<>();
    private JWKSet keys = new JWKSet(KEY.toPublicJWK());
    private @Nullable UpstreamException failure;
    private int readsBeforeReplicated;

    public FakeEntra(Clock clock) {
        this.clock = clock;
    }

    /** Everything that the registration needs. */
    public void grant(Registration registration) {
        Set<UUID> roles = new HashSet<>();
        registration.requiredRoles().forEach(role -> roles.add(role.id()));
        granted.put(registration, roles);
    }

    public void revoke(Registration registration) {
        granted.remove(registration);
    }

    public void removeRole(Registration registration, String value) {
        for (ApplicationRole role : registration.requiredRoles()) {
            if (role.value().equals(value)) {
                Set<UUID> roles = granted.get(registration);
                if (roles != null) {
                    roles.remove(role.id());
                }
            }
        }
    }

    /** The next so many reads do not see what was granted. */
    public void replicateAfter(int reads) {
        readsBeforeReplicated = reads;
    }

    /** Every read fails with this, until null. */
    public void failWith(@Nullable UpstreamException e) {
        failure = e;
    }

    public void rollOver() {
        keys = new JWKSet(List.of(NEXT_KEY.toPublicJWK()));
    }

    /** For when keys were asked to be at least as new as. */
    public List<Instant> fetches() {
        return List.copyOf(fetches);
    }

    @Override
    public JWKSet of(String tenantId, Instant atLeastAsNewAs) {
        if (failure != null) {
            throw failure;
        }
        fetches.add(atLeastAsNewAs);
        return keys;
    }

    @Override
    public Set<UUID> of(String tenantId, Registration registration) {
        if (failure != null) {
            throw failure;
        }
        Set<UUID> roles = granted.get(registration);
        if (roles == null || readsBeforeReplicated > 0) {
            readsBeforeReplicated--;
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH, UpstreamException.Kind.CONSENT_MISSING, "No service principal");
        }
        return Set.copyOf(roles);
    }

    /** The claims of a token that is accepted. */
    public JWTClaimsSet.Builder claims(String tenantId, String userId) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(TestApp.LOGIN + "/" + tenantId + "/v2.0")
                .audience(TestApp.BASE_CLIENT)
                .claim("tid", tenantId)
                .claim("oid", userId)
                .claim("ver", "2.0")
                .claim("azp", TestApp.AGENT_CLIENT)
                .claim("scp", AgentTokens.SCOPE)
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)));
    }

    public String token(String tenantId, String userId) {
        return sign(claims(tenantId, userId).build(), KEY);
    }

    public static String sign(JWTClaimsSet claims, RSAKey key) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}

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
import dev.mtdconnector.signin.CodeRedemption;
import dev.mtdconnector.signin.DirectoryNames;
import dev.mtdconnector.signin.GroupMembership;
import dev.mtdconnector.signin.SigningKeys;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Issues tokens with real keys, and knows what was consented to. */
public final class FakeEntra implements SigningKeys, GrantedRoles, CodeRedemption, GroupMembership, DirectoryNames {

    /** The first is published; the second is not until {@link #rollOver}. */
    public static final RSAKey KEY = key("key-1");

    public static final RSAKey NEXT_KEY = key("key-2");

    private final Clock clock;
    private final Map<Registration, Set<UUID>> granted = new EnumMap<>(Registration.class);
    private final Set<Registration> optional = EnumSet.noneOf(Registration.class);
    private final Map<String, Issued> codes = new HashMap<>();
    private final Map<String, Set<String>> members = new HashMap<>();
    private final Map<String, String> domains = new HashMap<>();
    private final List<Instant> fetches = new ArrayList<>();
    private JWKSet keys = new JWKSet(KEY.toPublicJWK());
    private @Nullable UpstreamException failure;
    private @Nullable UpstreamException membershipFailure;
    private int readsBeforeReplicated;
    private int questions;

    public FakeEntra(Clock clock) {
        this.clock = clock;
    }

    /** Everything that the registration needs. */
    public void grant(Registration registration) {
        Set<UUID> roles = new HashSet<>();
        registration.requiredRoles().forEach(role -> roles.add(role.id()));
        if (optional.contains(registration)) {
            registration.optionalRoles().forEach(role -> roles.add(role.id()));
        }
        granted.put(registration, roles);
    }

    /** Besides, what it can use, from the next grant on. */
    public void grantOptional(Registration registration) {
        optional.add(registration);
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

    /** Every question for members fails with this, until null. */
    public void failMembershipWith(@Nullable UpstreamException e) {
        membershipFailure = e;
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

    /** Domains and their directories. */
    public FakeEntra withDomain(String domain, String directoryId) {
        domains.put(domain, directoryId);
        return this;
    }

    public FakeEntra withMember(String groupId, String userId) {
        members.computeIfAbsent(groupId, id -> new HashSet<>()).add(userId);
        return this;
    }

    public void removeMember(String groupId, String userId) {
        members.getOrDefault(groupId, new HashSet<>()).remove(userId);
    }

    /** The code can be redeemed, once, with the verifier of the challenge, for this ID token. */
    public void issue(String code, String codeChallenge, String idToken) {
        codes.put(code, new Issued(codeChallenge, idToken));
    }

    @Override
    public String redeem(String tenantId, String code, String redirectUri, String codeVerifier) {
        if (failure != null) {
            throw failure;
        }
        Issued issued = codes.remove(code);
        if (issued == null || !issued.codeChallenge().equals(challenge(codeVerifier))) {
            throw new UpstreamException(
                    UpstreamException.Service.LOGIN, UpstreamException.Kind.REFUSED, "The code is not good");
        }
        return issued.idToken();
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Set<String> of(String tenantId, String userId, Set<String> groupIds) {
        if (failure != null) {
            throw failure;
        }
        if (membershipFailure != null) {
            throw membershipFailure;
        }
        questions++;
        Set<String> found = new HashSet<>();
        for (String groupId : groupIds) {
            if (members.getOrDefault(groupId, Set.of()).contains(userId)) {
                found.add(groupId);
            }
        }
        return found;
    }

    /** How often it was asked who is in which group. */
    public int questions() {
        return questions;
    }

    @Override
    public Optional<String> directoryId(String domain) {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(domains.get(domain));
    }

    private record Issued(String codeChallenge, String idToken) {}

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
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)));
    }

    public String token(String tenantId, String userId) {
        return sign(claims(tenantId, userId).build(), KEY);
    }

    /** The claims of an ID token that is accepted as the answer to a request with this nonce. */
    public JWTClaimsSet.Builder idClaims(String tenantId, String userId, String nonce) {
        return claims(tenantId, userId)
                .claim("azp", null)
                .claim("scp", null)
                .issueTime(Date.from(clock.instant()))
                .claim("nonce", nonce)
                .claim("name", "Ines Duarte")
                .claim("preferred_username", "ines.duarte@contoso.example");
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

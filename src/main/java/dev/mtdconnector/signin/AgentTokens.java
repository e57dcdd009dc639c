package dev.mtdconnector.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validates access tokens (v2.0) that Entra issued to the agent app for a signed-in user and our own exposed scope.
 *
 * <p>Checked, in this order: RS256 and nothing else; {@code tid} is an onboarded tenant; the signature by a key of
 * that tenant's authority; {@code iss} is that authority; {@code aud} is us; {@code ver}, {@code exp}, {@code nbf};
 * {@code azp} is an agent app that the settings name; {@code scp} holds our scope; {@code oid} is a GUID. Clocks may
 * differ by two minutes.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/access-tokens">Access tokens, Microsoft Entra</a>
 */
public final class AgentTokens {

    /** The scope that our registration exposes to agent apps. */
    public static final String SCOPE = "Device.Activate";

    private static final Duration SKEW = Duration.ofMinutes(2);
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final String loginEndpoint;
    private final String audience;
    private final Set<String> agentClientIds;
    private final SigningKeys signingKeys;
    private final Predicate<String> isOnboarded;
    private final Clock clock;

    /**
     * @param loginEndpoint the sign-in service, without a trailing slash
     * @param audience the client id of the registration that exposes {@link #SCOPE}
     * @param agentClientIds client ids of the agent apps
     * @param isOnboarded whether a directory id is a tenant of ours; asked before its keys are fetched
     */
    public AgentTokens(
            String loginEndpoint,
            String audience,
            Set<String> agentClientIds,
            SigningKeys signingKeys,
            Predicate<String> isOnboarded,
            Clock clock) {
        this.loginEndpoint = loginEndpoint;
        this.audience = audience;
        this.agentClientIds = Set.copyOf(agentClientIds);
        this.signingKeys = signingKeys;
        this.isOnboarded = isOnboarded;
        this.clock = clock;
    }

    /**
     * @throws AppException IDENTITY_REQUIRED when the token is not one that we accept, whatever the reason;
     *     DIRECTORY_UNAVAILABLE when the tenant's keys cannot be had
     */
    public Caller.EntraUser verify(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            check(JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm()));
            check(jwt.getHeader().getCriticalParams() == null);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String tenantId = guid(claims, "tid");
            check(isOnboarded.test(tenantId));
            checkSignature(jwt, tenantId);
            check((loginEndpoint + "/" + tenantId + "/v2.0").equals(claims.getIssuer()));
            check(List.of(audience).equals(claims.getAudience()));
            check("2.0".equals(claims.getStringClaim("ver")));
            checkTimes(claims);
            String agent = claims.getStringClaim("azp");
            check(agent != null && agentClientIds.contains(agent));
            String scopes = claims.getStringClaim("scp");
            check(scopes != null && List.of(scopes.split(" ", -1)).contains(SCOPE));
            return new Caller.EntraUser(tenantId, guid(claims, "oid"));
        } catch (ParseException | JOSEException e) {
            throw new AppException(ErrorCode.IDENTITY_REQUIRED);
        } catch (UpstreamException e) {
            throw new AppException(ErrorCode.DIRECTORY_UNAVAILABLE);
        }
    }

    private void checkSignature(SignedJWT jwt, String tenantId) throws JOSEException {
        String keyId = jwt.getHeader().getKeyID();
        check(keyId != null);
        RSAKey key = find(tenantId, keyId, Instant.EPOCH);
        if (key == null) {
            // Keys roll over: one that we have not seen is looked for once more, among fresh keys.
            key = find(tenantId, keyId, clock.instant());
        }
        check(key != null && jwt.verify(new RSASSAVerifier(key)));
    }

    private @Nullable RSAKey find(String tenantId, String keyId, Instant atLeastAsNewAs) {
        JWK key = signingKeys.of(tenantId, atLeastAsNewAs).getKeyByKeyId(keyId);
        return key instanceof RSAKey rsa
                        && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                ? rsa
                : null;
    }

    private void checkTimes(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        check(expires != null && now.isBefore(expires.toInstant().plus(SKEW)));
        check(notBefore == null || !now.isBefore(notBefore.toInstant().minus(SKEW)));
    }

    private static String guid(JWTClaimsSet claims, String name) throws ParseException {
        String value = claims.getStringClaim(name);
        check(value != null && GUID.matcher(value.toLowerCase(Locale.ROOT)).matches());
        return value == null ? "" : value.toLowerCase(Locale.ROOT);
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new AppException(ErrorCode.IDENTITY_REQUIRED);
        }
    }
}

package dev.mtdconnector.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
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
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells tokens (v2.0) that Entra issued to us from everything else: what ID tokens and access tokens have in common.
 *
 * <p>Checked: RS256 and nothing else, with no critical header; {@code tid} is a tenant that the caller accepts, and not
 * that of consumer accounts; the signature by a key that this tenant's authority publishes; {@code iss} is that
 * authority; {@code aud} is us alone; {@code ver}; {@code exp}, {@code iat} and, where it is given, {@code nbf}, with
 * clocks that may differ by two minutes; {@code oid} is a GUID. Keys and addresses that a token names are not looked at.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/access-tokens">Access tokens, Microsoft Entra</a>
 */
public final class EntraTokens {

    /** The directory of personal Microsoft accounts (Entra's documentation of the {@code tid} claim). */
    private static final String CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private static final Duration SKEW = Duration.ofMinutes(2);

    /** Characters. A token with 200 groups, which is Entra's limit, has some 11,000. */
    private static final int LONGEST = 32_768;

    private static final int LEAST_KEY_BITS = 2048;
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final String loginEndpoint;
    private final String audience;
    private final SigningKeys signingKeys;
    private final Clock clock;

    /**
     * @param loginEndpoint the sign-in service, without a trailing slash
     * @param audience the client id of the registration that tokens are issued for
     */
    public EntraTokens(String loginEndpoint, String audience, SigningKeys signingKeys, Clock clock) {
        this.loginEndpoint = loginEndpoint;
        this.audience = audience;
        this.signingKeys = signingKeys;
        this.clock = clock;
    }

    /**
     * What the token says, if it is one that Entra issued to us.
     *
     * @param tenants whether tokens of a directory are accepted; asked with an id in lower case, before keys are fetched
     * @return empty when it is not, whatever the reason
     * @throws AppException DIRECTORY_UNAVAILABLE when the tenant's keys cannot be had
     */
    Optional<EntraToken> verify(String token, Predicate<String> tenants) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String tenantId = guid(claims, "tid");
            String userId = guid(claims, "oid");
            boolean isGood = JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm())
                    && jwt.getHeader().getCriticalParams() == null
                    && !tenantId.isEmpty()
                    && !tenantId.equals(CONSUMERS)
                    && tenants.test(tenantId)
                    && isSigned(jwt, tenantId)
                    && (loginEndpoint + "/" + tenantId + "/v2.0").equals(claims.getIssuer())
                    && List.of(audience).equals(claims.getAudience())
                    && "2.0".equals(claims.getStringClaim("ver"))
                    && isValidNow(claims)
                    && !userId.isEmpty();
            return isGood ? Optional.of(new EntraToken(tenantId, userId, claims)) : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        } catch (UpstreamException e) {
            throw new AppException(ErrorCode.DIRECTORY_UNAVAILABLE);
        }
    }

    /** The client id of the registration that tokens are issued for. */
    String audience() {
        return audience;
    }

    private boolean isSigned(SignedJWT jwt, String tenantId) throws JOSEException {
        RSAKey key = find(jwt.getHeader(), tenantId, Instant.EPOCH);
        if (key == null && jwt.getHeader().getKeyID() != null) {
            // Keys roll over: one that we have not seen is looked for once more, among fresh keys.
            key = find(jwt.getHeader(), tenantId, clock.instant());
        }
        return key != null && jwt.verify(new RSASSAVerifier(key));
    }

    private @Nullable RSAKey find(JWSHeader header, String tenantId, Instant atLeastAsNewAs) {
        if (header.getKeyID() == null) {
            return null;
        }
        JWK key = signingKeys.of(tenantId, atLeastAsNewAs).getKeyByKeyId(header.getKeyID());
        return key instanceof RSAKey rsa
                        && rsa.size() >= LEAST_KEY_BITS
                        && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                        && (key.getAlgorithm() == null || key.getAlgorithm().equals(JWSAlgorithm.RS256))
                ? rsa
                : null;
    }

    private boolean isValidNow(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        return expires != null
                && now.isBefore(expires.toInstant().plus(SKEW))
                && issued != null
                && hasCome(issued, now)
                && (claims.getNotBeforeTime() == null || hasCome(claims.getNotBeforeTime(), now));
    }

    private static boolean hasCome(Date time, Instant now) {
        return !now.isBefore(time.toInstant().minus(SKEW));
    }

    /** The GUID in lower case; empty when the claim is none. */
    private static String guid(JWTClaimsSet claims, String name) throws ParseException {
        String value = claims.getStringClaim(name);
        String lower = value == null ? "" : value.toLowerCase(Locale.ROOT);
        return GUID.matcher(lower).matches() ? lower : "";
    }
}

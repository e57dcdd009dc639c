package dev.mtdconnector.local.contoso;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The claims that Entra puts into each kind of token. */
final class TokenClaims {

    /** Entra dates a token back, so that clocks may differ. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final Clock clock;
    private final String loginEndpoint;

    TokenClaims(Clock clock, String loginEndpoint) {
        this.clock = clock;
        this.loginEndpoint = loginEndpoint;
    }

    /** The issuer of tokens in the v2 form. */
    String issuer(String tenant) {
        return loginEndpoint + "/" + tenant + "/v2.0";
    }

    /**
     * A token of an application for a resource of Microsoft's, in the v1 form.
     *
     * @param roles granted; the claim is left out when there are none, as Entra does
     */
    JWTClaimsSet.Builder forApplication(
            String tenant, ServicePrincipal principal, String audience, List<String> roles, Duration lifetime) {
        JWTClaimsSet.Builder claims = claims(tenant, audience, lifetime)
                .issuer(v1Issuer(tenant))
                .subject(principal.id())
                .claim("app_displayname", principal.displayName())
                .claim("appid", principal.appId())
                .claim("appidacr", "1")
                .claim("idp", v1Issuer(tenant))
                .claim("idtyp", "app")
                .claim("oid", principal.id())
                .claim("ver", "1.0");
        return roles.isEmpty() ? claims : claims.claim("roles", roles);
    }

    /**
     * A token of a user for the connector's own API, in the v2 form.
     *
     * @param clientId of the app that the user signed in to
     */
    JWTClaimsSet.Builder forUser(
            String tenant, User user, String audience, String clientId, String scope, Duration lifetime) {
        return claims(tenant, audience, lifetime)
                .issuer(issuer(tenant))
                .subject(subject(user.id(), audience))
                .claim("azp", clientId)
                .claim("azpacr", "0")
                .claim("name", user.displayName())
                .claim("oid", user.id())
                .claim("preferred_username", user.userPrincipalName())
                .claim("rh", opaque(user.id() + clientId))
                .claim("scp", scope)
                .claim("ver", "2.0");
    }

    /**
     * A token of an application of the vendor's own for the connector's API, in the v2 form: no person is in it.
     *
     * @param objectId of the application's service principal
     */
    JWTClaimsSet.Builder forOperator(
            String tenant, String objectId, String audience, String clientId, List<String> roles, Duration lifetime) {
        return claims(tenant, audience, lifetime)
                .issuer(issuer(tenant))
                .subject(objectId)
                .claim("azp", clientId)
                .claim("azpacr", "1")
                .claim("oid", objectId)
                .claim("rh", opaque(objectId + clientId))
                .claim("roles", roles)
                .claim("ver", "2.0");
    }

    /** A token of a user for Graph, of the application that signed the user in, in the v1 form. */
    JWTClaimsSet.Builder forGraph(
            String tenant, User user, AppRegistration registration, Set<String> scopes, Duration lifetime) {
        return claims(tenant, WellKnown.MICROSOFT_GRAPH, lifetime)
                .issuer(v1Issuer(tenant))
                .subject(subject(user.id(), WellKnown.MICROSOFT_GRAPH))
                .claim("app_displayname", registration.displayName())
                .claim("appid", registration.clientId())
                .claim("appidacr", "1")
                .claim("idp", v1Issuer(tenant))
                .claim("idtyp", "user")
                .claim("name", user.displayName())
                .claim("oid", user.id())
                .claim("rh", opaque(user.id() + registration.clientId()))
                .claim("scp", String.join(" ", new TreeSet<>(scopes)))
                .claim("unique_name", user.userPrincipalName())
                .claim("upn", user.userPrincipalName())
                .claim("ver", "1.0");
    }

    /** An ID token of the v2 form, with all that the scope {@code profile} gives. */
    JWTClaimsSet.Builder id(
            String tenant, User user, String clientId, @Nullable String nonce, String session, Duration lifetime) {
        return claims(tenant, clientId, lifetime)
                .issuer(issuer(tenant))
                .subject(subject(user.id(), clientId))
                .claim("name", user.displayName())
                .claim("nonce", nonce)
                .claim("oid", user.id())
                .claim("preferred_username", user.userPrincipalName())
                .claim("rh", opaque(user.id() + clientId))
                .claim("sid", session)
                .claim("ver", "2.0");
    }

    private JWTClaimsSet.Builder claims(String tenant, String audience, Duration lifetime) {
        Instant now = clock.instant();
        Instant start = now.minus(BACKDATED);
        Instant end = now.plus(lifetime);
        return new JWTClaimsSet.Builder()
                .audience(audience)
                .issueTime(Date.from(start))
                .notBeforeTime(Date.from(start))
                .expirationTime(Date.from(end))
                .claim("tid", tenant)
                .claim("uti", hash(UUID.randomUUID().toString()).substring(0, 22));
    }

    private static String v1Issuer(String tenant) {
        return "https://sts.windows.net/" + tenant + "/";
    }

    /** Another one for each application, so that two of them cannot tell by it that they have the same user. */
    static String subject(String userId, String application) {
        return hash(userId + "/" + application);
    }

    private static String opaque(String of) {
        return "1." + hash(of) + "AAAA.";
    }

    private static String hash(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

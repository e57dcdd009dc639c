package dev.mtdconnector.local.contoso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the token that comes with a request, as Microsoft's services do. */
public final class TokenCheck {

    private final Tokens tokens;
    private final Contoso contoso;
    private final Clock clock;
    private final Set<Rule> off;

    public TokenCheck(Tokens tokens, Contoso contoso, Clock clock, Set<Rule> off) {
        this.tokens = tokens;
        this.contoso = contoso;
        this.clock = clock;
        this.off = off;
    }

    /**
     * Who is asking.
     *
     * @param tenant the directory that the token speaks of
     * @param appId client id of the application
     * @param roles application permissions that the token carries
     */
    public record Caller(String tenant, String appId, Set<String> roles) {

        public Caller {
            roles = Set.copyOf(roles);
        }

        public boolean hasAny(Set<String> accepted) {
            return accepted.stream().anyMatch(roles::contains);
        }
    }

    /** The token was not taken. */
    public static final class Rejected extends Exception {

        private static final long serialVersionUID = 1L;

        private final String code;

        Rejected(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        /** Graph's error code. */
        public String code() {
            return code;
        }
    }

    /**
     * Checks form, signature, lifetime, audience, and that the application is still in the tenant. Which roles are
     * needed is for the service to say.
     *
     * @param authorization the header; null when there was none
     * @param audiences names under which the service is addressed
     * @throws Rejected when it is not good; the service answers 401
     */
    public Caller check(@Nullable String authorization, Set<String> audiences) throws Rejected {
        String token =
                authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith("bearer ")
                        ? ""
                        : authorization.substring("bearer ".length()).trim();
        if (token.isEmpty()) {
            if (on(Rule.TOKEN_REQUIRED)) {
                throw invalid("Access token is empty.");
            }
            return anybody();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (on(Rule.TOKEN_SIGNATURE) && !tokens.isOurs(jwt)) {
                throw invalid("Access token validation failure. Invalid signature.");
            }
            Instant now = clock.instant();
            if (on(Rule.TOKEN_LIFETIME)
                    && (seconds(claims, "exp") <= now.getEpochSecond()
                            || seconds(claims, "nbf") > now.getEpochSecond())) {
                throw invalid("Lifetime validation failed, the token is expired.");
            }
            if (on(Rule.TOKEN_AUDIENCE) && claims.getAudience().stream().noneMatch(audiences::contains)) {
                throw invalid("Access token validation failure. Invalid audience.");
            }
            return caller(claims);
        } catch (ParseException e) {
            throw invalid("IDX14100: JWT is not well formed.");
        } catch (JOSEException e) {
            throw invalid("Access token validation failure.");
        }
    }

    private static long seconds(JWTClaimsSet claims, String name) {
        // The library has made the claim a date of the old kind.
        return claims.getClaim(name) instanceof java.util.Date date
                ? date.toInstant().getEpochSecond()
                : 0;
    }

    private Caller caller(JWTClaimsSet claims) throws ParseException, Rejected {
        String tenant = Objects.requireNonNullElse(claims.getStringClaim("tid"), "");
        String appId = Objects.requireNonNullElse(claims.getStringClaim("appid"), "");
        boolean known =
                tenant.equals(WellKnown.TENANT) && contoso.principalOf(appId).isPresent();
        if (on(Rule.CALLER_IN_TENANT) && !known) {
            throw new Rejected(
                    "Authorization_IdentityNotFound",
                    "The identity of the calling application could not be established.");
        }
        List<String> roles = claims.getStringListClaim("roles");
        Set<String> carried = Set.copyOf(Objects.requireNonNullElse(roles, List.of()));
        if (on(Rule.ROLES_AT_ISSUE)) {
            return new Caller(tenant, appId, carried);
        }
        return new Caller(
                tenant,
                appId,
                contoso.principalOf(appId)
                        .map(principal -> Set.copyOf(principal.roles(WellKnown.MICROSOFT_GRAPH)))
                        .orElse(Set.of()));
    }

    private static Caller anybody() {
        return new Caller(
                WellKnown.TENANT,
                "",
                Set.copyOf(WellKnown.ROLES.stream().map(AppRole::value).toList()));
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }

    private static Rejected invalid(String message) {
        return new Rejected("InvalidAuthenticationToken", message);
    }
}

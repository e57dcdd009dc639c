package dev.mtdconnector.local.contoso;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import dev.mtdconnector.local.http.Refusal;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that a token request comes from the application that it names: by secret or by assertion. */
final class ClientAuthentication {

    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final String TOKEN_EXCHANGE = "api://AzureADTokenExchange";

    private final String loginEndpoint;
    private final Clock clock;
    private final LoginErrors errors;
    private final Set<Rule> off;

    ClientAuthentication(String loginEndpoint, Clock clock, LoginErrors errors, Set<Rule> off) {
        this.loginEndpoint = loginEndpoint;
        this.clock = clock;
        this.errors = errors;
        this.off = off;
    }

    /** Refuses the request unless it is the application's. */
    void check(AppRegistration registration, Map<String, String> form, String tenant) {
        String assertion = form.get("client_assertion");
        String secret = form.get("client_secret");
        if (assertion != null) {
            checkAssertion(registration, form.get("client_assertion_type"), assertion, tenant);
        } else if (secret == null) {
            throw errors.json(
                    401,
                    "invalid_client",
                    7000216,
                    "'client_assertion', 'client_secret' or 'request' is required for the '" + form.get("grant_type")
                            + "' grant type.");
        } else if (on(Rule.SECRET_RIGHT) && !registration.secrets().contains(secret)) {
            throw errors.json(
                    401,
                    "invalid_client",
                    7000215,
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                            + "value, not the client secret ID, for a secret added to app '" + registration.clientId()
                            + "'.");
        }
    }

    /**
     * The claims of an assertion are checked, its signature is not: the simulator knows neither the certificate of a
     * registration nor the keys of the issuer of a federated credential.
     */
    private void checkAssertion(AppRegistration registration, @Nullable String type, String assertion, String tenant) {
        if (!on(Rule.ASSERTION_CLAIMS)) {
            return;
        }
        if (!JWT_BEARER.equals(type)) {
            throw refused(50027, "The value of client_assertion_type must be " + JWT_BEARER + ".");
        }
        try {
            JWTClaimsSet claims = JWTParser.parse(assertion).getJWTClaimsSet();
            Instant now = clock.instant();
            if (claims.getExpirationTime() == null
                    || claims.getExpirationTime().toInstant().isBefore(now)) {
                throw refused(700024, "Client assertion is not within its valid time range.");
            }
            boolean federated = claims.getAudience().contains(TOKEN_EXCHANGE);
            boolean ownKey = claims.getAudience().contains(loginEndpoint + "/" + tenant + "/oauth2/v2.0/token");
            if (!federated && !ownKey) {
                throw refused(700023, "Client assertion audience claim does not match Realm issuer.");
            }
            if (claims.getIssuer() == null || claims.getSubject() == null) {
                throw refused(50027, "The assertion has no issuer or no subject.");
            }
            boolean self = registration.clientId().equals(claims.getIssuer())
                    && registration.clientId().equals(claims.getSubject());
            if (ownKey && !self) {
                throw refused(700021, "Client assertion application identifier doesn't match.");
            }
        } catch (ParseException e) {
            throw new Refusal(
                    refused(50027, "JWT token is invalid or malformed.").answer(), e);
        }
    }

    private Refusal refused(int code, String words) {
        return errors.json(401, "invalid_client", code, words);
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}

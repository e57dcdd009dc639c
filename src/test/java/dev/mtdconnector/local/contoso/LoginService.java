package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Refusal;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Contoso's sign-in service: discovery, keys, and tokens for applications; errors in Entra's form. */
public final class LoginService implements Routes {

    static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Set<String> OIDC_SCOPES = Set.of("openid", "profile", "offline_access", "email");
    private static final String TOKEN_EXCHANGE = "api://AzureADTokenExchange";

    private final Contoso contoso;
    private final Tokens tokens;
    private final Clock clock;
    private final Set<Rule> off;

    public LoginService(Contoso contoso, Tokens tokens, Clock clock, Set<Rule> off) {
        this.contoso = contoso;
        this.tokens = tokens;
        this.clock = clock;
        this.off = off;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", this::configuration)
                .route("GET", "/{tenant}/discovery/v2.0/keys", this::keys)
                .route("POST", "/{tenant}/oauth2/v2.0/token", this::correlated);
    }

    /** The client's own id comes back; Microsoft's libraries look for it. */
    private Answer correlated(Request request) {
        String id = Objects.requireNonNullElseGet(
                request.header("client-request-id"), () -> UUID.randomUUID().toString());
        try {
            return token(request).withHeader("client-request-id", id);
        } catch (Refusal refusal) {
            return refusal.answer().withHeader("client-request-id", id);
        }
    }

    private Answer configuration(Request request) {
        String tenant = request.variable("tenant");
        boolean several = tenant.equals("organizations") || tenant.equals("common");
        String id = several ? "{tenantid}" : tenant(tenant);
        String base = tokens.loginEndpoint() + "/" + (several ? tenant : id);
        ObjectNode body = Json.object()
                .put("issuer", tokens.issuer(id))
                .put("authorization_endpoint", base + "/oauth2/v2.0/authorize")
                .put("token_endpoint", base + "/oauth2/v2.0/token")
                .put("jwks_uri", base + "/discovery/v2.0/keys")
                .put("tenant_region_scope", "EU");
        body.putArray("response_types_supported").add("code").add("id_token");
        body.putArray("subject_types_supported").add("pairwise");
        body.putArray("id_token_signing_alg_values_supported").add("RS256");
        body.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("private_key_jwt")
                .add("client_secret_basic");
        return Answer.json(200, body);
    }

    private Answer keys(Request request) {
        String tenant = request.variable("tenant");
        if (!tenant.equals("organizations") && !tenant.equals("common")) {
            tenant(tenant);
        }
        return Answer.json(200, Json.parse(tokens.publicKeys().toString()));
    }

    private Answer token(Request request) {
        Map<String, String> form = request.form();
        String tenant = tenant(request.variable("tenant"));
        String grant = required(form, "grant_type");
        if (!grant.equals("client_credentials")) {
            throw error(
                    400,
                    "unsupported_grant_type",
                    70003,
                    "The app requested an unsupported grant type '" + grant + "'.");
        }
        String clientId = required(form, "client_id").toLowerCase(Locale.ROOT);
        Optional<AppRegistration> registration =
                contoso.registration(clientId).filter(one -> one.clientId().equals(clientId));
        Optional<ServicePrincipal> principal = contoso.principalOf(clientId);
        if (registration.isEmpty() || (on(Rule.APP_IN_TENANT) && principal.isEmpty())) {
            throw error(
                    400,
                    "unauthorized_client",
                    700016,
                    "Application with identifier '" + clientId + "' was not found in the directory 'Contoso'. This can "
                            + "happen if the application has not been installed by the administrator of the tenant or "
                            + "consented to by any user in the tenant. You may have sent your authentication request "
                            + "to the wrong tenant.");
        }
        authenticate(registration.get(), form, tenant);
        Resource resource = resource(required(form, "scope"));
        ServicePrincipal caller = principal.orElseGet(() -> new ServicePrincipal(
                contoso.idFor("nobody"), clientId, "", WellKnown.VENDOR_TENANT, clock.instant(), List.of()));
        List<String> roles = caller.roles(resource.appId());
        if (roles.isEmpty() && !on(Rule.ROLELESS_TOKEN)) {
            throw error(400, "invalid_grant", 65001, "The administrator has not consented to use the application.");
        }
        String token = tokens.forApplication(tenant, caller, resource.audience(), roles, Tokens.LIFETIME);
        long seconds = Tokens.LIFETIME.toSeconds() - 1;
        ObjectNode body = Json.object()
                .put("token_type", "Bearer")
                .put("expires_in", seconds)
                .put("ext_expires_in", seconds)
                .put("access_token", token);
        return Answer.json(200, body)
                .withHeader("Cache-Control", "no-store, no-cache")
                .withHeader("Pragma", "no-cache");
    }

    private void authenticate(AppRegistration registration, Map<String, String> form, String tenant) {
        String assertion = form.get("client_assertion");
        String secret = form.get("client_secret");
        if (assertion != null) {
            checkAssertion(registration, form.get("client_assertion_type"), assertion, tenant);
        } else if (secret == null) {
            throw error(
                    401,
                    "invalid_client",
                    7000216,
                    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant "
                            + "type.");
        } else if (on(Rule.SECRET_RIGHT) && !registration.secrets().contains(secret)) {
            throw error(
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
            throw error(401, "invalid_client", 50027, "The value of client_assertion_type must be " + JWT_BEARER + ".");
        }
        try {
            JWTClaimsSet claims = JWTParser.parse(assertion).getJWTClaimsSet();
            Instant now = clock.instant();
            if (claims.getExpirationTime() == null
                    || claims.getExpirationTime().toInstant().isBefore(now)) {
                throw error(401, "invalid_client", 700024, "Client assertion is not within its valid time range.");
            }
            boolean federated = claims.getAudience().contains(TOKEN_EXCHANGE);
            boolean ownKey =
                    claims.getAudience().contains(tokens.loginEndpoint() + "/" + tenant + "/oauth2/v2.0/token");
            if (!federated && !ownKey) {
                throw error(
                        401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.");
            }
            if (claims.getIssuer() == null || claims.getSubject() == null) {
                throw error(401, "invalid_client", 50027, "The assertion has no issuer or no subject.");
            }
            boolean self = registration.clientId().equals(claims.getIssuer())
                    && registration.clientId().equals(claims.getSubject());
            if (ownKey && !self) {
                throw error(401, "invalid_client", 700021, "Client assertion application identifier doesn't match.");
            }
        } catch (ParseException e) {
            throw new Refusal(
                    error(401, "invalid_client", 50027, "JWT token is invalid or malformed.")
                            .answer(),
                    e);
        }
    }

    /** The resource of a {@code .default} scope; null when there is none. */
    static @Nullable Resource resourceOf(String scope) {
        return switch (scope) {
            case "https://graph.microsoft.com/.default", "https://graph.microsoft.com//.default" ->
                new Resource(WellKnown.MICROSOFT_GRAPH, WellKnown.GRAPH_AUDIENCE);
            // The resource's name ends in a slash, so its scope has two.
            case "https://api.manage.microsoft.com//.default" ->
                new Resource(WellKnown.INTUNE_API, WellKnown.INTUNE_AUDIENCE);
            case "https://api.manage.microsoft.com/.default" ->
                new Resource(WellKnown.INTUNE_API, "https://api.manage.microsoft.com");
            default -> null;
        };
    }

    private Resource resource(String scopes) {
        Resource found = null;
        for (String scope : scopes.trim().split("\\s+", -1)) {
            if (OIDC_SCOPES.contains(scope)) {
                continue;
            }
            if (on(Rule.SCOPE_DEFAULT) && !scope.endsWith("/.default")) {
                throw error(
                        400,
                        "invalid_scope",
                        1002012,
                        "The provided value for scope " + scope + " is not valid. Client credential flows must have a "
                                + "scope value with /.default suffixed to the resource identifier (application ID "
                                + "URI).");
            }
            Resource resource = resourceOf(scope);
            if (resource == null && !on(Rule.SCOPE_DEFAULT)) {
                resource = new Resource(WellKnown.MICROSOFT_GRAPH, WellKnown.GRAPH_AUDIENCE);
            }
            if (resource == null) {
                throw error(
                        400,
                        "invalid_resource",
                        500011,
                        "The resource principal named " + scope.replaceAll("/\\.default$", "")
                                + " was not found in the tenant named Contoso.");
            }
            if (found != null) {
                throw error(
                        400,
                        "invalid_scope",
                        28000,
                        "Provided value for the input parameter scope is not valid "
                                + "because it contains more than one resource.");
            }
            found = resource;
        }
        if (found == null) {
            throw error(
                    400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.");
        }
        return found;
    }

    /** The directory id behind a tenant's name in an address. */
    String tenant(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals(WellKnown.TENANT) || lower.equals(WellKnown.DOMAIN) || !on(Rule.TENANT_KNOWN)) {
            return WellKnown.TENANT;
        }
        if (lower.equals("organizations") || lower.equals("common")) {
            throw error(
                    400,
                    "invalid_request",
                    50059,
                    "No tenant-identifying information found in either the request or implied by any provided "
                            + "credentials.");
        }
        throw error(
                400,
                "invalid_request",
                90002,
                "Tenant '" + name + "' not found. Check to make sure you have the correct tenant ID and are signing "
                        + "into the correct cloud. Check with your subscription administrator, this may happen if there "
                        + "are no active subscriptions for the tenant.");
    }

    private String required(Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null || value.isBlank()) {
            throw error(
                    400,
                    "invalid_request",
                    900144,
                    "The request body must contain the following parameter: '" + name + "'.");
        }
        return value;
    }

    private Refusal error(int status, String error, int code, String words) {
        String trace = UUID.randomUUID().toString();
        String correlation = UUID.randomUUID().toString();
        String time = TIMESTAMP.format(clock.instant());
        ObjectNode body = Json.object()
                .put("error", error)
                .put(
                        "error_description",
                        "AADSTS" + code + ": " + words + " Trace ID: " + trace + " Correlation ID: " + correlation
                                + " Timestamp: " + time);
        body.putArray("error_codes").add(code);
        body.put("timestamp", time)
                .put("trace_id", trace)
                .put("correlation_id", correlation)
                .put("error_uri", tokens.loginEndpoint() + "/error?code=" + code);
        return new Refusal(Answer.json(status, body));
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }

    /** A resource application and the audience of its tokens. */
    record Resource(String appId, String audience) {}
}

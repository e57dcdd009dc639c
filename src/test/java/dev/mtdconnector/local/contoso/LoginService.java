package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Refusal;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Contoso's sign-in service: discovery, keys, and the token endpoint; errors in Entra's form. */
final class LoginService implements Routes {

    static final Set<String> OIDC_SCOPES = Set.of("openid", "profile", "offline_access", "email");

    private static final List<String> CLAIMS = List.of(
            "sub",
            "iss",
            "cloud_instance_name",
            "cloud_instance_host_name",
            "cloud_graph_host_name",
            "msgraph_host",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "acr",
            "nonce",
            "preferred_username",
            "name",
            "tid",
            "ver",
            "at_hash",
            "c_hash",
            "email");
    private static final Set<String> ANY_TENANT = Set.of("organizations", "common");

    private final Contoso contoso;
    private final Tokens tokens;
    private final Clock clock;
    private final LoginErrors errors;
    private final ClientAuthentication authentication;
    private final CodeGrant codeGrant;
    private final Set<Rule> off;

    LoginService(Contoso contoso, Tokens tokens, Codes codes, Clock clock, LoginErrors errors, Set<Rule> off) {
        this.contoso = contoso;
        this.tokens = tokens;
        this.clock = clock;
        this.errors = errors;
        this.authentication = new ClientAuthentication(tokens.loginEndpoint(), clock, errors, off);
        this.codeGrant = new CodeGrant(contoso, tokens, codes, clock, errors, off);
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
        String id = published(request.variable("tenant"));
        String base = tokens.loginEndpoint() + "/" + id;
        ObjectNode body = Json.object().put("token_endpoint", base + "/oauth2/v2.0/token");
        body.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("private_key_jwt")
                .add("client_secret_basic");
        body.put("jwks_uri", base + "/discovery/v2.0/keys");
        // Entra sends fragments too; these pages do not.
        body.putArray("response_modes_supported").add("query").add("form_post");
        body.putArray("subject_types_supported").add("pairwise");
        body.putArray("id_token_signing_alg_values_supported").add("RS256");
        body.putArray("response_types_supported")
                .add("code")
                .add("id_token")
                .add("code id_token")
                .add("id_token token");
        body.putArray("scopes_supported")
                .add("openid")
                .add("profile")
                .add("email")
                .add("offline_access");
        body.put("issuer", tokens.claims().issuer(ANY_TENANT.contains(id) ? "{tenantid}" : id))
                .put("request_uri_parameter_supported", false)
                .put("authorization_endpoint", base + "/oauth2/v2.0/authorize")
                .put("http_logout_supported", false)
                .put("frontchannel_logout_supported", false)
                .put("end_session_endpoint", base + "/oauth2/v2.0/logout");
        ArrayNode claims = body.putArray("claims_supported");
        CLAIMS.forEach(claims::add);
        return Answer.json(200, body.put("tenant_region_scope", "EU"))
                .withHeader("Cache-Control", "max-age=86400, private");
    }

    private Answer keys(Request request) {
        published(request.variable("tenant"));
        return Answer.json(200, Json.parse(tokens.publicKeys().toString()))
                .withHeader("Cache-Control", "max-age=86400, private");
    }

    /** The name under which a tenant's documents speak of it; the vendor's tenant has them too. */
    private String published(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (ANY_TENANT.contains(lower) || lower.equals(WellKnown.VENDOR_TENANT)) {
            return lower;
        }
        return tenant(name, on(Rule.DISCOVERY_TENANT) ? "invalid_tenant" : "invalid_request");
    }

    private Answer token(Request request) {
        Map<String, String> form = request.form();
        String grant = required(errors, form, "grant_type");
        boolean isCode = grant.equals("authorization_code");
        String name = request.variable("tenant");
        // A code says by itself whose it is.
        String tenant = isCode && ANY_TENANT.contains(name) ? WellKnown.TENANT : tenant(name, "invalid_request");
        if (!isCode && !grant.equals("client_credentials")) {
            throw errors.json(
                    400,
                    "unsupported_grant_type",
                    70003,
                    "The app requested an unsupported grant type '" + grant + "'.");
        }
        String clientId = required(errors, form, "client_id").toLowerCase(Locale.ROOT);
        Optional<AppRegistration> registration =
                contoso.registration(clientId).filter(one -> one.clientId().equals(clientId));
        Optional<ServicePrincipal> principal = contoso.principalOf(clientId);
        if (registration.isEmpty() || (on(Rule.APP_IN_TENANT) && principal.isEmpty())) {
            throw errors.json(
                    400,
                    "unauthorized_client",
                    700016,
                    "Application with identifier '" + clientId + "' was not found in the directory 'Contoso'. This can "
                            + "happen if the application has not been installed by the administrator of the tenant or "
                            + "consented to by any user in the tenant. You may have sent your authentication request "
                            + "to the wrong tenant.");
        }
        authentication.check(registration.get(), form, tenant);
        Answer answer = isCode
                ? codeGrant.answer(registration.get(), form)
                : ofApplication(
                        tenant,
                        principal.orElseGet(() -> new ServicePrincipal(
                                contoso.idFor("nobody"),
                                clientId,
                                "",
                                WellKnown.VENDOR_TENANT,
                                clock.instant(),
                                List.of())),
                        resource(required(errors, form, "scope")));
        return answer.withHeader("Cache-Control", "no-store, no-cache").withHeader("Pragma", "no-cache");
    }

    private Answer ofApplication(String tenant, ServicePrincipal caller, Resource resource) {
        List<String> roles = caller.roles(resource.appId());
        if (roles.isEmpty() && !on(Rule.ROLELESS_TOKEN)) {
            throw errors.json(
                    400, "invalid_grant", 65001, "The administrator has not consented to use the application.");
        }
        String token = tokens.forApplication(tenant, caller, resource.audience(), roles, Tokens.LIFETIME);
        long seconds = Tokens.LIFETIME.toSeconds() - 1;
        return Answer.json(
                200,
                Json.object()
                        .put("token_type", "Bearer")
                        .put("expires_in", seconds)
                        .put("ext_expires_in", seconds)
                        .put("access_token", token));
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
                throw errors.json(
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
                throw errors.json(
                        400,
                        "invalid_resource",
                        500011,
                        "The resource principal named " + scope.replaceAll("/\\.default$", "")
                                + " was not found in the tenant named Contoso.");
            }
            if (found != null) {
                throw errors.json(
                        400,
                        "invalid_scope",
                        28000,
                        "Provided value for the input parameter scope is not valid "
                                + "because it contains more than one resource.");
            }
            found = resource;
        }
        if (found == null) {
            throw errors.json(
                    400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.");
        }
        return found;
    }

    /** The directory id behind a tenant's name in an address. */
    private String tenant(String name, String error) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals(WellKnown.TENANT) || lower.equals(WellKnown.DOMAIN) || !on(Rule.TENANT_KNOWN)) {
            return WellKnown.TENANT;
        }
        if (ANY_TENANT.contains(lower)) {
            throw errors.json(
                    400,
                    "invalid_request",
                    50059,
                    "No tenant-identifying information found in either the request or implied by any provided "
                            + "credentials.");
        }
        throw errors.json(
                400,
                error,
                90002,
                "Tenant '" + name + "' not found. Check to make sure you have the correct tenant ID and are signing "
                        + "into the correct cloud. Check with your subscription administrator, this may happen if there "
                        + "are no active subscriptions for the tenant.");
    }

    static String required(LoginErrors errors, Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null || value.isBlank()) {
            throw errors.json(
                    400,
                    "invalid_request",
                    900144,
                    "The request body must contain the following parameter: '" + name + "'.");
        }
        return value;
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }

    /** A resource application and the audience of its tokens. */
    record Resource(String appId, String audience) {}
}

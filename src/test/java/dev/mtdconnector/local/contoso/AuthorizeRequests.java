package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Refusal;
import dev.mtdconnector.local.http.Request;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parameters of the authorization endpoint. What casts doubt on the redirect address is shown and goes nowhere;
 * every other error goes back to the application.
 */
final class AuthorizeRequests {

    private static final Set<String> TENANTS = Set.of(WellKnown.TENANT, WellKnown.DOMAIN, "organizations", "common");
    private static final Set<String> PROMPTS = Set.of("", "login", "none", "select_account", "consent");
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    /** Delegated permissions that came with the administrator's consent, beside those of OpenID Connect. */
    private static final Set<String> GRAPH_SCOPES =
            Set.of("User.Read", "https://graph.microsoft.com/User.Read", "https://graph.microsoft.com/.default");

    private final Contoso contoso;
    private final LoginErrors errors;
    private final Set<Rule> off;

    AuthorizeRequests(Contoso contoso, LoginErrors errors, Set<Rule> off) {
        this.contoso = contoso;
        this.errors = errors;
        this.off = off;
    }

    /** The request of these parameters; the form's own fields do not count. */
    AuthorizeRequest read(Request request) {
        String tenant = request.variable("tenant");
        if (!TENANTS.contains(tenant.toLowerCase(Locale.ROOT))) {
            throw LoginPages.problem(400, "AADSTS90002", "Tenant '" + tenant + "' not found.");
        }
        Map<String, String> query = request.query();
        AppRegistration registration = LoginPages.registration(contoso, query);
        String redirectUri = LoginPages.redirectUri(registration, query, on(Rule.SIGN_IN_REDIRECT));
        String mode = query.getOrDefault("response_mode", "query");
        String state = on(Rule.SIGN_IN_STATE) ? query.get("state") : null;
        // From here on there is a way back.
        AuthorizeRequest bare = new AuthorizeRequest(
                registration, redirectUri, mode.equals("form_post"), state, Set.of(), null, null, "", null);
        if (on(Rule.SIGN_IN_MODE) && !Set.of("query", "form_post").contains(mode)) {
            throw refused(
                    bare, "invalid_request", 70007, "'" + mode + "' is not a supported value of 'response_mode' here.");
        }
        checkType(bare, query.get("response_type"));
        String prompt = query.getOrDefault("prompt", "");
        if (!PROMPTS.contains(prompt)) {
            throw refused(bare, "invalid_request", 90023, "Unsupported 'prompt' value.");
        }
        return new AuthorizeRequest(
                registration,
                redirectUri,
                bare.posts(),
                state,
                scopes(bare, query.get("scope")),
                query.get("nonce"),
                challenge(bare, query.get("code_challenge"), query.get("code_challenge_method")),
                prompt,
                query.get("login_hint"));
    }

    private void checkType(AuthorizeRequest bare, @Nullable String type) {
        if (!on(Rule.SIGN_IN_CODE_ONLY) || "code".equals(type)) {
            return;
        }
        if (type == null || type.isBlank()) {
            throw missing(bare, "response_type");
        }
        List<String> types = List.of(type.split(" ", -1));
        if (types.contains("id_token")) {
            throw refused(
                    bare,
                    "unsupported_response_type",
                    700054,
                    "response_type 'id_token' is not enabled for the application.");
        }
        throw refused(
                bare,
                "unsupported_response_type",
                70005,
                "The value '" + type + "' of the parameter 'response_type' is not enabled for the application.");
    }

    private Set<String> scopes(AuthorizeRequest bare, @Nullable String text) {
        if (text == null || text.isBlank()) {
            if (on(Rule.SIGN_IN_SCOPE)) {
                throw missing(bare, "scope");
            }
            return Set.of("openid");
        }
        Set<String> scopes = new LinkedHashSet<>(List.of(text.trim().split("\\s+", -1)));
        for (String scope : scopes) {
            if (on(Rule.SIGN_IN_SCOPE) && !isKnown(scope)) {
                throw refused(
                        bare,
                        "invalid_scope",
                        70011,
                        "The provided value for the input parameter 'scope' is not valid. The scope " + scope
                                + " is not valid.");
            }
        }
        return Set.copyOf(scopes);
    }

    static boolean isKnown(String scope) {
        return LoginService.OIDC_SCOPES.contains(scope) || GRAPH_SCOPES.contains(scope);
    }

    private AuthorizeRequest.@Nullable Challenge challenge(
            AuthorizeRequest bare, @Nullable String value, @Nullable String method) {
        boolean isHashed = "S256".equals(method);
        if (!on(Rule.SIGN_IN_CHALLENGE)) {
            return value == null ? null : new AuthorizeRequest.Challenge(value, isHashed);
        }
        if (method != null && !isHashed && !method.equals("plain")) {
            throw refused(bare, "invalid_request", 50149, "Invalid Code_Challenge_method parameter.");
        }
        if (value == null) {
            if (method == null) {
                return null;
            }
            throw refused(bare, "invalid_request", 50147, "Missing Code_Challenge parameter.");
        }
        if (!CHALLENGE.matcher(value).matches()) {
            throw refused(bare, "invalid_request", 501491, "Invalid size of Code_Challenge parameter.");
        }
        return new AuthorizeRequest.Challenge(value, isHashed);
    }

    private Refusal missing(AuthorizeRequest bare, String name) {
        return refused(
                bare,
                "invalid_request",
                900144,
                "The request body must contain the following parameter: '" + name + "'.");
    }

    private Refusal refused(AuthorizeRequest bare, String error, int code, String words) {
        return new Refusal(bare.back(errors.parameters(error, code, words)));
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}

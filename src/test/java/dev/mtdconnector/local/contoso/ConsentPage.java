package dev.mtdconnector.local.contoso;

import static dev.mtdconnector.local.http.Html.escape;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Refusal;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The admin-consent page (v2). The administrator chooses who to be, and accepts or cancels; the browser then goes back to
 * the application. What is wrong with the application's request is shown here and never sent to its address.
 */
public final class ConsentPage implements Routes {

    private static final Set<String> OIDC_SCOPES = Set.of("openid", "profile", "offline_access", "email");

    private final Contoso contoso;
    private final Changes changes;
    private final Clock clock;
    private final String loginEndpoint;
    private final Set<Rule> off;

    public ConsentPage(Contoso contoso, Changes changes, Clock clock, String loginEndpoint, Set<Rule> off) {
        this.contoso = contoso;
        this.changes = changes;
        this.clock = clock;
        this.loginEndpoint = loginEndpoint;
        this.off = off;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/{tenant}/v2.0/adminconsent", this::show)
                .route("POST", "/{tenant}/v2.0/adminconsent", this::decide);
    }

    private record Ask(
            AppRegistration registration,
            String scope,
            String redirectUri,
            @Nullable String state) {}

    private Answer show(Request request) {
        Ask ask = ask(request);
        StringBuilder content = new StringBuilder("<p class=\"soft\">Contoso · simulated sign-in</p>");
        content.append("<h1>Permissions requested</h1><p><strong>")
                .append(escape(ask.registration().displayName()))
                .append("</strong> asks for consent on behalf of everybody in Contoso. It would like to:</p>");
        appendPermissions(content, ask.registration());
        content.append("<form method=\"post\" action=\"")
                .append(escape(request.target()))
                .append("\"><fieldset><legend>Sign in as</legend>");
        boolean first = true;
        for (User user : identities()) {
            content.append("<label><input type=\"radio\" name=\"identity\" value=\"")
                    .append(escape(user.userPrincipalName()))
                    .append(first ? "\" checked> " : "\"> ")
                    .append(escape(user.displayName()))
                    .append(" <span class=\"soft\">")
                    .append(escape(user.userPrincipalName()))
                    .append(user.mayConsentForTenant() ? " · Global Administrator" : "")
                    .append("</span></label>");
            first = false;
        }
        content.append(
                        "</fieldset><p class=\"soft\">Accepting grants these permissions for the whole organization.</p>")
                .append("<div class=\"row\"><button name=\"decision\" value=\"cancel\">Cancel</button>")
                .append("<button class=\"act\" name=\"decision\" value=\"accept\">Accept</button></div></form>");
        return Answer.html(200, Html.page("Permissions requested", false, content.toString()));
    }

    private static void appendPermissions(StringBuilder content, AppRegistration registration) {
        Map<String, List<AppRole>> byResource = registration.declared().stream()
                .collect(Collectors.groupingBy(AppRole::resourceAppId, LinkedHashMap::new, Collectors.toList()));
        byResource.forEach((resource, roles) -> {
            content.append("<p class=\"soft\">")
                    .append(escape(WellKnown.resourceName(resource)))
                    .append("</p><ul>");
            for (AppRole role : roles) {
                content.append("<li>")
                        .append(escape(role.words()))
                        .append(" <code class=\"soft\">")
                        .append(escape(role.value()))
                        .append("</code></li>");
            }
            content.append("</ul>");
        });
    }

    /** The administrator first, then a few people who may not consent. */
    private List<User> identities() {
        return contoso.users().stream()
                .sorted((a, b) -> Boolean.compare(b.mayConsentForTenant(), a.mayConsentForTenant()))
                .limit(4)
                .toList();
    }

    private Answer decide(Request request) {
        Ask ask = ask(request);
        Map<String, String> form = request.form();
        String identity = form.getOrDefault("identity", "");
        String decision = form.getOrDefault("decision", "");
        if (decision.equals("cancel")) {
            return declined(ask);
        }
        if (!decision.equals("accept")) {
            throw problem(400, "AADSTS90014", "The field decision must be accept or cancel.");
        }
        User user = contoso.user(identity)
                .orElseThrow(() -> problem(
                        400,
                        "AADSTS50034",
                        "The user account " + identity + " does not exist in the directory Contoso."));
        if (on(Rule.CONSENT_ADMIN) && !user.mayConsentForTenant()) {
            throw problem(
                    403,
                    "AADSTS90094",
                    "Need admin approval: " + ask.registration().displayName()
                            + " needs permission to access resources in your organization that only an administrator "
                            + "can grant.");
        }
        changes.consent(ask.registration().clientId());
        if (!on(Rule.CONSENT_ALL_DECLARED)) {
            dropLastRole(ask.registration());
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("admin_consent", "True");
        parameters.put("tenant", WellKnown.TENANT);
        parameters.put("scope", ask.scope());
        return back(ask, parameters);
    }

    private void dropLastRole(AppRegistration registration) {
        List<AppRole> declared = registration.declared();
        changes.apply(List.of(Json.object()
                .put("type", "roleRemoved")
                .put("clientId", registration.clientId())
                .put("role", declared.get(declared.size() - 1).value())));
    }

    private Answer declined(Ask ask) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", on(Rule.CONSENT_DECLINED) ? "access_denied" : "server_error");
        parameters.put(
                "error_description",
                "AADSTS65004: User declined to consent to access the app.\r\nTrace ID: " + UUID.randomUUID()
                        + "\r\nCorrelation ID: " + UUID.randomUUID() + "\r\nTimestamp: "
                        + LoginService.TIMESTAMP.format(clock.instant()));
        parameters.put("error_uri", loginEndpoint + "/error?code=65004");
        parameters.put("admin_consent", "True");
        return back(ask, parameters);
    }

    private static Answer back(Ask ask, Map<String, String> parameters) {
        String state = ask.state();
        if (state != null) {
            parameters.put("state", state);
        }
        String query = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String separator = ask.redirectUri().contains("?") ? "&" : "?";
        return Answer.redirect(ask.redirectUri() + separator + query);
    }

    private Ask ask(Request request) {
        String tenant = request.variable("tenant").toLowerCase(Locale.ROOT);
        boolean known =
                tenant.equals(WellKnown.TENANT) || tenant.equals(WellKnown.DOMAIN) || tenant.equals("organizations");
        if (!known) {
            throw problem(400, "AADSTS90002", "Tenant '" + tenant + "' not found.");
        }
        Map<String, String> query = request.query();
        String clientId = required(query, "client_id").toLowerCase(Locale.ROOT);
        AppRegistration registration = contoso.registration(clientId)
                .filter(one -> one.clientId().equals(clientId))
                .orElseThrow(() ->
                        problem(400, "AADSTS700016", "Application with identifier '" + clientId + "' was not found."));
        String redirectUri = required(query, "redirect_uri");
        if (on(Rule.CONSENT_REDIRECT) && !registration.redirectUris().contains(redirectUri)) {
            throw problem(
                    400,
                    "AADSTS50011",
                    "The redirect URI '" + redirectUri + "' specified in the request does not match the redirect URIs "
                            + "configured for the application '" + clientId + "'.");
        }
        String scope = on(Rule.CONSENT_SCOPE) ? required(query, "scope") : query.getOrDefault("scope", "");
        if (on(Rule.CONSENT_SCOPE)) {
            checkScope(scope);
        }
        return new Ask(registration, scope, redirectUri, query.get("state"));
    }

    private void checkScope(String scope) {
        boolean resource = false;
        for (String one : scope.trim().split("\\s+", -1)) {
            if (LoginService.resourceOf(one) != null) {
                resource = true;
            } else if (!OIDC_SCOPES.contains(one)) {
                throw problem(
                        400,
                        "AADSTS70011",
                        "The scope " + one + " is not valid: application permissions are asked for with the .default "
                                + "of a resource that is known.");
            }
        }
        if (!resource) {
            throw problem(400, "AADSTS70011", "The scope names no resource.");
        }
    }

    private static String required(Map<String, String> query, String name) {
        String value = query.get(name);
        if (value == null || value.isBlank()) {
            throw problem(400, "AADSTS900144", "The request must contain the following parameter: '" + name + "'.");
        }
        return value;
    }

    private static Refusal problem(int status, String code, String words) {
        return new Refusal(Answer.html(
                status,
                Html.page(
                        "Sign-in problem",
                        false,
                        "<p class=\"soft\">Contoso · simulated sign-in</p><h1>This request cannot go on "
                                + "as it is.</h1><p>" + escape(words) + "</p><p class=\"soft\">" + escape(code)
                                + "</p>")));
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}

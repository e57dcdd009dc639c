package dev.mtdconnector.local.contoso;

import static dev.mtdconnector.local.http.Html.escape;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The admin-consent page (v2). The administrator chooses who to be, and accepts or cancels; the browser then goes back to
 * the application. What is wrong with the application's request is shown here and never sent to its address.
 */
public final class ConsentPage implements Routes {

    private final Contoso contoso;
    private final Changes changes;
    private final LoginErrors errors;
    private final Set<Rule> off;

    ConsentPage(Contoso contoso, Changes changes, LoginErrors errors, Set<Rule> off) {
        this.contoso = contoso;
        this.changes = changes;
        this.errors = errors;
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
        StringBuilder content = new StringBuilder("<h1>Permissions requested</h1><p><strong>")
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
        return LoginPages.page(200, "Permissions requested", content.toString());
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
            throw LoginPages.problem(400, "AADSTS90014", "The field decision must be accept or cancel.");
        }
        User user = contoso.user(identity)
                .orElseThrow(() -> LoginPages.problem(
                        400,
                        "AADSTS50034",
                        "The user account " + identity + " does not exist in the directory Contoso."));
        if (on(Rule.CONSENT_ADMIN) && !user.mayConsentForTenant()) {
            throw LoginPages.problem(
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
        Map<String, String> parameters = errors.parameters(
                on(Rule.CONSENT_DECLINED) ? "access_denied" : "server_error",
                65004,
                "User declined to consent to access the app.");
        parameters.put("admin_consent", "True");
        return back(ask, parameters);
    }

    private static Answer back(Ask ask, Map<String, String> parameters) {
        String state = ask.state();
        if (state != null) {
            parameters.put("state", state);
        }
        return LoginPages.back(ask.redirectUri(), parameters);
    }

    private Ask ask(Request request) {
        String tenant = request.variable("tenant").toLowerCase(Locale.ROOT);
        boolean known =
                tenant.equals(WellKnown.TENANT) || tenant.equals(WellKnown.DOMAIN) || tenant.equals("organizations");
        if (!known) {
            throw LoginPages.problem(400, "AADSTS90002", "Tenant '" + tenant + "' not found.");
        }
        Map<String, String> query = request.query();
        AppRegistration registration = LoginPages.registration(contoso, query);
        String redirectUri = LoginPages.redirectUri(registration, query, on(Rule.CONSENT_REDIRECT));
        String scope = on(Rule.CONSENT_SCOPE) ? LoginPages.required(query, "scope") : query.getOrDefault("scope", "");
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
            } else if (!LoginService.OIDC_SCOPES.contains(one)) {
                throw LoginPages.problem(
                        400,
                        "AADSTS70011",
                        "The scope " + one + " is not valid: application permissions are asked for with the .default "
                                + "of a resource that is known.");
            }
        }
        if (!resource) {
            throw LoginPages.problem(400, "AADSTS70011", "The scope names no resource.");
        }
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}

package dev.mtdconnector.console;

import static dev.mtdconnector.http.Page.text;

import dev.mtdconnector.http.Browser;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Sessions;
import dev.mtdconnector.signin.TenantGate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Who one is here: the first page, and the same for programs. */
public final class AccountRoutes {

    private final Sessions sessions;
    private final TenantGate tenants;
    private final Browser browser;
    private final UnaryOperator<String> publisherOf;

    /**
     * @param publisherOf the label of the registration by which a tenant's states are written
     */
    public AccountRoutes(Sessions sessions, TenantGate tenants, Browser browser, UnaryOperator<String> publisherOf) {
        this.sessions = sessions;
        this.tenants = tenants;
        this.browser = browser;
        this.publisherOf = publisherOf;
    }

    public List<Route> routes() {
        return List.of(
                Route.page("GET", "/", Access.ANYBODY, null, (request, caller) -> home(request)),
                new Route("GET", "/api/v1/me", Access.OWN, null, this::me));
    }

    private HttpAnswer home(HttpRequest request) {
        Optional<Browser.Held> held = browser.held(request).filter(Browser.Held::isOfSession);
        return held.flatMap(cookie -> sessions.find(cookie.tenantId(), cookie.secret()))
                .map(person ->
                        welcome(person, held.orElseThrow(), request.query().getOrDefault("noted", "")))
                .orElseGet(AccountRoutes::stranger);
    }

    private static HttpAnswer stranger() {
        return Page.of(
                200,
                "Mobile threat defense for Microsoft Intune",
                "<p>Devices with an active mobile threat become non-compliant in Microsoft Intune, and compliant again"
                        + " when the threat is gone.</p>"
                        + "<p><a class=\"button\" href=\"/signin\">Sign in</a>"
                        + " <a class=\"button quiet\" href=\"/les?action=consent\">Connect your organization</a></p>"
                        + "<p class=\"soft\">Programs use the API at <code>/api/v1</code>, with a key.</p>");
    }

    private HttpAnswer welcome(Caller.Person person, Browser.Held held, String noted) {
        Optional<TenantGate.Entry> tenant = tenants.find(person.tenantId());
        StringBuilder may = new StringBuilder();
        permissions(person.role())
                .filter(access -> access != Access.OWN)
                .forEach(access ->
                        may.append("<li>").append(text(access.inWords())).append("</li>"));
        return Page.of(
                200,
                "You are signed in",
                noted(noted, person.tenantId())
                        + "<p>Signed in as <strong><bdi>" + text(person.name()) + "</bdi></strong> of <strong><bdi>"
                        + text(tenant.map(TenantGate.Entry::name).orElse(person.tenantId())) + "</bdi></strong>.</p>"
                        + (tenant.map(TenantGate.Entry::isConsented).orElse(false)
                                ? "<p class=\"good\">The connector may read your directory.</p>"
                                : "<p class=\"warn\">The connector may not read your directory:"
                                        + " <a href=\"/les?action=consent&amp;tenant=" + text(person.tenantId())
                                        + "\">a Global Administrator has to consent</a>.</p>")
                        + "<p>Your role is <strong>" + person.role().label() + "</strong>. You may</p><ul>" + may
                        + "</ul>"
                        + SignInPages.form(held, "Sign out", "")
                        + "<p class=\"soft\"><a href=\"/signout\">Sign out everywhere</a></p>");
    }

    /** What the sign-in was for besides. The address says so, which anybody can write: it grants and reveals nothing. */
    private String noted(String purpose, String tenantId) {
        return switch (purpose) {
            case "consent-base" ->
                "<p class=\"good\">The consent is confirmed: you are on record with it.</p>"
                        + "<p>Next, if you have not done so yet:"
                        + " <a href=\"/les?action=consent&amp;registration=" + text(publisherOf.apply(tenantId))
                        + "&amp;tenant=" + text(tenantId) + "\">"
                        + (publisherOf.apply(tenantId).equals("partner")
                                ? "allow sending to Microsoft Intune"
                                : "allow writing to your directory")
                        + "</a>.</p>";
            case "consent-partner" ->
                "<p class=\"good\">The consent to send to Microsoft Intune is confirmed: you are on record with it.</p>";
            case "consent-attribute", "consent-group", "consent-device-group" ->
                "<p class=\"good\">The consent to write to your directory is confirmed: you are on record with it.</p>";
            default -> "";
        };
    }

    private HttpAnswer me(HttpRequest request, Caller caller) {
        Caller.Administrator administrator = (Caller.Administrator) caller;
        Map<String, Object> me = new LinkedHashMap<>();
        me.put("tenantId", administrator.tenantId());
        if (caller instanceof Caller.ApiKey key) {
            me.put("keyId", key.keyId());
        }
        if (caller instanceof Caller.Person person) {
            me.put("userId", person.userId());
            me.put("name", person.name());
        }
        me.put("role", administrator.role().label());
        me.put(
                "permissions",
                permissions(administrator.role())
                        .map(access -> access.name().toLowerCase(Locale.ROOT))
                        .toList());
        if (caller instanceof Caller.Person) {
            me.put("formToken", browser.held(request).map(Browser::formToken).orElseThrow());
        }
        return HttpAnswer.json(200, me);
    }

    private static Stream<Access> permissions(Role role) {
        return Arrays.stream(Access.values()).filter(role::allows);
    }
}

package dev.mtdconnector.tenant;

import static dev.mtdconnector.http.Page.text;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.Form;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of the admin consent. Opening the link consumes nothing: only the button starts a consent. Whatever goes
 * wrong is a page that says what to do, and has changed nothing.
 */
public final class ConsentRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ConsentRoutes.class);
    private static final String COOKIE = "mtd-consent";

    private final ConsentFlow flow;
    private final ConsentFlow.Endpoints endpoints;

    public ConsentRoutes(ConsentFlow flow, ConsentFlow.Endpoints endpoints) {
        this.flow = flow;
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/les", Access.ANYBODY, null, (request, caller) -> invite(request)),
                new Route("POST", "/les", Access.ANYBODY, Route.FORM, (request, caller) -> start(request)),
                new Route("GET", "/consent/callback", Access.ANYBODY, null, (request, caller) -> comeBack(request)));
    }

    private HttpAnswer invite(HttpRequest request) {
        String tenantId = request.query().getOrDefault("tenant", "");
        Registration registration = registration(request.query().getOrDefault("registration", "base"))
                .orElse(Registration.BASE);
        return allowingForm(Page.of(
                200,
                "Connect your organization",
                (registration == Registration.BASE
                                ? "<p>The connector asks for permission to <strong>read</strong> users, groups and"
                                        + " devices of your directory. It changes nothing there.</p>"
                                : "<p>The connector asks for permission to <strong>send device threat information"
                                        + " to Microsoft Intune</strong>.</p>")
                        + "<p>You need to be a Global Administrator. Microsoft shows you the permissions, and you"
                        + " decide there; opening this page has changed nothing.</p>"
                        + button(tenantId, registration, "Continue to Microsoft")));
    }

    private HttpAnswer start(HttpRequest request) {
        Map<String, String> form = Form.parse(request.body());
        String tenantId = form.getOrDefault("tenant", "").strip().toLowerCase(Locale.ROOT);
        Optional<Registration> registration = registration(form.getOrDefault("registration", "base"));
        if (!Fields.isGuid(tenantId) || registration.isEmpty()) {
            return allowingForm(Page.of(
                    400,
                    "Which directory?",
                    "<p class=\"warn\">The directory id is 32 letters and digits in five groups, as the Microsoft Entra"
                            + " admin center shows it under Overview.</p>"
                            + button("", registration.orElse(Registration.BASE), "Continue to Microsoft")));
        }
        ConsentFlow.Started started;
        try {
            started = flow.start(tenantId, registration.get());
        } catch (AppException e) {
            if (e.code() != ErrorCode.TENANT_UNKNOWN) {
                throw e;
            }
            return Page.of(
                    404,
                    "This directory is not known here",
                    "<p>Nothing was changed. Check the directory id in your invitation, or ask the connector's operator"
                            + " to onboard your organization.</p>");
        }
        return HttpAnswer.seeOther(started.location())
                .withHeader("Set-Cookie", cookie(started.browserSecret(), ConsentFlow.PATIENCE.toSeconds()));
    }

    private HttpAnswer comeBack(HttpRequest request) {
        String secret = Optional.ofNullable(request.cookie(COOKIE)).orElse("");
        ConsentFlow.Ended ended;
        try {
            ended = flow.finish(request.query(), secret);
        } catch (UpstreamException e) {
            LOG.warn("The granted roles could not be read", e);
            return e.isTransient()
                    ? Page.of(
                            503,
                            "Microsoft does not answer at the moment",
                            "<p class=\"warn\">What you granted could not be read yet.</p>"
                                    + "<p>Reload this page in a minute to finish.</p>")
                    : Page.of(
                            503,
                            "What you granted could not be read",
                            "<p class=\"warn\">The permission to read your directory has to be granted first; it is"
                                    + " missing, or the connector's own access is out of order.</p>"
                                    + "<p>Open the consent link of your invitation. If this page comes back, tell the"
                                    + " connector's operator.</p>");
        }
        if (ended instanceof ConsentFlow.Ended.Declined declined) {
            return allowingForm(Page.of(
                    200,
                    "The permissions were not granted",
                    "<p class=\"warn\">Microsoft answered <code>" + text(declined.error()) + "</code>. Nothing was"
                            + " changed.</p><p>Try again as a Global Administrator and choose Accept.</p>"
                            + button(declined.tenant().tenantId(), declined.registration(), "Try again")));
        }
        if (ended instanceof ConsentFlow.Ended.Read read) {
            return read.consent().isGranted() ? granted(read) : incomplete(read);
        }
        return Page.of(
                400,
                "This consent cannot be finished here",
                "<p class=\"warn\">It was started in another browser, was finished already, or took more than 30"
                        + " minutes. Nothing was changed.</p>"
                        + "<p>Open the consent link of your invitation and start again.</p>");
    }

    private HttpAnswer granted(ConsentFlow.Ended.Read read) {
        String tenantId = read.tenant().tenantId();
        if (read.registration() == Registration.PARTNER) {
            return Page.of(
                    200,
                    "Sending to Intune is allowed",
                    "<p class=\"good\">Device threat information may be sent to Microsoft Intune.</p>"
                            + "<p>You can close this page.</p>");
        }
        return allowingForm(Page.of(
                200,
                "Your organization is connected",
                "<p class=\"good\">Every permission that the connector needs to read your directory is granted.</p>"
                        + "<p>One more consent lets it send threat levels to Microsoft Intune:</p>"
                        + button(tenantId, Registration.PARTNER, "Allow sending to Intune")));
    }

    private HttpAnswer incomplete(ConsentFlow.Ended.Read read) {
        StringBuilder missing = new StringBuilder();
        for (String role : read.consent().missing()) {
            missing.append("<li><code>").append(text(role)).append("</code></li>");
        }
        String what = missing.isEmpty()
                ? "<p class=\"warn\">The connector is not in your directory. If you accepted just now, it may take"
                        + " Microsoft a few minutes.</p>"
                : "<p class=\"warn\">These permissions are missing:</p><ul>" + missing + "</ul>";
        return allowingForm(Page.of(
                200,
                "The consent is incomplete",
                what
                        + "<p>Grant the consent again as a Global Administrator. If permissions are still missing then,"
                        + " tell the connector's operator which.</p>"
                        + button(read.tenant().tenantId(), read.registration(), "Grant again")));
    }

    private static String button(String tenantId, Registration registration, String label) {
        boolean known = Fields.isGuid(tenantId);
        return "<form method=\"post\" action=\"/les\">"
                + "<input type=\"hidden\" name=\"registration\" value=\"" + registration.label() + "\">"
                + (known
                        ? "<input type=\"hidden\" name=\"tenant\" value=\"" + text(tenantId) + "\">"
                        : "<label for=\"tenant\">Directory (tenant) id</label>"
                                + "<input id=\"tenant\" name=\"tenant\" required autocomplete=\"off\">")
                + "<button>" + text(label) + "</button></form>";
    }

    /** Browsers hold a form's redirects to form-action too, and this form's redirect goes to Microsoft. */
    private HttpAnswer allowingForm(HttpAnswer page) {
        URI login = URI.create(endpoints.loginForBrowsers());
        return page.withHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none';"
                        + " form-action 'self' " + login.getScheme() + "://" + login.getAuthority());
    }

    private String cookie(String value, long seconds) {
        return COOKIE + "=" + value + "; Path=/consent; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                + (endpoints.publicUrl().startsWith("https:") ? "; Secure" : "");
    }

    private static Optional<Registration> registration(String label) {
        for (Registration registration : Registration.values()) {
            if (registration.label().equals(label)) {
                return Optional.of(registration);
            }
        }
        return Optional.empty();
    }
}

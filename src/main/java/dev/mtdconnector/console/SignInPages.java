package dev.mtdconnector.console;

import static dev.mtdconnector.http.Page.text;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.http.Browser;
import dev.mtdconnector.http.ErrorPage;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.signin.SignInFlow;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The pages of signing in and out. */
final class SignInPages {

    private final SignInFlow.Endpoints endpoints;

    SignInPages(SignInFlow.Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Asks for the organization, since only its own authority may sign its people in.
     *
     * @param status 400 when what was given before names none
     * @param values where to go afterwards and what for, handed through
     */
    HttpAnswer whichAccount(int status, Map<String, String> values) {
        return allowingForm(Page.of(
                status,
                "Sign in",
                (status == 200
                                ? ""
                                : "<p class=\"warn\">Microsoft knows no organization by that. Give a work address, a"
                                        + " domain, or the directory id that the Microsoft Entra admin center shows"
                                        + " under Overview.</p>")
                        + "<form method=\"post\" action=\"/signin\">"
                        + "<label for=\"account\">Work address or directory id</label>"
                        + "<input id=\"account\" name=\"account\" required maxlength=\"320\" autocomplete=\"username\">"
                        + hidden("return", values)
                        + hidden("purpose", values)
                        + hidden("choose", values)
                        + "<button>Continue to Microsoft</button></form>"
                        + "<p class=\"soft\">You sign in with Microsoft; the connector never sees your password.</p>"));
    }

    private static String hidden(String name, Map<String, String> values) {
        String value = values.get(name);
        return value == null ? "" : "<input type=\"hidden\" name=\"" + name + "\" value=\"" + text(value) + "\">";
    }

    /** One page for a directory that we do not know and for one that has not consented: strangers learn neither. */
    HttpAnswer notConsented(AppException e, String tenantId) {
        String link = "/les?action=consent" + (tenantId.isEmpty() ? "" : "&tenant=" + tenantId);
        return ErrorPage.of(
                e,
                "<p>Nobody of an organization can sign in before: Microsoft would show \"Bad login\", or that the"
                        + " application's permissions can only be consented to by an administrator.</p>"
                        + "<p>The consent link: <a href=\"" + text(link) + "\">" + text(endpoints.publicUrl() + link)
                        + "</a></p>"
                        + "<p>Whoever opens it and is told that the directory is not known asks the connector's operator"
                        + " to add the organization first.</p>"
                        + "<p><a href=\"/signin\">Sign in to another organization</a></p>");
    }

    HttpAnswer leave(Browser.Held held) {
        return Page.of(
                200,
                "Sign out",
                "<p>Sign out of the connector in this browser, or in every browser in which you are signed in to it.</p>"
                        + form(held, "Sign out", "")
                        + form(
                                held,
                                "Sign out everywhere",
                                "<input type=\"hidden\" name=\"everywhere\" value=\"yes\">",
                                "quiet"));
    }

    /** A button that signs out, for pages of a signed-in person. */
    static String form(Browser.Held held, String label, String more) {
        return form(held, label, more, "");
    }

    private static String form(Browser.Held held, String label, String more, String look) {
        return "<form method=\"post\" action=\"/signout\"><input type=\"hidden\" name=\"" + Browser.TOKEN_FIELD
                + "\" value=\"" + Browser.formToken(held) + "\">" + more + "<button class=\"" + look + "\">"
                + text(label)
                + "</button></form>";
    }

    /**
     * @param tenantId of the one who signed out; anything else is not looked at
     */
    HttpAnswer left(String tenantId) {
        String entra = endpoints.loginForBrowsers() + "/" + tenantId + "/oauth2/v2.0/logout?post_logout_redirect_uri="
                + URLEncoder.encode(endpoints.publicUrl() + "/signout", StandardCharsets.UTF_8);
        return Page.of(
                200,
                "You are signed out",
                "<p class=\"good\">The connector has forgotten this browser.</p>"
                        + (Fields.isGuid(tenantId)
                                ? "<p>You are still signed in to Microsoft. On a device that others use too,"
                                        + " <a href=\"" + text(entra) + "\">sign out of Microsoft</a> as well.</p>"
                                : "")
                        + "<p><a href=\"/signin\">Sign in</a></p>");
    }

    /** Browsers hold a form's redirects to form-action too, and this form's redirect goes to Microsoft. */
    private HttpAnswer allowingForm(HttpAnswer page) {
        URI login = URI.create(endpoints.loginForBrowsers());
        return page.withHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none';"
                        + " form-action 'self' " + login.getScheme() + "://" + login.getAuthority());
    }
}

package dev.mtdconnector.local.contoso;

import static dev.mtdconnector.local.http.Html.escape;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.http.Refusal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the pages of the sign-in service have in common: look, problems that are shown, and the way back. */
final class LoginPages {

    private static final String BRAND = "<p class=\"soft\">Contoso · simulated sign-in</p>";

    private LoginPages() {}

    /**
     * A page.
     *
     * @param content HTML, in which everything from outside is escaped
     */
    static Answer page(int status, String title, String content) {
        return Answer.html(status, Html.page(title, false, BRAND + content));
    }

    /** Shows a problem to the person instead of sending it to an address that may not be the application's. */
    static Refusal problem(int status, String code, String words) {
        return new Refusal(page(
                status,
                "Sign-in problem",
                "<h1>This request cannot go on as it is.</h1><p>" + escape(words) + "</p><p class=\"soft\">"
                        + escape(code) + "</p>"));
    }

    /** A parameter that must be there; else a problem. */
    static String required(Map<String, String> query, String name) {
        String value = query.get(name);
        if (value == null || value.isBlank()) {
            throw problem(400, "AADSTS900144", "The request must contain the following parameter: '" + name + "'.");
        }
        return value;
    }

    /** The registration that the request names; else a problem. */
    static AppRegistration registration(Contoso contoso, Map<String, String> query) {
        String clientId = required(query, "client_id").toLowerCase(Locale.ROOT);
        return contoso.registration(clientId)
                .filter(one -> one.clientId().equals(clientId))
                .orElseThrow(() ->
                        problem(400, "AADSTS700016", "Application with identifier '" + clientId + "' was not found."));
    }

    /** The address to go back to, which must be registered, exactly. */
    static String redirectUri(AppRegistration registration, Map<String, String> query, boolean isChecked) {
        String redirectUri = required(query, "redirect_uri");
        if (isChecked && !registration.redirectUris().contains(redirectUri)) {
            throw problem(
                    400,
                    "AADSTS50011",
                    "The redirect URI '" + redirectUri + "' specified in the request does not match the redirect URIs "
                            + "configured for the application '" + registration.clientId() + "'.");
        }
        return redirectUri;
    }

    /** Sends the browser to the application with these parameters in the query. */
    static Answer back(String redirectUri, Map<String, String> parameters) {
        return Answer.redirect(address(redirectUri, parameters));
    }

    static String address(String redirectUri, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return redirectUri + (redirectUri.contains("?") ? "&" : "?") + query;
    }
}

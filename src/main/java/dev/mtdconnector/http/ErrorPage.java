package dev.mtdconnector.http;

import static dev.mtdconnector.http.Page.text;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.SignInFlow;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** An error as people read it: what happened, what to do, and what to tell the operator. */
public final class ErrorPage {

    private ErrorPage() {}

    /** The page of an error; who only has to sign in is sent to do so, and from there back. */
    static HttpAnswer of(HttpRequest request, AppException e) {
        if (e.code() != ErrorCode.IDENTITY_REQUIRED) {
            return of(e, again(e.code(), request));
        }
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
            return HttpAnswer.seeOther(
                    "/signin?return=" + URLEncoder.encode(encoded(request.path()), StandardCharsets.UTF_8));
        }
        return page(
                e.code(),
                "You are not signed in",
                "<p class=\"warn\">Your session has ended, and nothing was changed.</p>"
                        + "<p><a href=\"/signin\">Sign in</a></p>");
    }

    /**
     * The page of an error.
     *
     * @param more HTML that stands below the remedy, every outside text in it escaped
     */
    public static HttpAnswer of(AppException e, String more) {
        ErrorCode code = e.code();
        String detail = Objects.requireNonNullElse(e.getMessage(), "");
        return page(
                code,
                code.title(),
                (detail.equals(code.title() + ".") ? "" : "<p class=\"warn\">" + text(detail) + "</p>") + "<p>"
                        + text(code.remedy()) + "</p>" + more);
    }

    private static HttpAnswer page(ErrorCode code, String title, String body) {
        // The router has put the id of the request that this thread answers there, for every line of the log.
        String correlationId = Router.correlationId();
        return Page.of(
                code.status(),
                title,
                body + "<p class=\"soft\">Error <code>" + text(code.code()) + "</code>, correlation id <code>"
                        + text(correlationId) + "</code></p>");
    }

    private static String again(ErrorCode code, HttpRequest request) {
        // Who comes back from Microsoft's page has said before which organization it is.
        Optional<String> tenant = SignInFlow.tenantOf(request.query().getOrDefault("state", ""));
        return switch (code) {
            case SIGN_IN_EXPIRED, SIGN_IN_DECLINED ->
                link("/signin" + tenant.map(id -> "?tenant=" + id).orElse(""), "Sign in again");
            // Microsoft would silently sign the same account in again; administrators often have a second one.
            case SIGN_IN_NOT_AUTHORIZED ->
                link(
                        "/signin?choose=account"
                                + tenant.map(id -> "&tenant=" + id).orElse(""),
                        "Sign in with another account");
            case ROUTE_UNKNOWN -> link("/", "Go to the first page");
            default -> "";
        };
    }

    private static String link(String address, String label) {
        return "<p><a href=\"" + text(address) + "\">" + label + "</a></p>";
    }

    /** The path as it stands in an address; a request has it decoded. */
    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return "/";
        }
    }
}

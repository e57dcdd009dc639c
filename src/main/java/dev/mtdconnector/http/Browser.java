package dev.mtdconnector.http;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.Presented;
import dev.mtdconnector.signin.Secrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a browser holds of ours: one cookie, for the platform passes only one. Before sign-in it is a bare secret, to
 * which consents and sign-ins that are under way are bound; after it a new secret, with the tenant in clear so that the
 * session is a point read.
 *
 * <p>On https the cookie's name begins with {@code __Host-}, so that no other host, also not a subdomain, can set it.
 */
public final class Browser {

    private static final Pattern FORM =
            Pattern.compile("(?:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.)?([\\w-]{43})");

    /** Where scripts of our pages put the form token. */
    private static final String TOKEN_HEADER = "x-csrf-token";

    /** Where forms do. */
    public static final String TOKEN_FIELD = "csrf";

    private final boolean isSecure;
    private final String origin;

    /**
     * @param publicUrl our own address
     */
    public Browser(String publicUrl) {
        URI uri = URI.create(publicUrl);
        this.isSecure = "https".equals(uri.getScheme());
        this.origin = (uri.getScheme() + "://" + uri.getAuthority()).toLowerCase(Locale.ROOT);
    }

    /**
     * What the cookie holds.
     *
     * @param tenantId empty before sign-in
     */
    public record Held(String tenantId, String secret) {

        /** Whether somebody signed in with it; not whether they still are. */
        public boolean isOfSession() {
            return !tenantId.isEmpty();
        }

        @Override
        public String toString() {
            return "Held[" + tenantId + "]";
        }
    }

    /** What this browser holds; empty without our cookie, or when it has not our form. */
    public Optional<Held> held(HttpRequest request) {
        String cookie = request.cookie(name());
        Matcher matcher = FORM.matcher(cookie == null ? "" : cookie);
        return matcher.matches()
                ? Optional.of(new Held(matcher.group(1) == null ? "" : matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** The answer, with the cookie that holds this; for as long as it lasts whatever the browser thinks of sessions. */
    public HttpAnswer remember(HttpAnswer answer, Held held, Duration lifetime) {
        String value = held.isOfSession() ? held.tenantId() + "." + held.secret() : held.secret();
        return answer.withHeader("Set-Cookie", cookie(value, lifetime.toSeconds()));
    }

    /** The answer, with which the browser forgets the cookie. */
    public HttpAnswer forget(HttpAnswer answer) {
        return answer.withHeader("Set-Cookie", cookie("", 0));
    }

    /**
     * What a form of a signed-in person carries to prove that it is a page of ours: made of the cookie's secret, which
     * no other site can read.
     */
    public static String formToken(Held held) {
        return Secrets.derive(held.secret(), "form");
    }

    /** Whether this is the form token of that browser. */
    public static boolean isFormToken(Held held, String presented) {
        return MessageDigest.isEqual(
                formToken(held).getBytes(StandardCharsets.US_ASCII), presented.getBytes(StandardCharsets.UTF_8));
    }

    /** A value that only the holder of the browser's secret, and this purpose, give: for PKCE verifiers and nonces. */
    public static String derive(Held held, String purpose) {
        return Secrets.derive(held.secret(), purpose);
    }

    /** What a request shows of who sends it. */
    public Presented presented(HttpRequest request) {
        boolean isChange = !request.method().equals("GET") && !request.method().equals("HEAD");
        Held held = held(request).filter(Held::isOfSession).orElse(null);
        return new Presented(
                isChange,
                request.header("authorization"),
                held == null ? null : new Presented.SessionCookie(held.tenantId(), held.secret()),
                () -> held != null && !isForeign(request) && isFormToken(held, presentedToken(request)));
    }

    /**
     * Checks that a change was not sent by a page of somebody else: browsers say where a form came from. A client that
     * says nothing is no browser, and no browser's cookie is misused.
     *
     * @throws AppException FORM_FOREIGN
     */
    public void checkOrigin(HttpRequest request) {
        if (isForeign(request)) {
            throw new AppException(ErrorCode.FORM_FOREIGN);
        }
    }

    private boolean isForeign(HttpRequest request) {
        String from = request.header("origin");
        String site = request.header("sec-fetch-site");
        return (from != null && !from.toLowerCase(Locale.ROOT).equals(origin))
                || (site != null && !site.equals("same-origin") && !site.equals("none"));
    }

    private static String presentedToken(HttpRequest request) {
        String header = request.header(TOKEN_HEADER);
        if (header != null) {
            return header;
        }
        String type = request.header("content-type");
        // A body that is too large is refused later; nobody reads it here.
        return type != null
                        && Router.mediaType(type).equals(Route.FORM)
                        && request.body().length() <= Router.MAXIMUM_BODY
                ? Form.parse(request.body()).getOrDefault(TOKEN_FIELD, "")
                : "";
    }

    private String name() {
        return isSecure ? "__Host-mtd" : "mtd";
    }

    private String cookie(String value, long seconds) {
        return name() + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                + (isSecure ? "; Secure" : "");
    }
}

package dev.mtdconnector.local.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the next matching requests meet.
 *
 * @param method of the requests; null for any
 * @param path of the requests; {@code *} stands for any characters; letter case does not matter; with a question mark in
 *     it, it is compared with path and query
 * @param times how many requests meet it
 * @param status answer this instead; null to answer as usual
 * @param retryAfterSeconds the header Retry-After; null for none
 * @param delayMillis wait this long first; where the body is cut too, this long before each byte of it instead
 * @param cutBodyAfterBytes end the connection after so many bytes of the body; null to send it whole
 * @param emptyPage answer a page without items whose next link leads to the real one
 * @param dropConnection end the connection without an answer
 * @param afterEffect let the request take effect before its answer is lost or replaced
 * @param code the error code of an answer whose status is dictated; null for the usual one
 * @param nextLink put this in place of the page's next or delta link, {@code self} for the request's own address; null to
 *     leave them
 */
public record Fault(
        @Nullable String method,
        String path,
        int times,
        @Nullable Integer status,
        @Nullable Integer retryAfterSeconds,
        long delayMillis,
        @Nullable Integer cutBodyAfterBytes,
        boolean emptyPage,
        boolean dropConnection,
        boolean afterEffect,
        @Nullable String code,
        @Nullable String nextLink) {

    public Fault(
            @Nullable String method,
            String path,
            int times,
            @Nullable Integer status,
            @Nullable Integer retryAfterSeconds,
            long delayMillis,
            @Nullable Integer cutBodyAfterBytes,
            boolean emptyPage,
            boolean dropConnection,
            boolean afterEffect) {
        this(
                method,
                path,
                times,
                status,
                retryAfterSeconds,
                delayMillis,
                cutBodyAfterBytes,
                emptyPage,
                dropConnection,
                afterEffect,
                null,
                null);
    }

    /** A fault that answers a status. */
    public static Fault status(String method, String path, int times, int status) {
        return new Fault(method, path, times, status, null, 0, null, false, false, false);
    }

    /**
     * Whether a request meets it.
     *
     * @param query decoded; empty for none
     */
    boolean matches(String requestMethod, String requestPath, String query) {
        String address = path.contains("?") ? requestPath + "?" + query : requestPath;
        return (method == null || method.equalsIgnoreCase(requestMethod))
                && pattern().matcher(address).matches();
    }

    private Pattern pattern() {
        StringBuilder regex = new StringBuilder();
        for (String literal : path.split("\\*", -1)) {
            if (regex.length() > 0) {
                regex.append(".*");
            }
            regex.append(literal.isEmpty() ? "(?:)" : Pattern.quote(literal));
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}

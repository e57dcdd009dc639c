package dev.mtdconnector.local.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the next matching requests meet.
 *
 * @param method of the requests; null for any
 * @param path of the requests, without the query; {@code *} stands for any characters; letter case does not matter
 * @param times how many requests meet it
 * @param status answer this instead; null to answer as usual
 * @param retryAfterSeconds the header Retry-After; null for none
 * @param delayMillis wait this long first
 * @param cutBodyAfterBytes end the connection after so many bytes of the body; null to send it whole
 * @param emptyPage answer a page without items whose next link leads to the real one
 * @param dropConnection end the connection without an answer
 * @param afterEffect let the request take effect before its answer is lost or replaced
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
        boolean afterEffect) {

    /** A fault that answers a status. */
    public static Fault status(String method, String path, int times, int status) {
        return new Fault(method, path, times, status, null, 0, null, false, false, false);
    }

    boolean matches(String requestMethod, String requestPath) {
        return (method == null || method.equalsIgnoreCase(requestMethod))
                && pattern().matcher(requestPath).matches();
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

package dev.mtdconnector.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an answer of Graph that is no success means for us. */
final class GraphFailures {

    /** Of the forms that Graph's have, and too short for a secret of anybody's. */
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_.]{1,40}");

    private static final Pattern REQUEST_ID = Pattern.compile("[0-9A-Fa-f-]{1,36}");

    private GraphFailures() {}

    /**
     * @param what the request, in words: method and path, without query
     * @param code {@code error.code} of the body, if it has one
     */
    static UpstreamException of(
            String what, int status, @Nullable String code, @Nullable String requestId, @Nullable Duration retryAfter) {
        StringBuilder message = new StringBuilder("Graph answered ").append(status);
        if (code != null && ERROR_CODE.matcher(code).matches()) {
            message.append(' ').append(code);
        }
        message.append(" to ").append(what);
        if (requestId != null && REQUEST_ID.matcher(requestId).matches()) {
            message.append(" (request-id ").append(requestId).append(')');
        }
        return new UpstreamException(Service.GRAPH, kind(status, code), message.toString(), retryAfter, null);
    }

    /** The connection failed, or the answer was cut. */
    static UpstreamException interrupted(String what, IOException cause) {
        String how = cause.getClass().getSimpleName();
        // A parser's message can quote what it read.
        IOException shown = cause instanceof JsonProcessingException ? null : cause;
        return new UpstreamException(
                Service.GRAPH, Kind.UNAVAILABLE, "No whole answer of Graph to " + what + " (" + how + ")", null, shown);
    }

    static UpstreamException refused(String message) {
        return new UpstreamException(Service.GRAPH, Kind.REFUSED, message);
    }

    /** {@code error.code} of an error body. */
    static @Nullable String code(@Nullable JsonNode body) {
        return body == null ? null : body.path("error").path("code").textValue();
    }

    /**
     * Whether the code is the one that Graph answers, with status 400, for a delta link older than thirty days. For every
     * other request it says that the query is wrong.
     */
    static boolean isUnsupported(@Nullable String code) {
        return "Request_UnsupportedQuery".equals(code);
    }

    private static Kind kind(int status, @Nullable String code) {
        if (status == 410 || isExpired(code)) {
            return Kind.GONE;
        }
        return switch (status) {
            case 429 -> Kind.THROTTLED;
            case 408 -> Kind.UNAVAILABLE;
            // Another write on the same object at the same moment.
            case 409 -> code != null && code.contains("Concurrency") ? Kind.UNAVAILABLE : Kind.REFUSED;
            case 401, 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    /** An expired token of a delta query, or of a page, is told by these codes, under more than one status. */
    private static boolean isExpired(@Nullable String code) {
        String lower = code == null ? "" : code.toLowerCase(Locale.ROOT);
        return lower.equals("syncstatenotfound") || lower.equals("directory_expiredpagetoken");
    }
}

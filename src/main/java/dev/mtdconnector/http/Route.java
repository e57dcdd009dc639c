package dev.mtdconnector.http;

import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One route: method, path template (segments of text or {@code {name}}), who may ask, and what is done.
 *
 * @param access the identity that the route asks for; established before anything of the request is looked at
 * @param consumes the media type of the body, or null when the route takes none
 * @param isPage whether people open it with a browser: its errors are pages, and who is not signed in is sent there
 */
public record Route(
        String method,
        String template,
        Access access,
        @Nullable String consumes,
        Handler handler,
        boolean isPage) {

    /** A route of an API. */
    public Route(String method, String template, Access access, @Nullable String consumes, Handler handler) {
        this(method, template, access, consumes, handler, false);
    }

    /** A page, or what a form of a page is sent to. */
    public static Route page(
            String method, String template, Access access, @Nullable String consumes, Handler handler) {
        return new Route(method, template, access, consumes, handler, true);
    }

    /** The same route, with something else that is done. */
    public Route with(Handler other) {
        return new Route(method, template, access, consumes, other, isPage);
    }

    public static final String JSON = "application/json";
    public static final String FORM = "application/x-www-form-urlencoded";

    /** What a route does. */
    @FunctionalInterface
    public interface Handler {
        HttpAnswer handle(HttpRequest request, Caller caller);
    }

    /** The template's parameters when the path matches it, or null. */
    @Nullable
    Map<String, String> match(String path) {
        String[] expected = template.split("/", -1);
        String[] actual = path.split("/", -1);
        if (expected.length != actual.length) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{")) {
                if (actual[i].isEmpty()) {
                    return null;
                }
                parameters.put(expected[i].substring(1, expected[i].length() - 1), actual[i]);
            } else if (!expected[i].equals(actual[i])) {
                return null;
            }
        }
        return parameters;
    }
}

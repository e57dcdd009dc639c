package dev.mtdconnector.http;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as the Functions host hands it over: read whole, header names in lower case, one value a header.
 *
 * @param path decoded, with a leading slash, without query
 * @param pathParameters what the matched route's template names
 */
public record HttpRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        String body,
        Map<String, String> pathParameters) {

    public HttpRequest {
        query = Map.copyOf(query);
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        headers = Map.copyOf(lower);
        pathParameters = Map.copyOf(pathParameters);
    }

    /** Without query, headers and body: they carry keys, tokens, codes and cookies. */
    @Override
    public String toString() {
        return "HttpRequest[" + method + " " + path + "]";
    }

    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The route has no parameter " + name);
        }
        return value;
    }

    HttpRequest withPathParameters(Map<String, String> parameters) {
        return new HttpRequest(method, path, query, headers, body, parameters);
    }

    /** The cookie of this name, or null. */
    public @Nullable String cookie(String name) {
        String header = header("cookie");
        if (header == null) {
            return null;
        }
        for (String pair : header.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                return pair.substring(equals + 1).strip();
            }
        }
        return null;
    }
}

package dev.mtdconnector.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as a handler sees it.
 *
 * @param base scheme and authority that the client used, as {@code http://localhost:7080}
 * @param target path and query as they came, still encoded
 * @param headers by name in any letter case; several values of one name are joined by a comma
 * @param variables what the route's template captured
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; bodies may be large.
public record Request(
        String method,
        URI base,
        String target,
        Map<String, String> headers,
        byte[] body,
        Map<String, String> variables) {

    public Request {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = byName;
        variables = Map.copyOf(variables);
    }

    public Request(String method, URI base, String target, Map<String, String> headers, byte[] body) {
        this(method, base, target, headers, body, Map.of());
    }

    Request with(Map<String, String> captured) {
        return new Request(method, base, target, headers, body, captured);
    }

    /** The path, still encoded, without the query. */
    public String rawPath() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The path, decoded. A plus sign in a path is a plus sign. */
    public String path() {
        return decode(rawPath().replace("+", "%2B"));
    }

    /** The segments of the path, each decoded on its own. */
    public List<String> segments() {
        List<String> segments = new ArrayList<>();
        for (String raw : rawPath().split("/", -1)) {
            if (!raw.isEmpty()) {
                segments.add(decode(raw.replace("+", "%2B")));
            }
        }
        return segments;
    }

    public @Nullable String rawQuery() {
        int question = target.indexOf('?');
        return question < 0 ? null : target.substring(question + 1);
    }

    /** The whole query, decoded; empty when there is none. */
    public String queryText() {
        String raw = rawQuery();
        return raw == null ? "" : decode(raw);
    }

    /** The query's parameters, decoded, in their order; of a name that comes twice the first value. */
    public Map<String, String> query() {
        String raw = rawQuery();
        return raw == null ? Map.of() : decodePairs(raw);
    }

    /** A captured variable of the route. */
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The route captures no " + name);
        }
        return value;
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /**
     * The body as JSON.
     *
     * @throws IOException when it is none
     */
    public JsonNode json() throws IOException {
        return Json.parse(body);
    }

    /** The body as an HTML form; empty when it is of another type. */
    public Map<String, String> form() {
        String type = header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            return Map.of();
        }
        return decodePairs(new String(body, StandardCharsets.UTF_8));
    }

    /** The address that the client asked for. */
    public String url() {
        return base + target;
    }

    private static Map<String, String> decodePairs(String raw) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            pairs.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return pairs;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Answer.text(400, "Bad escape in the address"), e);
        }
    }
}

package dev.mtdconnector.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers.
 *
 * @param template under which the request is counted; null for the template of its route
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; bodies may be large.
public record Answer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable String template) {

    public static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.bytes(body), null);
    }

    public static Answer html(int status, String page) {
        return new Answer(
                status,
                Map.of(
                        "Content-Type", "text/html; charset=utf-8",
                        "Cache-Control", "no-store",
                        "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
                page.getBytes(StandardCharsets.UTF_8),
                null);
    }

    public static Answer text(int status, String text) {
        return new Answer(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                text.getBytes(StandardCharsets.UTF_8),
                null);
    }

    /** An answer without a body. */
    public static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0], null);
    }

    /** Sends the browser to another address (302). */
    public static Answer redirect(String location) {
        return new Answer(302, Map.of("Location", location, "Cache-Control", "no-store"), new byte[0], null);
    }

    public Answer withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body, template);
    }

    public Answer withBody(byte[] other) {
        return new Answer(status, headers, other, template);
    }

    public Answer withTemplate(String other) {
        return new Answer(status, headers, body, other);
    }
}

package dev.mtdconnector.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers.
 *
 * @param template under which the request is counted; null for the template of its route
 * @param stream writes the body piece by piece, in place of {@code body}; null for a body of known length
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; bodies may be large.
public record Answer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable String template,
        @Nullable Stream stream) {

    /** Writes a body whose end is not known at its beginning, in a thread of its own. */
    @FunctionalInterface
    public interface Stream {

        /** Returns at the end of the body; an exception ends the connection. */
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    public Answer(int status, Map<String, String> headers, byte[] body, @Nullable String template) {
        this(status, headers, body, template, null);
    }

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

    /** An answer that is written bit by bit and flushed by its writer. */
    public static Answer stream(int status, String contentType, Stream stream) {
        return new Answer(status, Map.of("Content-Type", contentType), new byte[0], null, stream);
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
        return new Answer(status, more, body, template, stream);
    }

    public Answer withBody(byte[] other) {
        return new Answer(status, headers, other, template);
    }

    public Answer withTemplate(String other) {
        return new Answer(status, headers, body, other, stream);
    }
}

package dev.mtdconnector.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer, whole: the Java worker streams none. At most one {@code Set-Cookie}, for it passes only one.
 *
 * <p>A header whose value has a control character is refused with IllegalArgumentException: whatever came into it from
 * outside, nobody splits our answers.
 */
public record HttpAnswer(int status, Map<String, String> headers, String body) {

    public HttpAnswer {
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("Header " + name + " has a control character");
            }
        });
    }

    /** Without headers and body: they carry new keys, cookies and states. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + "]";
    }

    /** JSON of a value that Jackson can write: records, maps, lists. */
    public static HttpAnswer json(int status, Object value) {
        try {
            return new HttpAnswer(
                    status,
                    Map.of("Content-Type", "application/json; charset=utf-8"),
                    Json.MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not writable as JSON: " + value.getClass(), e);
        }
    }

    public static HttpAnswer html(int status, String page) {
        return new HttpAnswer(status, Map.of("Content-Type", "text/html; charset=utf-8"), page);
    }

    /** Done, and nothing to say of it (204). */
    public static HttpAnswer noContent() {
        return new HttpAnswer(204, Map.of(), "");
    }

    /** Sends the browser elsewhere with a GET (303). */
    public static HttpAnswer seeOther(String location) {
        return new HttpAnswer(303, Map.of("Location", location), "");
    }

    public HttpAnswer withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new HttpAnswer(status, more, body);
    }
}

package dev.mtdconnector.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Bodies of the media type {@code application/x-www-form-urlencoded}. */
public final class Form {

    private Form() {}

    /** The first value of each name; what cannot be decoded is left out. */
    public static Map<String, String> parse(String body) {
        Map<String, String> values = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    values.putIfAbsent(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // A pair that is not encoded as a form is no value of ours.
                }
            }
        }
        return values;
    }
}

package dev.mtdconnector.http;

import java.util.Map;
import java.util.TreeMap;

/** The headers that stand on every answer, whatever produced it. A handler may set a stricter or more special one. */
final class SecurityHeaders {

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
                            + " frame-ancestors 'none'",
            "Cache-Control", "no-store",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "same-origin",
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private SecurityHeaders() {}

    static HttpAnswer on(HttpAnswer answer) {
        Map<String, String> headers = new TreeMap<>(ALWAYS);
        headers.putAll(answer.headers());
        return new HttpAnswer(answer.status(), headers, answer.body());
    }
}

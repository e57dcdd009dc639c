package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Refusal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Errors of the sign-in service in the two forms that a program gets: JSON, and parameters of the way back. */
final class LoginErrors {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final String loginEndpoint;

    LoginErrors(Clock clock, String loginEndpoint) {
        this.clock = clock;
        this.loginEndpoint = loginEndpoint;
    }

    /**
     * What an endpoint for programs answers.
     *
     * @param code the number behind {@code AADSTS}
     */
    Refusal json(int status, String error, int code, String words) {
        String trace = UUID.randomUUID().toString();
        String correlation = UUID.randomUUID().toString();
        String time = TIMESTAMP.format(clock.instant());
        ObjectNode body = Json.object()
                .put("error", error)
                .put(
                        "error_description",
                        "AADSTS" + code + ": " + words + " Trace ID: " + trace + " Correlation ID: " + correlation
                                + " Timestamp: " + time);
        body.putArray("error_codes").add(code);
        body.put("timestamp", time)
                .put("trace_id", trace)
                .put("correlation_id", correlation)
                .put("error_uri", uri(code));
        return new Refusal(Answer.json(status, body));
    }

    /** What a browser brings back to the application. */
    Map<String, String> parameters(String error, int code, String words) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", error);
        parameters.put(
                "error_description",
                "AADSTS" + code + ": " + words + "\r\nTrace ID: " + UUID.randomUUID() + "\r\nCorrelation ID: "
                        + UUID.randomUUID() + "\r\nTimestamp: " + TIMESTAMP.format(clock.instant()));
        parameters.put("error_uri", uri(code));
        return parameters;
    }

    private String uri(int code) {
        return loginEndpoint + "/error?code=" + code;
    }
}

package dev.mtdconnector.lookout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.UnreadablePageException;
import dev.mtdconnector.http.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Access tokens of application keys, kept until five minutes before they expire; two hours as the API is documented. Safe for
 * many threads. Tokens are kept by the key's fingerprint, so that what one key fetched is never used with another.
 */
public final class RiskTokens {

    private static final Duration MARGIN = Duration.ofMinutes(5);

    /** What a token lasts that does not say it, and the most that is believed. */
    private static final Duration USUAL = Duration.ofHours(2);

    private static final int CAPACITY = 5_000;
    private static final int MOST_BYTES = 64 * 1024;

    private final URI address;
    private final RiskHttp http;
    private final Clock clock;

    /** Least recently used first; guarded by itself. */
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    RiskTokens(URI endpoint, RiskHttp http, Clock clock) {
        this.address = URI.create(endpoint + "/oauth2/token");
        this.http = http;
        this.clock = clock;
    }

    /**
     * A token that is valid for some minutes at least.
     *
     * @throws UpstreamException FORBIDDEN when the key is not accepted
     */
    public String token(ApplicationKey key) {
        synchronized (kept) {
            Kept held = kept.get(key.fingerprint());
            if (held != null && clock.instant().isBefore(held.until)) {
                return held.token;
            }
        }
        return fetch(key);
    }

    /** Forgets the token if it is still the one that was refused. */
    public void drop(ApplicationKey key, String refused) {
        synchronized (kept) {
            Kept held = kept.get(key.fingerprint());
            if (held != null && held.token.equals(refused)) {
                kept.remove(key.fingerprint());
            }
        }
    }

    String fetch(ApplicationKey key) {
        if (!key.secret().matches("[!-~]{1," + ApplicationKey.LONGEST + "}")) {
            throw refused("The application key has characters that no key has");
        }
        Instant asked = clock.instant();
        RiskHttp.Answer answer = http.send(
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + key.secret())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                MOST_BYTES);
        if (answer.status() == 400) {
            throw refused("The Mobile Risk API answered 400 to the application key");
        }
        if (!answer.isOk()) {
            throw http.failure(answer, "the application key", false);
        }
        JsonNode body = parsed(answer.body());
        String token = body.path("access_token").asText("");
        if (!token.matches("[!-~]{1,16000}")) {
            throw new UnreadablePageException("The answer of the token endpoint holds no token");
        }
        synchronized (kept) {
            kept.put(key.fingerprint(), new Kept(token, until(body, asked)));
            if (kept.size() > CAPACITY) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        return token;
    }

    /** By what remains, and by the point in time if that is earlier; never longer than usual. */
    private static Instant until(JsonNode body, Instant asked) {
        long seconds = body.path("expires_in").asLong(USUAL.toSeconds());
        Instant until = asked.plusSeconds(Math.max(0, Math.min(seconds, USUAL.toSeconds())));
        JsonNode at = body.path("expires_at");
        if (at.isIntegralNumber() && at.canConvertToLong() && at.longValue() > 0) {
            Instant said = Instant.ofEpochMilli(at.longValue());
            until = said.isBefore(until) ? said : until;
        }
        return until.minus(MARGIN);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return Json.MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new UnreadablePageException("The answer of the token endpoint is not JSON");
        }
    }

    private static UpstreamException refused(String message) {
        return new UpstreamException(Service.RISK_FEED, Kind.FORBIDDEN, message);
    }

    /** Not a record, whose text would show the token. */
    private static final class Kept {
        private final String token;
        private final Instant until;

        private Kept(String token, Instant until) {
            this.token = token;
            this.until = until;
        }
    }
}

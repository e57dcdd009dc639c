package dev.mtdconnector.lookout;

import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.feed.UnreadablePageException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Mobile Risk API v2 at one base address, which the deployment chooses and no tenant. Safe for many threads.
 *
 * @see <a href="https://doc.lookout.com">Mobile Risk API v2</a>
 */
public final class LookoutClient implements RiskApi {

    /** Types of events that are asked for: all that are documented. */
    public static final String TYPES = "DEVICE,THREAT,AUDIT,SMISHING_ALERT";

    /** A page of a thousand ordinary events has two. */
    static final int MOST_BYTES = 16 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String API = "/mra/api/v2";

    private final URI endpoint;
    private final RiskHttp http;
    private final RiskTokens tokens;

    /**
     * @param endpoint the base address, with a path perhaps, without a trailing slash
     */
    public LookoutClient(URI endpoint, Clock clock) {
        this(endpoint, clock, PATIENCE);
    }

    LookoutClient(URI endpoint, Clock clock, Duration patience) {
        this.endpoint = endpoint;
        this.http = new RiskHttp(patience, clock);
        this.tokens = new RiskTokens(endpoint, http, clock);
    }

    /** The tokens that this client uses, for whoever reads the same API in another way. */
    public RiskTokens tokens() {
        return tokens;
    }

    /** What failures mean, for the same. */
    RiskHttp http() {
        return http;
    }

    @Override
    public void prove(ApplicationKey key) {
        tokens.fetch(key);
    }

    @Override
    public Page events(ApplicationKey key, From from, int limit) {
        Map<String, String> query = query(limit);
        query.put("types", TYPES);
        if (from instanceof From.After after) {
            query.put("oid", after.place());
        } else if (from instanceof From.Since since) {
            query.put("start_time", time(since.time()));
        }
        return page(key, "/events", query, "id", true);
    }

    @Override
    public Page devices(ApplicationKey key, @Nullable Instant updatedSince, @Nullable String after, int limit) {
        Map<String, String> query = query(limit);
        if (updatedSince != null) {
            query.put("updated_since", time(updatedSince));
        }
        return list(key, "/devices", query, after);
    }

    @Override
    public Page openThreats(ApplicationKey key, @Nullable String after, int limit) {
        Map<String, String> query = query(limit);
        query.put("status", "OPEN");
        query.put("timeframe", "ALL");
        return list(key, "/threats", query, after);
    }

    private Page list(ApplicationKey key, String path, Map<String, String> query, @Nullable String after) {
        if (after != null) {
            query.put("oid", after);
        }
        Page page = page(key, path, query, "oid", false);
        if (page.last() != null && page.last().equals(after)) {
            throw new UnreadablePageException("The page ends where the one before did");
        }
        return page;
    }

    private Page page(
            ApplicationKey key, String path, Map<String, String> query, String placeName, boolean namesPlace) {
        URI address = URI.create(endpoint + API + path + "?"
                + query.entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&")));
        String token = tokens.token(key);
        RiskHttp.Answer answer = get(address, token);
        if (answer.status() == 401) {
            tokens.drop(key, token);
            answer = get(address, tokens.token(key));
        }
        if (!answer.isOk()) {
            throw http.failure(answer, path, namesPlace);
        }
        return PageReader.read(answer.body(), path.substring(1), placeName);
    }

    private RiskHttp.Answer get(URI address, String token) {
        return http.send(
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "application/json")
                        .GET()
                        .build(),
                MOST_BYTES);
    }

    private static Map<String, String> query(int limit) {
        Map<String, String> query = new TreeMap<>();
        query.put("limit", Integer.toString(limit));
        return query;
    }

    /** Whole seconds: what was in the same second is read again, which is harmless. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

package dev.mtdconnector.local.risk;

import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Application keys, each of one customer, and the access tokens that they are changed for. Keys outlive a restart. */
public final class RiskAccess {

    /** The application key of Contoso in the local world. */
    public static final String CONTOSO_KEY = "contoso-application-key-of-the-local-world-only";

    /** The application key of another customer of the same vendor. */
    public static final String FABRIKAM_KEY = "fabrikam-application-key-of-the-local-world-only";

    /** How long an application key can be used. */
    public static final Duration KEY_LIFE = Duration.ofDays(365);

    /** How long an access token can be used. */
    public static final Duration TOKEN_LIFE = Duration.ofHours(2);

    private static final String KIND = "riskKey";
    private static final String BEARER = "Bearer ";

    private final Map<String, RiskFeed> customers;
    private final Clock clock;
    private final @Nullable Journal journal;
    private final RiskErrors errors;
    private final RiskFaults faults;
    private final Set<RiskRule> off;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new LinkedHashMap<>();

    /**
     * An application key.
     *
     * @param enterprise the vendor's GUID of the customer
     */
    public record Key(String text, String enterprise, Instant expires, boolean revoked) {}

    private record Token(String key, Instant expires) {}

    RiskAccess(
            Map<String, RiskFeed> customers,
            Clock clock,
            @Nullable Journal journal,
            RiskErrors errors,
            RiskFaults faults,
            Set<RiskRule> off) {
        this.customers = Map.copyOf(customers);
        this.clock = clock;
        this.journal = journal;
        this.errors = errors;
        this.faults = faults;
        this.off = off;
        if (journal != null) {
            journal.replay(
                    KIND,
                    data -> keys.put(
                            data.path("text").textValue(),
                            new Key(
                                    data.path("text").textValue(),
                                    data.path("enterprise").textValue(),
                                    Instant.parse(data.path("expires").textValue()),
                                    data.path("revoked").booleanValue())));
        }
    }

    /** Makes a key that lasts a year; one that is there already stays as it is. */
    public synchronized void create(String text, String enterprise) {
        if (!customers.containsKey(enterprise)) {
            throw new IllegalArgumentException("The vendor has no customer " + enterprise);
        }
        if (!keys.containsKey(text)) {
            keep(new Key(text, enterprise, clock.instant().plus(KEY_LIFE), false));
        }
    }

    /** An administrator deletes the key in the vendor's console; tokens made of it end too. */
    public synchronized void revoke(String text) {
        Key key = known(text);
        keep(new Key(text, key.enterprise(), key.expires(), true));
    }

    /** Lets a key, revoked or not, be good until then. */
    public synchronized void extend(String text, Instant expires) {
        keep(new Key(text, known(text).enterprise(), expires, false));
    }

    public synchronized Optional<Key> key(String text) {
        return Optional.ofNullable(keys.get(text));
    }

    /** How many access tokens have been issued. */
    public synchronized int tokensIssued() {
        return tokens.size();
    }

    /** {@code POST /oauth2/token}. */
    synchronized Answer token(Request request) {
        String bearer = bearer(request);
        Key key = bearer == null ? null : keys.get(bearer);
        if (key == null && off.contains(RiskRule.KEY_IS_KNOWN)) {
            key = keys.values().iterator().next();
        }
        if (key == null || !isGood(key)) {
            throw errors.refusal(401, "invalid_client");
        }
        String grant = request.form().get("grant_type");
        if (!"client_credentials".equals(grant) && !off.contains(RiskRule.GRANT_IS_CLIENT_CREDENTIALS)) {
            throw errors.refusal(400, grant == null ? "invalid_request" : "unsupported_grant_type");
        }
        Instant expires = clock.instant().plus(TOKEN_LIFE);
        String token = "risk." + RiskIds.named(key.text() + " token " + tokens.size());
        tokens.put(token, new Token(key.text(), expires));
        return Answer.json(
                        200,
                        Json.object()
                                .put("access_token", token)
                                .put("token_type", "Bearer")
                                .put("expires_in", TOKEN_LIFE.toSeconds())
                                .put("expires_at", expires.toEpochMilli())
                                .put("scope", "mra"))
                .withHeader("Cache-Control", "no-store");
    }

    /** The customer whose token the request carries; refuses with 401 without a good one. */
    synchronized RiskFeed feed(Request request) {
        if (faults.take(RiskFault.TOKEN_REJECTED)) {
            throw errors.refusal(401, "invalid_token");
        }
        String bearer = bearer(request);
        Token token = bearer == null ? null : tokens.get(bearer);
        if (token == null && off.contains(RiskRule.TOKEN_REQUIRED)) {
            return customers.values().iterator().next();
        }
        boolean late = token != null
                && !clock.instant().isBefore(token.expires())
                && !off.contains(RiskRule.TOKEN_LASTS_TWO_HOURS);
        Key key = token == null ? null : keys.get(token.key());
        if (token == null || late || key == null || key.revoked()) {
            throw errors.refusal(401, "invalid_token");
        }
        return Objects.requireNonNull(customers.get(key.enterprise()));
    }

    private boolean isGood(Key key) {
        boolean late = !clock.instant().isBefore(key.expires()) && !off.contains(RiskRule.KEY_LASTS_A_YEAR);
        return !late && !key.revoked();
    }

    private static @Nullable String bearer(Request request) {
        String header = request.header("Authorization");
        return header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : null;
    }

    private Key known(String text) {
        return key(text).orElseThrow(() -> new IllegalArgumentException("There is no such application key"));
    }

    private void keep(Key key) {
        keys.put(key.text(), key);
        if (journal != null) {
            journal.append(
                    KIND,
                    Json.object()
                            .put("text", key.text())
                            .put("enterprise", key.enterprise())
                            .put("expires", key.expires().toString())
                            .put("revoked", key.revoked()));
        }
    }
}

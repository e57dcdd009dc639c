package dev.mtdconnector.graph;

import com.azure.core.credential.AccessToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps access tokens until five minutes before they expire; safe for many threads.
 *
 * <p>Those who ask for the same token at the same time share one request and its outcome; a failure is not kept.
 */
public final class TokenCache implements AccessTokens {

    /** Long enough that no request outlives the token it set out with. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    static final int CAPACITY = 5_000;

    /** Asks the sign-in service for a new token. */
    @FunctionalInterface
    interface Source {
        AccessToken fetch(Key key);
    }

    private final Source source;
    private final Clock clock;
    private final Map<Key, CompletableFuture<String>> flights = new ConcurrentHashMap<>();

    /** Least recently used first; guarded by itself. */
    private final Map<Key, Cached> cached = new LinkedHashMap<>(16, 0.75f, true);

    public TokenCache(AppCredentials credentials, Clock clock) {
        this(credentials::fetch, clock);
    }

    TokenCache(Source source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public String token(Key key) {
        String known = lookUp(key);
        if (known != null) {
            return known;
        }
        CompletableFuture<String> mine = new CompletableFuture<>();
        CompletableFuture<String> current = flights.putIfAbsent(key, mine);
        if (current != null) {
            return outcome(current);
        }
        try {
            // Another flight may have landed between the look-up and the start of this one.
            known = lookUp(key);
            mine.complete(known != null ? known : fetch(key));
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            flights.remove(key, mine);
        }
        return outcome(mine);
    }

    @Override
    public void drop(Key key, String refused) {
        synchronized (cached) {
            Cached held = cached.get(key);
            if (held != null && held.token.equals(refused)) {
                cached.remove(key);
            }
        }
    }

    private String fetch(Key key) {
        Instant asked = clock.instant();
        AccessToken token = source.fetch(key);
        // The library computes the expiry with the system's clock; only the remaining time holds on ours as well.
        Instant until = asked.plus(token.getDurationUntilExpiration()).minus(MARGIN);
        synchronized (cached) {
            cached.put(key, new Cached(token.getToken(), until));
            if (cached.size() > CAPACITY) {
                cached.remove(cached.keySet().iterator().next());
            }
        }
        return token.getToken();
    }

    private @Nullable String lookUp(Key key) {
        synchronized (cached) {
            Cached held = cached.get(key);
            return held != null && clock.instant().isBefore(held.until) ? held.token : null;
        }
    }

    private static String outcome(CompletableFuture<String> flight) {
        try {
            return flight.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Not a record, whose text would show the token. */
    private static final class Cached {
        private final String token;
        private final Instant until;

        private Cached(String token, Instant until) {
            this.token = token;
            this.until = until;
        }
    }
}

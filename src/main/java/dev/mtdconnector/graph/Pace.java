package dev.mtdconnector.graph;

import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spaces the requests of one application in one tenant when Graph says that the tenant's budget runs out, so that it does
 * not have to refuse any. Graph tells the share of the budget that is used from 0.8 on ({@code
 * x-ms-throttle-limit-percentage}); where it says nothing, the space halves with each answer until it is gone. A refusal
 * counts as a budget that is used up: what comes after a {@code Retry-After} comes one by one.
 *
 * <p>Only for tenants that are short of budget something is kept, and for {@link #MOST_TENANTS} of them. Safe for many
 * threads.
 */
final class Pace {

    static final String SHARE_HEADER = "x-ms-throttle-limit-percentage";

    static final int MOST_TENANTS = 1_000;

    /** Graph's windows are ten seconds: spread over one, a tenth of them is ten requests. */
    static final Duration WIDEST = Duration.ofSeconds(1);

    private static final Duration NARROWEST = Duration.ofMillis(100);

    private static final double TOLD_FROM = 0.8;

    private final Clock clock;
    private final Sleeper sleeper;
    private final Map<Key, Turn> turns = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Turn> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    Pace(Clock clock, Sleeper sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    private record Key(Object registration, String tenantId) {

        private static Key of(GraphCaller caller) {
            return new Key(caller.registration(), caller.tenantId());
        }
    }

    /** When the next request may go out, and how much later the one after it. */
    private record Turn(Instant next, Duration space) {}

    /**
     * Waits until the caller's next request may go out.
     *
     * @return how long that was
     * @throws UpstreamException of kind THROTTLED when it is longer than a request should wait: Graph asked for it
     */
    Duration await(GraphCaller caller) {
        Duration wait = reserve(Key.of(caller));
        if (wait.isZero()) {
            return wait;
        }
        try {
            sleeper.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw throttled("Interrupted while waiting for Graph's budget", null);
        }
        return wait;
    }

    private synchronized Duration reserve(Key key) {
        Turn turn = turns.get(key);
        if (turn == null) {
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        Instant at = turn.next().isAfter(now) ? turn.next() : now;
        Duration wait = Duration.between(now, at);
        if (wait.compareTo(RetryBudget.LONGEST_WAIT) > 0) {
            throw throttled("Graph asked this tenant's requests to wait", wait);
        }
        turns.put(key, new Turn(at.plus(turn.space()), turn.space()));
        return wait;
    }

    /**
     * Takes what an answer says of the budget.
     *
     * @param share the header; null when there is none
     */
    synchronized void told(GraphCaller caller, @Nullable String share) {
        Key key = Key.of(caller);
        Turn turn = turns.get(key);
        double used = number(share);
        if (used >= TOLD_FROM) {
            slow(key, spaceAt(used));
        } else if (turn != null) {
            Duration space = turn.space().dividedBy(2);
            Instant soon = clock.instant().plus(NARROWEST.multipliedBy(2));
            if (space.compareTo(NARROWEST) < 0 && turn.next().isBefore(soon)) {
                turns.remove(key);
            } else {
                turns.put(key, new Turn(turn.next(), space));
            }
        }
    }

    /** Takes note of a refusal. */
    synchronized void refused(GraphCaller caller, @Nullable Duration retryAfter) {
        Key key = Key.of(caller);
        slow(key, WIDEST);
        Turn turn = turns.get(key);
        if (turn != null && retryAfter != null) {
            turns.put(key, new Turn(later(turn.next(), clock.instant().plus(retryAfter)), turn.space()));
        }
    }

    /** How many tenants are short of budget. */
    synchronized int tenants() {
        return turns.size();
    }

    private void slow(Key key, Duration space) {
        Turn turn = turns.get(key);
        Instant next = clock.instant().plus(space);
        turns.put(key, new Turn(turn == null ? next : later(turn.next(), next), space));
    }

    /** From the narrowest space where Graph begins to tell, to the widest where the budget is used up. */
    private static Duration spaceAt(double used) {
        double part = Math.min(1, (used - TOLD_FROM) / (1 - TOLD_FROM));
        long more = Math.round(part * WIDEST.minus(NARROWEST).toMillis());
        return NARROWEST.plusMillis(more);
    }

    private static double number(@Nullable String share) {
        if (share == null || !share.strip().matches("[0-9]{1,4}(\\.[0-9]{1,9})?")) {
            return 0;
        }
        return Double.parseDouble(share.strip());
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static UpstreamException throttled(String message, @Nullable Duration retryAfter) {
        return new UpstreamException(
                UpstreamException.Service.GRAPH, UpstreamException.Kind.THROTTLED, message, retryAfter, null);
    }
}

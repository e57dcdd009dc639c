package dev.mtdconnector.graph;

import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Spaces the writes of one application in one tenant, of which Graph takes 3,000 in two and a half minutes and does not
 * tell how many are left: 18 a second, and 300 at once after a pause, are never more than that. Safe for many threads;
 * each instance counts for itself, and one instance at a time writes for a tenant.
 *
 * @see <a href="https://learn.microsoft.com/graph/throttling-limits">Identity and access service limits</a>
 */
final class WritePace {

    static final int A_SECOND = 18;
    static final int AT_ONCE = 300;

    private static final int MOST_TENANTS = 1_000;
    private static final Duration ONE = Duration.ofSeconds(1).dividedBy(A_SECOND);

    private final Clock clock;
    private final Sleeper sleeper;

    /** By caller: the time at which everything that was let through would be through at an even pace. */
    private final Map<Key, Instant> paid = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Instant> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    private record Key(Object registration, String tenantId) {}

    WritePace(Clock clock, Sleeper sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Waits until so many writes may go out, and counts them. */
    void await(GraphCaller caller, int writes) {
        Duration wait = reserve(new Key(caller.registration(), caller.tenantId()), writes);
        if (wait.isZero()) {
            return;
        }
        try {
            sleeper.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH,
                    UpstreamException.Kind.UNAVAILABLE,
                    "Interrupted while waiting for Graph's budget for writes");
        }
    }

    private synchronized Duration reserve(Key key, int writes) {
        Instant now = clock.instant();
        Instant before = paid.get(key);
        Instant through = (before == null || before.isBefore(now) ? now : before).plus(ONE.multipliedBy(writes));
        paid.put(key, through);
        Duration ahead = Duration.between(now, through).minus(ONE.multipliedBy(AT_ONCE));
        return ahead.isNegative() ? Duration.ZERO : ahead;
    }
}

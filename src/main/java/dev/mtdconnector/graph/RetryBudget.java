package dev.mtdconnector.graph;

import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How long one call may go on trying: at most five tries within thirty seconds.
 *
 * <p>A job's own schedule is the better place to wait longer, so a service that asks for more than ten seconds is
 * obeyed by giving up. Where it asks for nothing, waits double from about half a second, with jitter, so that many
 * instances do not come back together.
 */
final class RetryBudget {

    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    static final Duration TOTAL = Duration.ofSeconds(30);
    static final int TRIES = 5;
    private static final long FIRST_WAIT_MILLIS = 500;

    private final Clock clock;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final Instant deadline;
    private int tries = 1;

    RetryBudget(Clock clock, Sleeper sleeper, RandomGenerator random) {
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
        this.deadline = clock.instant().plus(TOTAL);
    }

    /**
     * Waits until it makes sense to try again.
     *
     * @return how long it waited
     * @throws UpstreamException the failure itself, when it does not
     */
    Duration waitAfter(UpstreamException failure) {
        Duration asked = failure.retryAfter();
        Duration wait = asked != null ? asked : backOff();
        boolean worthIt = failure.isTransient()
                && tries < TRIES
                && wait.compareTo(LONGEST_WAIT) <= 0
                && !clock.instant().plus(wait).isAfter(deadline);
        if (!worthIt) {
            throw failure;
        }
        tries++;
        try {
            sleeper.sleep(wait);
            return wait;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** Between half and the whole of 1, 2, 4, 8 seconds. */
    private Duration backOff() {
        long half = FIRST_WAIT_MILLIS << (tries - 1);
        return Duration.ofMillis(half + random.nextLong(half + 1));
    }
}

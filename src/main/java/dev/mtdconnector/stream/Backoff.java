package dev.mtdconnector.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before a stream is opened again: longer each time, and by chance, so that not all come at once. */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** A feed may ask for more than we wait by ourselves, but not for ever. */
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(15);

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** It works again. */
    void reset() {
        failures = 0;
    }

    /** The key is not accepted: once that may be an old token, then it lasts. */
    void refused() {
        failures = failures == 0 ? 0 : Integer.SIZE;
    }

    /**
     * The next pause, from a half of what it may be to the whole.
     *
     * @param asked how long the feed asked us to wait at least; null when it did not
     */
    Duration next(@Nullable Duration asked) {
        long most = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures, 20));
        failures = Math.min(failures + 1, Integer.SIZE);
        Duration pause = Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
        Duration least = asked == null || asked.isNegative() ? Duration.ZERO : asked;
        Duration bounded = least.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : least;
        return pause.compareTo(bounded) > 0 ? pause : bounded;
    }

    /** What a stream that ends in order asks for, within bounds; a second when it says nothing. */
    static Duration asked(@Nullable Long millis) {
        return millis == null
                ? FIRST
                : Duration.ofMillis(Math.min(millis, Duration.ofMinutes(1).toMillis()));
    }
}

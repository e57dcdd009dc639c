package dev.mtdconnector.local.host;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long the queue trigger waits before it asks an idle queue again: 100 ms at first, then exponentially more, each
 * step off by up to a fifth at random, at most the maximum. A message that was found starts it over. Not safe for several
 * threads. Source: {@code RandomizedExponentialBackoffStrategy} of the WebJobs SDK.
 */
final class PollingDelay {

    private static final long MINIMUM_MILLIS = 100;
    private static final double SPREAD = 0.2;
    private static final int MAX_EXPONENT = 20;

    private final long maximumMillis;
    private final RandomGenerator random;
    private int exponent;

    PollingDelay(Duration maximum, RandomGenerator random) {
        this.maximumMillis = maximum.toMillis();
        this.random = random;
    }

    void foundMessage() {
        exponent = 0;
    }

    Duration next() {
        double factor = 1 - SPREAD + random.nextDouble() * 2 * SPREAD;
        double increment = ((1L << exponent) - 1) * MINIMUM_MILLIS * factor;
        exponent = Math.min(exponent + 1, MAX_EXPONENT);
        return Duration.ofMillis(Math.min(MINIMUM_MILLIS + (long) increment, maximumMillis));
    }
}

package dev.mtdconnector.testing;

import java.util.Random;

/** A random choice, from a seed that the test prints. */
public final class Pick {

    private Pick() {}

    public static <T> T of(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}

package dev.mtdconnector.common;

import java.time.Duration;

/**
 * Waits. Injected wherever the product has to wait, so that tests wait for nothing.
 *
 * <p>Implementations wait at least {@code duration}; a zero or negative duration returns at once.
 */
@FunctionalInterface
public interface Sleeper {

    /**
     * @throws InterruptedException when the waiting thread is asked to stop; the caller ends its work
     */
    void sleep(Duration duration) throws InterruptedException;
}

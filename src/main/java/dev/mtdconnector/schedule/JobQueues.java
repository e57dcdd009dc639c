package dev.mtdconnector.schedule;

import java.time.Duration;

/**
 * Puts messages on the product's queues.
 *
 * <p>Delivery is at least once and in no order: a message is a reference to stored state, and whoever takes it is
 * idempotent. Text only, at most 48 KiB.
 */
@FunctionalInterface
public interface JobQueues {

    /**
     * @param queue the queue's name, as the queue trigger declares it
     * @param delay how long the message stays invisible; zero for at once, at most 7 days
     */
    void send(String queue, String message, Duration delay);
}

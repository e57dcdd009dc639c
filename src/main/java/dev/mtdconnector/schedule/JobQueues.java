package dev.mtdconnector.schedule;

import java.time.Duration;
import java.util.OptionalLong;

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

    /**
     * About how many messages a queue holds, hidden ones included; a queue that was never used holds none. Empty where
     * nobody can say.
     */
    default OptionalLong depth(String queue) {
        return OptionalLong.empty();
    }
}

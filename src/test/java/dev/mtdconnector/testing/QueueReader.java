package dev.mtdconnector.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The consumer's side of a queue, as the Functions host uses it. */
public interface QueueReader {

    /**
     * Takes one message that is visible and hides it from others for {@code visibility}; empty when there is none, or
     * no such queue.
     */
    Optional<Received> receive(String queue, Duration visibility);

    /** Removes the message; false when it is gone, or was taken or updated by somebody else since. */
    boolean delete(Received message);

    /**
     * Hides the message for {@code visibility} from now, zero to give it back at once; its receipt changes by that.
     *
     * @return the message with its new receipt, or empty as {@link #delete} is false
     */
    Optional<Received> updateVisibility(Received message, Duration visibility);

    /**
     * A message that was taken.
     *
     * @param receipt proves that nobody took the message since
     * @param dequeueCount how often it was taken, this time included
     */
    record Received(
            String queue,
            String id,
            String receipt,
            String text,
            int dequeueCount,
            Instant insertedAt,
            Instant nextVisibleAt) {}
}

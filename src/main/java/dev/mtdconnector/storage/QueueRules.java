package dev.mtdconnector.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/** The rules of Queue Storage, checked before anything is sent; a breach is an {@link IllegalArgumentException}. */
public final class QueueRules {

    /** In base64 these are the 64 KiB that a message may have. */
    public static final int MAX_MESSAGE_BYTES = 48 * 1024;

    public static final Duration MAX_DELAY = Duration.ofDays(7);

    /** "Naming queues and metadata" of Microsoft's REST reference. */
    private static final Pattern NAME = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

    private QueueRules() {}

    public static void check(String queue, String message, Duration delay) {
        checkName(queue);
        if (message.isEmpty()) {
            // Stricter than the service: its clients read an empty message as none.
            throw new IllegalArgumentException("A message to " + queue + " is empty");
        }
        if (message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("A message to " + queue + " is larger than 48 KiB");
        }
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("The delay of a message to " + queue + " is not 0 to 7 days: " + delay);
        }
    }

    public static void checkName(String queue) {
        if (!NAME.matcher(queue).matches()) {
            throw new IllegalArgumentException("Not a queue name: " + queue);
        }
    }
}

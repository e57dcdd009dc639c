package dev.mtdconnector.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code host.json} says, with the platform's defaults for what it leaves out (Microsoft Learn, "host.json
 * reference" and "Azure Queue storage trigger and bindings: host.json settings").
 *
 * @param routePrefix before every route; may be empty
 * @param maxPollingInterval an idle queue is asked this seldom at most
 * @param visibilityTimeout how long the message of a failed run stays hidden before it is tried again
 * @param batchSize messages taken at a time, 1 to 32
 * @param newBatchThreshold the next batch is taken when so few messages are running
 * @param maxDequeueCount after so many tries a message goes to the poison queue
 * @param lease how long a message is hidden while it runs, renewed at half of it; the platform's 10 minutes are not
 *     configurable there, so {@code host.json} does not name it
 */
public record HostSettings(
        String routePrefix,
        Duration maxPollingInterval,
        Duration visibilityTimeout,
        int batchSize,
        int newBatchThreshold,
        int maxDequeueCount,
        Duration lease) {

    private static final Duration PLATFORM_LEASE = Duration.ofMinutes(10);
    private static final Pattern TIME_SPAN = Pattern.compile("(?:(\\d+)\\.)?(\\d{1,2}):(\\d{2}):(\\d{2})");

    /** Reads a {@code host.json}; refuses one that the host would refuse, and an encoding other than base64. */
    public static HostSettings read(Path hostJson) {
        try {
            return parse(Files.readString(hostJson));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HostSettings parse(String json) throws IOException {
        JsonNode root = JsonMapper.builder().build().readTree(json);
        if (!root.path("version").asText().equals("2.0")) {
            throw new IllegalArgumentException("host.json: version must be \"2.0\"");
        }
        JsonNode queues = root.path("extensions").path("queues");
        if (!queues.path("messageEncoding").asText("base64").equals("base64")) {
            throw new IllegalArgumentException("host.json: only messageEncoding base64 is supported here");
        }
        int batchSize = queues.path("batchSize").asInt(16);
        if (batchSize < 1 || batchSize > 32) {
            throw new IllegalArgumentException("host.json: batchSize must be 1 to 32");
        }
        return new HostSettings(
                root.path("extensions").path("http").path("routePrefix").asText("api"),
                timeSpan(queues.path("maxPollingInterval").asText("00:01:00")),
                timeSpan(queues.path("visibilityTimeout").asText("00:00:00")),
                batchSize,
                queues.path("newBatchThreshold").asInt(batchSize / 2),
                queues.path("maxDequeueCount").asInt(5),
                PLATFORM_LEASE);
    }

    /** The same with another lease, so that a killed host's messages come back sooner than on the platform. */
    public HostSettings withLease(Duration other) {
        return new HostSettings(
                routePrefix,
                maxPollingInterval,
                visibilityTimeout,
                batchSize,
                newBatchThreshold,
                maxDequeueCount,
                other);
    }

    private static Duration timeSpan(String text) {
        Matcher matcher = TIME_SPAN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("host.json: not a time span: " + text);
        }
        long days = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1));
        return Duration.ofDays(days)
                .plusHours(Long.parseLong(matcher.group(2)))
                .plusMinutes(Long.parseLong(matcher.group(3)))
                .plusSeconds(Long.parseLong(matcher.group(4)));
    }
}

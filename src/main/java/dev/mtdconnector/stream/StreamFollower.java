package dev.mtdconnector.stream;

import dev.mtdconnector.intake.EventIntake;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the streams of all tenants that have a feed connected, up to {@link #MOST_TENANTS} in one process; what others
 * follow is left to them. Nothing hangs on it but seconds: the feed's own job reads the same events, and what both bring
 * counts once.
 *
 * <p>{@link #tick} and {@link #stop} are called by one thread at a time.
 */
public final class StreamFollower {

    /** A stream costs a connection, and memory only while a frame is read. */
    static final int MOST_TENANTS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(StreamFollower.class);

    /** How soon a tenant that came or went is noticed. */
    private static final Duration LISTING = Duration.ofSeconds(45);

    private final Means means;
    private final Map<String, Following> followings = new HashMap<>();
    private Instant listedAt = Instant.EPOCH;

    public StreamFollower(Means means) {
        this.means = means;
    }

    /**
     * What following needs.
     *
     * @param process what this process is called among those that follow
     * @param executor takes what may last: a few threads
     */
    public record Means(
            String process,
            FollowedFeeds feeds,
            StreamStore store,
            EventStreams streams,
            EventIntake intake,
            Executor executor,
            RandomGenerator random,
            Clock clock) {}

    /** To be called every second. Never throws. */
    public void tick() {
        Instant now = means.clock().instant();
        if (!now.isBefore(listedAt.plus(LISTING))) {
            listedAt = now;
            try {
                list();
            } catch (RuntimeException e) {
                LOG.warn("Tenants cannot be listed; those that are known are followed on", e);
            }
        }
        followings.values().forEach(Following::look);
    }

    private void list() {
        Set<String> tenants = new HashSet<>(means.feeds().tenants());
        followings.entrySet().removeIf(entry -> {
            if (!tenants.contains(entry.getKey())) {
                entry.getValue().end();
            }
            return entry.getValue().isEnded();
        });
        int left = 0;
        for (String tenantId : tenants) {
            if (followings.size() < MOST_TENANTS) {
                followings.computeIfAbsent(tenantId, id -> new Following(id, means));
            } else if (!followings.containsKey(tenantId)) {
                left++;
            }
        }
        if (left > 0) {
            LOG.warn("{} streams are more than one process follows: start another", left);
        }
    }

    /** How many streams are open. */
    public long open() {
        return followings.values().stream().filter(Following::isOpen).count();
    }

    /** Ends all, and lets other processes have them at once. */
    public void stop() {
        followings.values().forEach(Following::end);
        followings.clear();
    }
}

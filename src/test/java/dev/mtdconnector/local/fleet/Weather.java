package dev.mtdconnector.local.fleet;

import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.testing.FlakyStorage.Mishap;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Faults of everything that the product relies on, drawn from a seed: Graph and Intune throttle, break down, cut answers off,
 * lose answers to what they did, forget where a reader was; storage fails before or after it wrote; the host restarts. Each
 * fault that was met is noted as a cause. Safe for use by several threads.
 */
public final class Weather {

    private final Random random;
    private final Clock clock;
    private final Causes causes;
    private final double often;
    private @Nullable Front front;
    private int left;
    private int storageLeft;
    private int storageEvery = 1;
    private long storageCalls;

    /**
     * @param often how many of a hundred steps begin with a fault of one kind
     */
    Weather(Random random, Clock clock, Causes causes, double often) {
        this.random = random;
        this.clock = clock;
        this.causes = causes;
        this.often = often;
    }

    /** The faults of one kind, and the requests that meet them. */
    private enum Front {
        GRAPH_THROTTLES(Causes.Kind.GRAPH, "/v1.0/", 8),
        GRAPH_IS_DOWN(Causes.Kind.GRAPH, "/v1.0/", 8),
        GRAPH_CUTS_ANSWERS(Causes.Kind.GRAPH, "/v1.0/", 4),
        GRAPH_DROPS_CONNECTIONS(Causes.Kind.GRAPH, "/v1.0/", 4),
        GRAPH_ANSWERS_EMPTY_PAGES(Causes.Kind.GRAPH, "/delta", 3),
        GRAPH_LOST_THE_PLACE(Causes.Kind.GRAPH, "/delta", 1),
        INTUNE_THROTTLES(Causes.Kind.INTUNE, "/intune/", 5),
        INTUNE_IS_DOWN(Causes.Kind.INTUNE, "/intune/", 8),
        INTUNE_LOSES_ANSWERS(Causes.Kind.INTUNE, "/intune/", 3);

        private static final List<Front> ALL = List.of(values());

        private final Causes.Kind kind;
        private final String path;
        private final int most;

        Front(Causes.Kind kind, String path, int most) {
            this.kind = kind;
            this.path = path;
            this.most = most;
        }
    }

    /** What a step brings. */
    record Turn(boolean restarts) {}

    /** A new step begins. */
    synchronized Turn turn() {
        if (random.nextDouble() * 100 < often) {
            Front next = Front.ALL.get(random.nextInt(Front.ALL.size()));
            front = next;
            left = 1 + random.nextInt(next.most);
        }
        if (random.nextDouble() * 100 < often / 2) {
            storageLeft = 1 + random.nextInt(6);
            storageEvery = 1 + random.nextInt(40);
        }
        boolean restarts = random.nextDouble() * 100 < often / 10;
        if (restarts) {
            causes.note(clock.instant(), Causes.Kind.RESTART);
        }
        return new Turn(restarts);
    }

    /** Nothing fails until the next {@link #turn}. */
    synchronized void calm() {
        left = 0;
        storageLeft = 0;
    }

    /** What a request to the simulator meets, if anything. */
    synchronized @Nullable Fault fault(String method, String path) {
        Front now = front;
        if (now == null || left == 0 || !path.toLowerCase(Locale.ROOT).contains(now.path)) {
            return null;
        }
        left--;
        causes.note(clock.instant(), now.kind);
        return switch (now) {
            case GRAPH_THROTTLES -> status(429, random.nextInt(4) == 0 ? null : 1 + random.nextInt(20));
            case INTUNE_THROTTLES -> status(429, 1 + random.nextInt(20));
            case GRAPH_IS_DOWN, INTUNE_IS_DOWN -> status(List.of(500, 503, 504).get(random.nextInt(3)), null);
            case GRAPH_CUTS_ANSWERS -> new Fault(null, "*", 1, null, null, 0, random.nextInt(300), false, false, false);
            case GRAPH_DROPS_CONNECTIONS -> new Fault(null, "*", 1, null, null, 0, null, false, true, false);
            case GRAPH_ANSWERS_EMPTY_PAGES -> new Fault(null, "*", 1, null, null, 0, null, true, false, false);
            case GRAPH_LOST_THE_PLACE ->
                new Fault(null, "*", 1, 410, null, 0, null, false, false, false, "resyncRequired", null);
            case INTUNE_LOSES_ANSWERS -> new Fault(null, "*", 1, 503, null, 0, null, false, random.nextBoolean(), true);
        };
    }

    private static Fault status(int status, @Nullable Integer retryAfter) {
        return new Fault(null, "*", 1, status, retryAfter, 0, null, false, false, false);
    }

    /** What a call to storage meets. */
    public synchronized Mishap storage() {
        if (storageLeft == 0 || ++storageCalls % storageEvery != 0) {
            return Mishap.NONE;
        }
        storageLeft--;
        if (random.nextInt(4) == 0) {
            return Mishap.TWICE;
        }
        causes.note(clock.instant(), Causes.Kind.STORAGE);
        return random.nextBoolean() ? Mishap.BEFORE_EFFECT : Mishap.AFTER_EFFECT;
    }
}

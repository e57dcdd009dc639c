package dev.mtdconnector.local.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was done to the product that it may complain of, with the time; what it complains of beyond that is a difference. */
final class Causes {

    /** A job that failed is tried again and again; each try may be one more complaint. */
    private static final Duration AFTERMATH = Duration.ofMinutes(15);

    /** Beats that fail are tried again at ever longer intervals, and only their silence is complained of. */
    private static final Duration SILENCE = Duration.ofHours(4);

    private static final Duration CLOCKS = Duration.ofMinutes(1);

    /** By the first word of an error's code, or the whole of it. */
    private static final Map<String, Set<Kind>> OF = Map.of(
            "directory", Set.of(Kind.GRAPH),
            "intune", Set.of(Kind.INTUNE, Kind.GRAPH),
            "heartbeat.silent", Set.of(Kind.INTUNE, Kind.GRAPH, Kind.STORAGE, Kind.RESTART),
            "publishing.held", Set.of(Kind.MANY_WORSENED),
            "enrollment.removals-held", Set.of(Kind.MANY_LEFT),
            "job.poisoned", Set.of(Kind.STORAGE),
            "internal", Set.of(Kind.STORAGE));

    private final List<Cause> causes = new ArrayList<>();

    /** What a cause is. */
    enum Kind {
        GRAPH,
        INTUNE,
        STORAGE,
        RESTART,
        MANY_WORSENED,
        MANY_LEFT
    }

    private record Cause(Instant at, Kind kind) {}

    synchronized void note(Instant at, Kind kind) {
        causes.add(new Cause(at, kind));
    }

    /** Whether an error of this code, first and last seen then, follows from something that was done. */
    synchronized boolean explain(String code, Instant firstAt, Instant lastAt) {
        Set<Kind> kinds = OF.getOrDefault(code, OF.getOrDefault(code.replaceFirst("\\..*", ""), Set.of()));
        Duration after = code.equals("heartbeat.silent") ? SILENCE : AFTERMATH;
        return explain(kinds, firstAt, after) && explain(kinds, lastAt, after);
    }

    private boolean explain(Set<Kind> kinds, Instant at, Duration after) {
        return causes.stream()
                .filter(cause -> kinds.contains(cause.kind()))
                .anyMatch(cause -> isLasting(cause.kind())
                        || (!cause.at().isAfter(at.plus(CLOCKS))
                                && !cause.at().plus(after).isBefore(at)));
    }

    /** What goes on, or was going on for a while when an administrator was asked. */
    private static boolean isLasting(Kind kind) {
        return kind == Kind.MANY_LEFT || kind == Kind.MANY_WORSENED;
    }

    /** How often each came. */
    synchronized Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        causes.forEach(cause -> counts.merge(cause.kind(), 1, Integer::sum));
        return counts;
    }
}

package dev.mtdconnector.local.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Counts what was asked and holds the faults that are still due; one for all servers of a simulator. */
public final class Traffic {

    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private final List<Due> faults = new ArrayList<>();
    private volatile BiFunction<String, String, @Nullable Fault> observer = (method, path) -> null;

    /**
     * Requests of one method and path template.
     *
     * @param requestBytes bodies of the requests
     * @param responseBytes bodies of the answers, as far as they were sent
     */
    public record Count(String method, String template, long count, long requestBytes, long responseBytes) {

        private Count plus(Count other) {
            return new Count(
                    method,
                    template,
                    count + other.count,
                    requestBytes + other.requestBytes,
                    responseBytes + other.responseBytes);
        }
    }

    void count(String method, String template, long requestBytes, long responseBytes) {
        counts.merge(method + " " + template, new Count(method, template, 1, requestBytes, responseBytes), Count::plus);
    }

    /** By template, then method. */
    public List<Count> counts() {
        Collection<Count> now = counts.values();
        return now.stream()
                .sorted(Comparator.comparing(Count::template).thenComparing(Count::method))
                .toList();
    }

    public void resetCounts() {
        counts.clear();
    }

    public synchronized void add(Fault fault) {
        faults.add(new Due(fault));
    }

    public synchronized void clearFaults() {
        faults.clear();
    }

    /**
     * Lets somebody see each request before it is handled, and choose what it meets.
     *
     * @param newObserver gives a method and a path a fault, or null for none of its own
     */
    public void observe(BiFunction<String, String, @Nullable Fault> newObserver) {
        observer = newObserver;
    }

    /** The observer's fault, else the oldest that matches, used up by one; null when there is none. */
    @Nullable
    Fault take(String method, String path, String query) {
        Fault observed = observer.apply(method, path);
        return observed == null ? takeDue(method, path, query) : observed;
    }

    private synchronized @Nullable Fault takeDue(String method, String path, String query) {
        Due found = faults.stream()
                .filter(due -> due.fault.matches(method, path, query))
                .findFirst()
                .orElse(null);
        if (found == null) {
            return null;
        }
        found.left--;
        if (found.left <= 0) {
            faults.remove(found);
        }
        return found.fault;
    }

    private static final class Due {
        private final Fault fault;
        private int left;

        private Due(Fault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
    }
}

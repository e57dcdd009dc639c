package dev.mtdconnector.local.risk;

import java.util.EnumMap;
import java.util.Map;

/** The vendor's faults that are due, each so many times or until it is cleared. Safe for many threads. */
public final class RiskFaults {

    /** Until it is cleared. */
    public static final int ALWAYS = -1;

    private final Map<RiskFault, Integer> due = new EnumMap<>(RiskFault.class);
    private int paceRequests;
    private int paceSeconds;
    private boolean retryAfter;

    /** The next {@code times} occasions meet it, or all with {@link #ALWAYS}; 0 clears it. */
    public synchronized RiskFaults set(RiskFault fault, int times) {
        if (times == 0) {
            due.remove(fault);
        } else {
            due.put(fault, times);
        }
        return this;
    }

    /**
     * Answers 429 for more than so many requests in so many seconds of the vendor's clock.
     *
     * @param requests 0 for no limit
     * @param retryAfter whether a 429 says when to come again
     */
    public synchronized void pace(int requests, int seconds, boolean retryAfter) {
        this.paceRequests = requests;
        this.paceSeconds = seconds;
        this.retryAfter = retryAfter;
    }

    /** Ends all of them, and the limit too. */
    public synchronized void clear() {
        due.clear();
        pace(0, 0, false);
    }

    synchronized int paceRequests() {
        return paceRequests;
    }

    synchronized int paceSeconds() {
        return paceSeconds;
    }

    synchronized boolean tellsRetryAfter() {
        return retryAfter;
    }

    synchronized boolean isDue(RiskFault fault) {
        return due.containsKey(fault);
    }

    /** True when it is due, which uses it up by one. */
    synchronized boolean take(RiskFault fault) {
        Integer times = due.get(fault);
        if (times == null) {
            return false;
        }
        set(fault, times == ALWAYS ? ALWAYS : times - 1);
        return true;
    }

    synchronized Map<RiskFault, Integer> all() {
        return Map.copyOf(due);
    }
}

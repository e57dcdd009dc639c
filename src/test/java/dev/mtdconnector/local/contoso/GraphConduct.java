package dev.mtdconnector.local.contoso;

/**
 * How Graph behaves where Microsoft leaves it open, or where it would be in the way. Can be changed while it runs; a restart
 * brings back what it was started with.
 */
public final class GraphConduct {

    /** What a page of a delta query holds at first: Microsoft does not say, so this is an assumption. */
    public static final int DELTA_PAGE = 100;

    public static final int MOST_DELTA_PAGE = 10_000;

    private volatile State state;

    /**
     * All of it.
     *
     * @param documented delta queries show all that Microsoft's documentation warns of, not only what they must
     * @param deltaPage members, or objects without members, on a page of a delta query
     * @param throttling whether the limits are kept
     * @param quota resource units of an application in ten seconds; 0 for those of the tenant's size
     * @param retryAfter whether an answer 429 says when to come again
     */
    public record State(boolean documented, int deltaPage, boolean throttling, int quota, boolean retryAfter) {

        public static final State START = new State(false, DELTA_PAGE, true, 0, true);

        public State {
            if (deltaPage < 1 || deltaPage > MOST_DELTA_PAGE || quota < 0) {
                throw new IllegalArgumentException("deltaPage must be 1 to " + MOST_DELTA_PAGE + ", quota 0 or more");
            }
        }

        public State withDelta(boolean asDocumented, int page) {
            return new State(asDocumented, page, throttling, quota, retryAfter);
        }

        public State withThrottling(boolean kept, int units, boolean told) {
            return new State(documented, deltaPage, kept, units, told);
        }
    }

    public GraphConduct(State start) {
        this.state = start;
    }

    public State state() {
        return state;
    }

    public void become(State other) {
        state = other;
    }
}

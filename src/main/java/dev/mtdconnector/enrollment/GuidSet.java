package dev.mtdconnector.enrollment;

import java.util.Arrays;

/** Many ids in order, 16 bytes each. Immutable. */
public final class GuidSet {

    private final long[] highs;
    private final long[] lows;

    private GuidSet(long[] highs, long[] lows) {
        this.highs = highs;
        this.lows = lows;
    }

    public int size() {
        return highs.length;
    }

    public boolean contains(long high, long low) {
        int from = 0;
        int to = highs.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Guid.compare(highs[middle], lows[middle], high, low);
            if (order == 0) {
                return true;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return false;
    }

    /** Collects ids that come in order. */
    public static final class Builder {

        private final long[] highs;
        private final long[] lows;
        private int size;

        /**
         * @param most as many as will come at most
         */
        public Builder(int most) {
            highs = new long[most];
            lows = new long[most];
        }

        public void add(long high, long low) {
            highs[size] = high;
            lows[size++] = low;
        }

        public GuidSet build() {
            return size == highs.length
                    ? new GuidSet(highs, lows)
                    : new GuidSet(Arrays.copyOf(highs, size), Arrays.copyOf(lows, size));
        }
    }
}

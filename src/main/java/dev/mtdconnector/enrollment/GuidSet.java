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

        private long[] highs;
        private long[] lows;
        private int size;

        /**
         * @param expected as many as will come, or about that
         */
        public Builder(int expected) {
            highs = new long[Math.max(expected, 16)];
            lows = new long[Math.max(expected, 16)];
        }

        public void add(long high, long low) {
            if (size == highs.length) {
                highs = Arrays.copyOf(highs, size * 2);
                lows = Arrays.copyOf(lows, size * 2);
            }
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

package dev.mtdconnector.enrollment;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Many ids in order, 16 bytes each. Immutable. */
public final class GuidSet {

    private static final int ID_LENGTH = 36;

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
        return indexOf(high, low) >= 0;
    }

    /** The place of this id among all, or a negative number. */
    public int indexOf(long high, long low) {
        int from = 0;
        int to = highs.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Guid.compare(highs[middle], lows[middle], high, low);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -1;
    }

    /** The same for an id as text; what is no id, as an empty one, is not among them. */
    int indexOf(@Nullable String id) {
        if (id == null || id.length() != ID_LENGTH) {
            return -1;
        }
        UUID parsed = UUID.fromString(id);
        return indexOf(parsed.getMostSignificantBits(), parsed.getLeastSignificantBits());
    }

    /** The id at this place. */
    String text(int index) {
        return Guid.text(highs[index], lows[index]);
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

package dev.mtdconnector.enrollment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What the pages of delta queries said of users: who was added to which group, who was removed. In the order in which it
 * was said, for of several words about a user and a group the last one counts. 20 bytes a word.
 */
public final class Mentions {

    private static final int BYTES = 20;
    private static final int ADDED = 0;
    private static final int REMOVED = 1;
    private static final int FORGET = 2;

    private long[] highs = new long[64];
    private long[] lows = new long[64];
    /** The group's number, and in the last two bits the word. */
    private int[] words = new int[64];

    private int size;

    public int size() {
        return size;
    }

    public void add(int group, long high, long low, boolean isRemoved) {
        add(group, high, low, isRemoved ? REMOVED : ADDED);
    }

    private void add(int group, long high, long low, int word) {
        if (size == words.length) {
            highs = Arrays.copyOf(highs, size * 2);
            lows = Arrays.copyOf(lows, size * 2);
            words = Arrays.copyOf(words, size * 2);
        }
        highs[size] = high;
        lows[size] = low;
        words[size++] = group << 2 | word;
    }

    /** The groups of which it was said that somebody is in them. */
    GroupSet withMembers() {
        BitSet groups = new BitSet();
        for (int i = 0; i < size; i++) {
            int group = words[i] >>> 2;
            switch (words[i] & 3) {
                case ADDED -> groups.set(group);
                case FORGET -> groups.clear(group);
                default -> {
                    // That somebody left says nothing of who is there.
                }
            }
        }
        return GroupSet.of(groups.stream().toArray());
    }

    /** Voids everything that was said of this group so far: its members will be named anew. */
    public void forget(int group) {
        add(group, 0, 0, FORGET);
    }

    /** The bytes of the words from {@code from} to before {@code to}. */
    public byte[] encode(int from, int to) {
        ByteBuffer buffer = ByteBuffer.allocate((to - from) * BYTES);
        for (int i = from; i < to; i++) {
            buffer.putLong(highs[i]).putLong(lows[i]).putInt(words[i]);
        }
        return buffer.array();
    }

    /** Adds what {@link #encode} wrote. */
    public void addEncoded(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            long high = buffer.getLong();
            long low = buffer.getLong();
            int word = buffer.getInt();
            add(word >>> 2, high, low, word & 3);
        }
    }

    /** The same words, ordered so that those of one block are found at once. */
    public Ordered ordered(int bits) {
        int buckets = 1 << bits;
        int[] starts = new int[buckets + 1];
        BitSet isVoid = voided();
        for (int i = 0; i < size; i++) {
            if (!isVoid.get(i)) {
                starts[bucket(highs[i], bits) + 1]++;
            }
        }
        for (int i = 0; i < buckets; i++) {
            starts[i + 1] += starts[i];
        }
        int[] order = new int[starts[buckets]];
        int[] next = Arrays.copyOf(starts, buckets);
        for (int i = 0; i < size; i++) {
            if (!isVoid.get(i)) {
                order[next[bucket(highs[i], bits)]++] = i;
            }
        }
        return new Ordered(starts, order);
    }

    /** Which words a later one made void; the words that do so are void themselves. */
    private BitSet voided() {
        BitSet isVoid = new BitSet(size);
        BitSet forgotten = new BitSet();
        for (int i = size - 1; i >= 0; i--) {
            int group = words[i] >>> 2;
            boolean isForget = (words[i] & 3) == FORGET;
            isVoid.set(i, isForget || forgotten.get(group));
            if (isForget) {
                forgotten.set(group);
            }
        }
        return isVoid;
    }

    /** The block that an id belongs to, when blocks are told apart by so many bits. */
    public static int bucket(long high, int bits) {
        return bits == 0 ? 0 : (int) (high >>> (64 - bits));
    }

    /** Words by block. Not for several threads. */
    public final class Ordered {

        private final int[] starts;
        private final int[] order;
        private int[] spare = new int[0];
        private GroupSet lastGroups = GroupSet.NONE;
        private int lastWord = REMOVED;
        private GroupSet lastAfter = GroupSet.NONE;

        private Ordered(int[] starts, int[] order) {
            this.starts = starts;
            this.order = order;
        }

        public boolean isEmpty(int bucket) {
            return starts[bucket] == starts[bucket + 1];
        }

        /**
         * The block as it is after these words.
         *
         * @param full groups that were read from the start: who was not mentioned is not in them
         * @param alive groups that count; those that an administrator took out, or that nothing leads to, do not
         */
        public UserBlock apply(UserBlock block, int bucket, GroupSet full, GroupSet alive) {
            return apply(block, bucket, full, alive, GroupSet.NONE, GroupSet.NONE);
        }

        /**
         * The same; who leaves is marked with the reason.
         *
         * @param confirmed groups that an administrator took out knowing who leaves
         * @param emptied groups that were read from the start and had nobody
         */
        UserBlock apply(
                UserBlock block, int bucket, GroupSet full, GroupSet alive, GroupSet confirmed, GroupSet emptied) {
            int said = starts[bucket];
            int end = starts[bucket + 1];
            sort(said, end);
            UserBlock.Builder builder = new UserBlock.Builder(Math.max(block.size(), end - said));
            int known = 0;
            while (known < block.size() || said < end) {
                int sign = compare(block, known, said, end);
                long high = sign <= 0 ? block.high(known) : highs[order[said]];
                long low = sign <= 0 ? block.low(known) : lows[order[said]];
                GroupSet before = sign <= 0 ? block.groups(known) : GroupSet.NONE;
                GroupSet groups = without(before, full);
                byte flag = sign <= 0 ? block.flags(known) : 0;
                if (sign <= 0) {
                    known++;
                }
                while (said < end && Guid.compare(highs[order[said]], lows[order[said]], high, low) == 0) {
                    groups = after(groups, words[order[said++]]);
                }
                groups = groups.within(alive);
                builder.add(high, low, groups, marked(flag, before, groups, confirmed, emptied));
            }
            return builder.build();
        }

        /** By user, and words about the same user in the order in which they were said. */
        private void sort(int from, int to) {
            if (to - from < 2) {
                return;
            }
            int middle = (from + to) >>> 1;
            sort(from, middle);
            sort(middle, to);
            if (spare.length < to - from) {
                spare = new int[2 * (to - from)];
            }
            System.arraycopy(order, from, spare, 0, to - from);
            int left = 0;
            int right = middle - from;
            for (int i = from; i < to; i++) {
                boolean isLeft =
                        right == to - from || (left < middle - from && compare(spare[left], spare[right]) <= 0);
                order[i] = isLeft ? spare[left++] : spare[right++];
            }
        }

        private int compare(int a, int b) {
            return Guid.compare(highs[a], lows[a], highs[b], lows[b]);
        }

        /** Most users of a block are in the same groups, and the same is said of them: their set is made once. */
        private GroupSet after(GroupSet groups, int word) {
            if (!groups.equals(lastGroups) || word != lastWord) {
                lastGroups = groups;
                lastWord = word;
                lastAfter = (word & 3) == ADDED ? groups.with(word >>> 2) : groups.without(word >>> 2);
            }
            return lastAfter;
        }

        private static byte marked(byte flag, GroupSet before, GroupSet after, GroupSet confirmed, GroupSet emptied) {
            if (!after.isEmpty()) {
                return (byte) (flag & ~(UserBlock.CONFIRMED | UserBlock.DOUBTED));
            }
            if (before.isEmpty() || (flag & UserBlock.ENROLLED) == 0) {
                return flag;
            }
            if (before.without(confirmed).isEmpty()) {
                return (byte) (flag | UserBlock.CONFIRMED);
            }
            return before.meets(emptied) ? (byte) (flag | UserBlock.DOUBTED) : flag;
        }

        private int compare(UserBlock block, int known, int said, int end) {
            if (known == block.size()) {
                return 1;
            }
            if (said == end) {
                return -1;
            }
            return Guid.compare(block.high(known), block.low(known), highs[order[said]], lows[order[said]]);
        }

        private static GroupSet without(GroupSet groups, GroupSet full) {
            return full.isEmpty() ? groups : groups.without(full);
        }
    }
}

package dev.mtdconnector.enrollment;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some of a tenant's users, packed: for each the enrollment groups that it is directly in, and what was made of that. All
 * users whose ids begin with the same bits are in the same block, in the order of their ids, so blocks in a row are in
 * order too.
 *
 * <p>18 bytes a user; groups are named by number, and the few sets of groups that occur stand once. A user who is in no
 * group and of whom nothing is left to undo has no place here.
 */
public final class UserBlock {

    /** The user's devices were looked for and are enrolled: to be undone when the user leaves. */
    public static final byte ENROLLED = 1;
    /** The user left, and an administrator is asked before it is acted on. */
    public static final byte HELD = 2;
    /** The user left by a change of the settings of which an administrator said yes to who leaves. */
    public static final byte CONFIRMED = 4;
    /** The user left by an answer in which the group had nobody at all: never acted on unasked. */
    public static final byte DOUBTED = 8;

    public static final UserBlock EMPTY = new UserBlock(new long[0], new long[0], new short[0], new byte[0], List.of());

    /** More users than this make a block too large for one property of a row (64 KiB). */
    public static final int MOST_USERS = 3_000;

    private static final int VERSION = 1;

    private final long[] highs;
    private final long[] lows;
    private final short[] sets;
    private final byte[] flags;
    private final List<GroupSet> dictionary;

    private UserBlock(long[] highs, long[] lows, short[] sets, byte[] flags, List<GroupSet> dictionary) {
        this.highs = highs;
        this.lows = lows;
        this.sets = sets;
        this.flags = flags;
        this.dictionary = dictionary;
    }

    public int size() {
        return highs.length;
    }

    public long high(int index) {
        return highs[index];
    }

    public long low(int index) {
        return lows[index];
    }

    /** The numbers of the groups that the user is directly in. */
    public GroupSet groups(int index) {
        return dictionary.get(sets[index]);
    }

    public boolean is(int index, byte flag) {
        return (flags[index] & flag) != 0;
    }

    /** The place of this user, or a negative number. */
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

    /** A block that is written user by user, in the order of their ids. */
    public static final class Builder {

        private final Map<GroupSet, Short> numbers = new HashMap<>();
        private final List<GroupSet> dictionary = new ArrayList<>();
        private long[] highs;
        private long[] lows;
        private short[] sets;
        private byte[] flags;
        private int size;

        public Builder(int expected) {
            int length = Math.max(expected, 16);
            highs = new long[length];
            lows = new long[length];
            sets = new short[length];
            flags = new byte[length];
        }

        /** Adds a user; one that is in no group and has no flag is left out. */
        public void add(long high, long low, GroupSet groups, byte flag) {
            if (groups.isEmpty() && flag == 0) {
                return;
            }
            if (size == highs.length) {
                highs = Arrays.copyOf(highs, size * 2);
                lows = Arrays.copyOf(lows, size * 2);
                sets = Arrays.copyOf(sets, size * 2);
                flags = Arrays.copyOf(flags, size * 2);
            }
            highs[size] = high;
            lows[size] = low;
            sets[size] = number(groups);
            flags[size++] = flag;
        }

        private short number(GroupSet groups) {
            Short known = numbers.get(groups);
            if (known != null) {
                return known;
            }
            dictionary.add(groups);
            short number = (short) (dictionary.size() - 1);
            numbers.put(groups, number);
            return number;
        }

        public UserBlock build() {
            if (size == highs.length) {
                return new UserBlock(highs, lows, sets, flags, List.copyOf(dictionary));
            }
            return new UserBlock(
                    Arrays.copyOf(highs, size),
                    Arrays.copyOf(lows, size),
                    Arrays.copyOf(sets, size),
                    Arrays.copyOf(flags, size),
                    List.copyOf(dictionary));
        }
    }

    /** The bytes of the block; the same users give the same bytes. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(18 * size() + 64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeShort(dictionary.size());
            for (GroupSet set : dictionary) {
                set.write(out);
            }
            out.writeInt(size());
            boolean isWide = dictionary.size() > 256;
            for (int i = 0; i < size(); i++) {
                out.writeLong(highs[i]);
                out.writeLong(lows[i]);
                if (isWide) {
                    out.writeShort(sets[i]);
                } else {
                    out.writeByte(sets[i]);
                }
                out.writeByte(flags[i]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The block of these bytes. */
    public static UserBlock decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalStateException("A block of users of version " + version);
            }
            int sets = in.readUnsignedShort();
            List<GroupSet> dictionary = new ArrayList<>(sets);
            for (int i = 0; i < sets; i++) {
                dictionary.add(GroupSet.read(in));
            }
            int size = in.readInt();
            UserBlock block =
                    new UserBlock(new long[size], new long[size], new short[size], new byte[size], dictionary);
            for (int i = 0; i < size; i++) {
                block.highs[i] = in.readLong();
                block.lows[i] = in.readLong();
                block.sets[i] = (short) (sets > 256 ? in.readUnsignedShort() : in.readUnsignedByte());
                block.flags[i] = in.readByte();
            }
            return block;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Users who are in a group that counts. */
    public int inScope() {
        int users = 0;
        for (int i = 0; i < size(); i++) {
            if (!groups(i).isEmpty()) {
                users++;
            }
        }
        return users;
    }

    /** Whether the user joined and its devices were not looked for yet, or came back while held. */
    public boolean hasJoined(int index) {
        return !groups(index).isEmpty() && (!is(index, ENROLLED) || is(index, HELD));
    }

    /** Whether the user left, its devices are still enrolled, and nobody is asked about that yet. */
    public boolean hasLeft(int index) {
        return groups(index).isEmpty() && is(index, ENROLLED) && !is(index, HELD);
    }

    /** Whether something is to be done about one of the users. */
    public boolean isDirty() {
        for (int i = 0; i < size(); i++) {
            if (hasJoined(i) || hasLeft(i)) {
                return true;
            }
        }
        return false;
    }

    /** Those users whose ids are of this block when blocks are told apart by so many bits. */
    public UserBlock within(int bits, int bucket) {
        Builder part = new Builder(size());
        for (int i = 0; i < size(); i++) {
            if (Mentions.bucket(highs[i], bits) == bucket) {
                part.add(highs[i], lows[i], groups(i), flags[i]);
            }
        }
        return part.build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UserBlock that
                && Arrays.equals(highs, that.highs)
                && Arrays.equals(lows, that.lows)
                && Arrays.equals(sets, that.sets)
                && Arrays.equals(flags, that.flags)
                && dictionary.equals(that.dictionary);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(highs);
    }

    /** The flags of this user. */
    public byte flags(int index) {
        return flags[index];
    }
}

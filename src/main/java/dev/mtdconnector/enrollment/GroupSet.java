package dev.mtdconnector.enrollment;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A few groups, by number, in order. Immutable. */
public final class GroupSet {

    public static final GroupSet NONE = new GroupSet(new int[0]);

    private final int[] numbers;

    private GroupSet(int[] numbers) {
        this.numbers = numbers;
    }

    public boolean isEmpty() {
        return numbers.length == 0;
    }

    public boolean contains(int number) {
        return Arrays.binarySearch(numbers, number) >= 0;
    }

    public GroupSet with(int number) {
        int place = Arrays.binarySearch(numbers, number);
        if (place >= 0) {
            return this;
        }
        int[] more = new int[numbers.length + 1];
        int at = -place - 1;
        System.arraycopy(numbers, 0, more, 0, at);
        more[at] = number;
        System.arraycopy(numbers, at, more, at + 1, numbers.length - at);
        return new GroupSet(more);
    }

    public GroupSet without(int number) {
        int place = Arrays.binarySearch(numbers, number);
        if (place < 0) {
            return this;
        }
        if (numbers.length == 1) {
            return NONE;
        }
        int[] less = new int[numbers.length - 1];
        System.arraycopy(numbers, 0, less, 0, place);
        System.arraycopy(numbers, place + 1, less, place, less.length - place);
        return new GroupSet(less);
    }

    /** These and those. */
    public GroupSet and(GroupSet others) {
        return of(IntStream.concat(Arrays.stream(numbers), Arrays.stream(others.numbers))
                .toArray());
    }

    /** Those of them that are in {@code others}. */
    public GroupSet within(GroupSet others) {
        return those(others, true);
    }

    /** Those of them that are not in {@code others}. */
    public GroupSet without(GroupSet others) {
        return those(others, false);
    }

    /** Asked of every member of every group: nothing is made where nothing differs. */
    private GroupSet those(GroupSet others, boolean areWanted) {
        int size = 0;
        for (int number : numbers) {
            size += others.contains(number) == areWanted ? 1 : 0;
        }
        if (size == numbers.length) {
            return this;
        }
        if (size == 0) {
            return NONE;
        }
        int[] kept = new int[size];
        int at = 0;
        for (int number : numbers) {
            if (others.contains(number) == areWanted) {
                kept[at++] = number;
            }
        }
        return new GroupSet(kept);
    }

    /** These numbers. */
    public static GroupSet of(int... numbers) {
        return new GroupSet(Arrays.stream(numbers).sorted().distinct().toArray());
    }

    public boolean meets(GroupSet others) {
        for (int number : numbers) {
            if (others.contains(number)) {
                return true;
            }
        }
        return false;
    }

    /** The numbers, in order. */
    public int[] numbers() {
        return numbers.clone();
    }

    void write(DataOutput out) throws IOException {
        out.writeShort(numbers.length);
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    static GroupSet read(DataInput in) throws IOException {
        int[] numbers = new int[in.readUnsignedShort()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readInt();
        }
        return new GroupSet(numbers);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GroupSet that && Arrays.equals(numbers, that.numbers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(numbers);
    }

    @Override
    public String toString() {
        return Arrays.toString(numbers);
    }
}

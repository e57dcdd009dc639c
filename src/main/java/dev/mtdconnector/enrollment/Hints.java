package dev.mtdconnector.enrollment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * Who enrolled which device, packed: 12 bytes a device. A device is known by 64 bits folded from its id; of a million devices
 * any two share them with a probability of one in thirty million, and what comes of that is a device under a wrong user until
 * the next reconcile. Users are known by their place in the set of all users in scope.
 */
final class Hints {

    /** Of a device of which the word of Intune is not enough. */
    static final int DOUBTFUL = -1;

    /**
     * Who enrolled more devices than this does so for others: Intune lets a user enroll five unless an administrator
     * raises that (device limit restrictions, 1 to 15).
     */
    static final int MOST_OWN = 5;

    private static final int BYTES = Long.BYTES + Integer.BYTES;

    private long[] devices = new long[16];
    private int[] users = new int[16];
    private int size;

    int size() {
        return size;
    }

    void add(String deviceId, int user) {
        add(fold(deviceId), user);
    }

    private void add(long device, int user) {
        if (size == devices.length) {
            // In small steps: twice as much would be more than is allowed for.
            int more = size + Math.max(16, size / 8);
            devices = Arrays.copyOf(devices, more);
            users = Arrays.copyOf(users, more);
        }
        devices[size] = device;
        users[size++] = user;
    }

    /** Those from this place on, to be stored. */
    byte[] encode(int from) {
        ByteBuffer bytes = ByteBuffer.allocate((size - from) * BYTES);
        for (int i = from; i < size; i++) {
            bytes.putLong(devices[i]).putInt(users[i]);
        }
        return bytes.array();
    }

    /** Adds what was stored. */
    void decode(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        while (bytes.hasRemaining()) {
            long device = bytes.getLong();
            add(device, bytes.getInt());
        }
    }

    /**
     * Puts everything in order, once all was added: a device that two people enrolled is in doubt, and so are all of somebody
     * who enrolled too many.
     *
     * @param ofUsers how many users there are
     * @return the devices that are not in doubt
     */
    int settle(int ofUsers) {
        devices = Arrays.copyOf(devices, size);
        users = Arrays.copyOf(users, size);
        sort();
        byte[] counts = new byte[ofUsers];
        for (int from = 0, to; from < size; from = to) {
            to = from + 1;
            boolean isOne = true;
            while (to < size && devices[to] == devices[from]) {
                isOne &= users[to++] == users[from];
            }
            if (!isOne) {
                Arrays.fill(users, from, to, DOUBTFUL);
            } else if (users[from] != DOUBTFUL && counts[users[from]] <= MOST_OWN) {
                counts[users[from]]++;
            }
        }
        int certain = 0;
        for (int i = 0; i < size; i++) {
            if (users[i] != DOUBTFUL && counts[users[i]] > MOST_OWN) {
                users[i] = DOUBTFUL;
            }
            certain += users[i] == DOUBTFUL ? 0 : 1;
        }
        return certain;
    }

    /** The place of the user who enrolled the device; {@link #DOUBTFUL} when that is not known for certain. */
    int userOf(String deviceId) {
        int index = Arrays.binarySearch(devices, fold(deviceId));
        return index < 0 ? DOUBTFUL : users[index];
    }

    static long fold(String deviceId) {
        UUID id = UUID.fromString(deviceId);
        return id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 23);
    }

    /** Heap sort, for both arrays together and in place. */
    private void sort() {
        for (int start = size / 2 - 1; start >= 0; start--) {
            sink(start, size);
        }
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
    }

    private void sink(int start, int end) {
        int parent = start;
        while (2 * parent + 1 < end) {
            int child = 2 * parent + 1;
            if (child + 1 < end && devices[child] < devices[child + 1]) {
                child++;
            }
            if (devices[parent] >= devices[child]) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }

    private void swap(int a, int b) {
        long device = devices[a];
        devices[a] = devices[b];
        devices[b] = device;
        int user = users[a];
        users[a] = users[b];
        users[b] = user;
    }
}

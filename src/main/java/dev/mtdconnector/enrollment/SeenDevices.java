package dev.mtdconnector.enrollment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Devices that a pass has named, 8 bytes each: 64 bits folded from the id, as in {@link Hints}. */
final class SeenDevices {

    private long[] devices = new long[64];
    private int size;

    int size() {
        return size;
    }

    void add(String deviceId) {
        add(Hints.fold(deviceId));
    }

    private void add(long device) {
        if (size == devices.length) {
            devices = Arrays.copyOf(devices, size + size / 2);
        }
        devices[size++] = device;
    }

    /** Those from this place on, to be stored. */
    byte[] encode(int from) {
        ByteBuffer bytes = ByteBuffer.allocate((size - from) * Long.BYTES);
        for (int i = from; i < size; i++) {
            bytes.putLong(devices[i]);
        }
        return bytes.array();
    }

    /** Adds what was stored. */
    void decode(byte[] stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        while (bytes.hasRemaining()) {
            add(bytes.getLong());
        }
    }

    /** Puts them in order, once all were added. */
    void settle() {
        Arrays.sort(devices, 0, size);
    }

    /** Whether it was named; only after {@link #settle}. */
    boolean contains(String deviceId) {
        return Arrays.binarySearch(devices, 0, size, Hints.fold(deviceId)) >= 0;
    }
}

package dev.mtdconnector.intune;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps how far reading back is. Only its job writes. */
public interface ReadBackStore {

    /** Messages that were completed in this time, with devices that were not read since. */
    List<Unseen> unseen(String tenantId, Instant from, Instant until);

    /** Stores which devices of the message are still unseen. */
    void save(String tenantId, Unseen unseen);

    /** Devices that differed, by id. */
    List<Suspect> suspects(String tenantId, int limit);

    void save(String tenantId, Suspect suspect);

    /** Idempotent. */
    void clear(String tenantId, String deviceId);

    Round round(String tenantId);

    void save(String tenantId, Round round);

    /** A completed message and those of its devices that were not read since. */
    record Unseen(String messageId, List<String> deviceIds) {
        public Unseen {
            deviceIds = List.copyOf(deviceIds);
        }
    }

    /**
     * A device that Intune showed otherwise than it was told.
     *
     * @param nextAt when it is read again
     * @param repairs how often it was sent again for that
     */
    record Suspect(String deviceId, Instant firstAt, Instant nextAt, int repairs) {}

    /**
     * The slow round over all devices, and what was counted ever since.
     *
     * @param cursor of the next page; null at the start
     */
    record Round(@Nullable String cursor, @Nullable Instant lastAt, long read, long different, long repaired) {
        public static final Round NEW = new Round(null, null, 0, 0, 0);
    }
}

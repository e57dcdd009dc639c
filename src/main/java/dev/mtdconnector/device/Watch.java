package dev.mtdconnector.device;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds devices by the day on which their agents were last heard of. What it finds is a hint: a device may have changed, or
 * be gone, since it was noted. No device whose check-ins are waited for is missing.
 */
public interface Watch {

    int LEAST_DAYS = 1;
    int MOST_DAYS = 90;

    /** What the vendor's console has unless an administrator chooses otherwise. */
    int DEFAULT_DAYS = 30;

    /**
     * Devices that are connected and were last heard of on the day of this time or before, longest ago first.
     *
     * @param after the last one of the page before; null for the first page
     */
    List<Note> silent(String tenantId, Instant until, int limit, @Nullable Sighting after);

    /** Devices that are disconnected, and were last heard of on the day of this time or later. */
    List<Note> disconnected(String tenantId, Instant since, int limit, @Nullable Sighting after);

    /** Forgets a note that leads nowhere by now, unless it was made anew since it was read. */
    void drop(String tenantId, Note note);

    /** After how many days without a check-in a device of this tenant is disconnected. */
    int disconnectedAfterDays(String tenantId);

    /** Stores the number, {@link #LEAST_DAYS} to {@link #MOST_DAYS}. */
    void saveDisconnectedAfterDays(String tenantId, int days);

    /** A note as it was read. */
    record Note(Sighting sighting, String version) {}

    /**
     * Where a device is noted.
     *
     * @param day the day of its last check-in, in UTC
     */
    record Sighting(String deviceId, LocalDate day, boolean isDisconnected) {

        /** Where this device belongs; empty when nobody waits for its check-ins. */
        public static Optional<Sighting> of(Device device) {
            return Optional.ofNullable(device.awaitedSince())
                    .map(at -> new Sighting(device.deviceId(), dayOf(at), device.isDisconnected()));
        }

        public static LocalDate dayOf(Instant at) {
            return LocalDate.ofInstant(at, ZoneOffset.UTC);
        }
    }
}

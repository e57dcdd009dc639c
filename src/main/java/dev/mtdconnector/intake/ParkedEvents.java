package dev.mtdconnector.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait until their device is known, for ten days: as far back as the feed itself can be asked. A bounded number
 * for each tenant, counted exactly. Every method is idempotent.
 */
public interface ParkedEvents {

    Duration KEPT_FOR = Duration.ofDays(10);

    /** Events of a tenant that can wait at a time. */
    int MOST = 100_000;

    /** Why events wait. */
    enum Reason {
        /** Nothing has said yet which device the vendor's guid is. */
        GUID_UNKNOWN,
        /** The feed names the device's id in Intune alone, and no enrolled device is known to have it. */
        MDM_ID_UNKNOWN,
        /** The feed names an Entra device id, and an id in Intune that another device has. */
        IDS_CONFLICT,
        /** It is known which device it is, and that device is not enrolled. */
        DEVICE_NOT_ENROLLED;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** An event as it came. */
    record Waiting(Instant createdTime, String eventId, String event) {}

    /**
     * Parks events of one vendor guid that are not parked yet, as far as there is room.
     *
     * @param device what the feed said of the device, as far as these events say it
     * @return how many of them, from the first, wait now
     */
    int park(String tenantId, String vendorGuid, Reason reason, VendorDevice device, List<Waiting> events, Instant now);

    /** The reason why the events of this guid wait is another now; nothing happens when none does. */
    void explain(String tenantId, String vendorGuid, Reason reason);

    /** Parked events of one vendor guid by their own time, oldest first. */
    List<Parked> parked(String tenantId, String vendorGuid, int limit);

    /**
     * Lets go events that the device of this tie was told, unless the guid was tied anew meanwhile: what is known by it may
     * have left that device again, and be waiting here.
     *
     * @return false when it was
     */
    boolean unpark(String tenantId, String vendorGuid, List<Parked> events, IntakeStore.Tie told);

    /** Lets go unread all that waits for this guid; returns how many that were. */
    int discard(String tenantId, String vendorGuid);

    /** Ids in Intune that events wait for, as sent; costs what waits by {@link Reason#MDM_ID_UNKNOWN}, or a point read. */
    Set<String> awaitedMdmIds(String tenantId);

    /** What waits for this guid; empty when nothing does. */
    Optional<OfGuid> of(String tenantId, String vendorGuid);

    /** Lets go what has waited for longer than {@link #KEPT_FOR}; costs what that is, and no more than a bounded part of it. */
    void expire(String tenantId, Instant now);

    /**
     * @param cursor null for the first page, else the last guid of the page before
     */
    Overview overview(String tenantId, int limit, @Nullable String cursor);

    /**
     * @param place where it is stored
     * @param event as it came
     */
    record Parked(String place, String event) {}

    /**
     * @param byReason how many wait
     * @param expired how many have been let go so far
     * @param discarded how many administrators had let go
     * @param guids a page of those whose events wait
     * @param next null on the last page
     */
    record Overview(
            Map<Reason, Long> byReason,
            long expired,
            long discarded,
            List<OfGuid> guids,
            @Nullable String next) {}

    /**
     * @param since when the first of them came
     * @param device what the feed said of the device with them
     */
    record OfGuid(String vendorGuid, Reason reason, long count, Instant since, VendorDevice device) {}
}

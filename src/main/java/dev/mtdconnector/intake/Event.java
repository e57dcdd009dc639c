package dev.mtdconnector.intake;

import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event of the Mobile Risk API, as far as the product uses it. */
public sealed interface Event {

    String id();

    /** The vendor's name for the tenant; null in events of the API's first version, which do not say it. */
    @Nullable
    String enterpriseGuid();

    Instant createdTime();

    /** The word of the feed: DEVICE, THREAT, AUDIT, SMISHING_ALERT, or one that is not known yet. */
    String type();

    /** What the event says in words that are not known; bounded, safe to show. */
    List<Unknown> unknown();

    /** A word that the reference does not have, by the field in which it stood. */
    record Unknown(String field, String word) {}

    /** An event on one device. */
    sealed interface OnDevice extends Event {

        /** What the feed calls the device. */
        String vendorGuid();

        /** The Entra device id, where the feed knows it. */
        @Nullable
        String externalId();

        /** What the feed says of the device besides. */
        VendorDevice device();

        /** True when this says something later than an event of this time and id. */
        default boolean isLaterThan(Instant time, String id) {
            int byTime = createdTime().compareTo(time);
            return byTime > 0 || (byTime == 0 && id().compareTo(id) > 0);
        }
    }

    /**
     * Something changed on a device.
     *
     * @param activated what the feed says of the agent: true, false, or null when it says neither
     * @param isProtected true when the feed says that the agent protects the device
     * @param securityStatus the feed's own word for how secure the device is; null when it says none
     */
    record OfDevice(
            String id,
            @Nullable String enterpriseGuid,
            Instant createdTime,
            List<Unknown> unknown,
            String vendorGuid,
            @Nullable String externalId,
            @Nullable Boolean activated,
            boolean isProtected,
            @Nullable String securityStatus,
            VendorDevice device)
            implements OnDevice {

        /** Of a feed that says no more of the device. */
        public OfDevice(
                String id,
                @Nullable String enterpriseGuid,
                Instant createdTime,
                List<Unknown> unknown,
                String vendorGuid,
                @Nullable String externalId,
                @Nullable Boolean activated,
                boolean isProtected) {
            this(
                    id,
                    enterpriseGuid,
                    createdTime,
                    unknown,
                    vendorGuid,
                    externalId,
                    activated,
                    isProtected,
                    null,
                    VendorDevice.UNKNOWN);
        }

        @Override
        public String type() {
            return "DEVICE";
        }
    }

    /** A threat came, changed or went. */
    record OfThreat(
            String id,
            @Nullable String enterpriseGuid,
            Instant createdTime,
            List<Unknown> unknown,
            String vendorGuid,
            @Nullable String externalId,
            Threat threat,
            VendorDevice device)
            implements OnDevice {

        @Override
        public String type() {
            return "THREAT";
        }
    }

    /**
     * An event that changes no device and is kept for a while: AUDIT, SMISHING_ALERT, and what is not known yet.
     *
     * @param vendorGuid the device that it came from, if it came from one
     */
    record Kept(
            String id,
            @Nullable String enterpriseGuid,
            Instant createdTime,
            List<Unknown> unknown,
            String type,
            @Nullable String vendorGuid)
            implements Event {}
}

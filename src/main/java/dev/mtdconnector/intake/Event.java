package dev.mtdconnector.intake;

import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event of the Mobile Risk API (v2), as far as the product uses it. */
public sealed interface Event {

    String id();

    String enterpriseGuid();

    Instant createdTime();

    /**
     * Something changed on a device.
     *
     * @param externalId the Entra device id, where the feed knows it
     * @param activated what the feed says of the agent: true, false, or null when it says neither
     * @param isProtected true when the feed says that the agent protects the device
     */
    record OfDevice(
            String id,
            String enterpriseGuid,
            Instant createdTime,
            String vendorGuid,
            @Nullable String externalId,
            @Nullable Boolean activated,
            boolean isProtected)
            implements Event {}

    /**
     * A threat came, changed or went. The event names the device by the vendor's guid only.
     */
    record OfThreat(String id, String enterpriseGuid, Instant createdTime, String vendorGuid, Threat threat)
            implements Event {}

    /** An event that nothing is kept of: AUDIT, SMISHING_ALERT, and kinds and values that are not known yet. */
    record Other(String id, String enterpriseGuid, Instant createdTime, String type) implements Event {}
}

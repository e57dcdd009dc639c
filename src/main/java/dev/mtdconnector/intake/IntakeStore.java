package dev.mtdconnector.intake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps which device each vendor guid means, and events that wait to be told. Every method is idempotent. */
public interface IntakeStore {

    /** The Entra device id of a vendor guid. */
    Optional<String> deviceOf(String tenantId, String vendorGuid);

    /** The vendor guid that was last tied to an Entra device id. */
    Optional<String> vendorGuidOf(String tenantId, String deviceId);

    /** Whether anything is kept of the tenant. */
    boolean hasAny(String tenantId);

    void tie(String tenantId, String vendorGuid, String deviceId);

    void park(String tenantId, String vendorGuid, String eventId, String event, Instant at);

    /** Parked events of one vendor guid, at most {@code limit}. */
    List<Parked> parked(String tenantId, String vendorGuid, int limit);

    void unpark(String tenantId, String vendorGuid, String eventId);

    /** An event as it came. */
    record Parked(String eventId, String event) {}
}

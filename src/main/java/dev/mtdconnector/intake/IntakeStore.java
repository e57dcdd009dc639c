package dev.mtdconnector.intake;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps which device each vendor guid means. Every method is idempotent. */
public interface IntakeStore {

    /**
     * Which device a vendor guid means.
     *
     * @param at time of the event that said so
     * @param eventId its id
     * @param movesFrom devices that it meant before and that may still have its threats
     */
    record Tie(String deviceId, Instant at, String eventId, Set<String> movesFrom) {
        public Tie {
            movesFrom = Set.copyOf(movesFrom);
        }

        /** True when the event says something later than the one that made the tie. */
        public boolean isBefore(Event.OnDevice event) {
            return event.isLaterThan(at, eventId);
        }
    }

    Optional<Tie> tie(String tenantId, String vendorGuid);

    /**
     * Ties the guid to the device that the event names, unless a later event has tied it.
     *
     * @return what holds after that
     */
    Tie tie(String tenantId, String deviceId, Event.OnDevice event);

    /** Nothing of the guid is left at the devices that it meant before; nothing happens when it was tied anew meanwhile. */
    void moved(String tenantId, String vendorGuid, Tie tie);

    /** The vendor guids that were tied to an Entra device id, and possibly to another since. */
    List<String> vendorGuidsOf(String tenantId, String deviceId);

    /** Whether anything is kept of the tenant. */
    boolean hasAny(String tenantId);
}

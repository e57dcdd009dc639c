package dev.mtdconnector.device;

import java.util.Set;

/** Events that came before their device was known. */
public interface Latecomers {

    /** Whether anything came that may concern a device which is not known yet. */
    boolean areAny(String tenantId);

    /** Ids in Intune of devices that something waits for; costs nothing that grows while there is nothing. */
    default Set<String> awaitedIntuneIds(String tenantId) {
        return Set.of();
    }

    /**
     * Applies what waits for this device, by its Entra device id or its id in Intune. Idempotent.
     *
     * @return true when the device waits for the publisher after that
     */
    boolean release(String tenantId, String deviceId);
}

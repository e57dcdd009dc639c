package dev.mtdconnector.device;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Devices of enrolled users that no agent can protect, and why. */
public interface UnsupportedDevices {

    /** Stores the device, in place of what was there; nothing is written when nothing differs. */
    void save(String tenantId, Unsupported device);

    /** Stores these devices, no two of one id, in place of what was there. What is there is not looked at. */
    void replace(String tenantId, List<Unsupported> devices);

    /** Forgets a device that is supported now, or gone. Does nothing when it is not there. */
    void remove(String tenantId, String deviceId);

    /** Forgets every device of which this is true. Looks through all of them. */
    void removeIf(String tenantId, Predicate<Unsupported> isGone);

    Optional<Unsupported> find(String tenantId, String deviceId);

    List<Unsupported> list(String tenantId, int limit);

    /**
     * @param objectId the id of the directory object
     * @param operatingSystem as the directory spells it
     * @param reason {@code platform}, {@code version} or {@code disabled}
     */
    record Unsupported(
            String deviceId,
            String objectId,
            @Nullable String displayName,
            @Nullable String operatingSystem,
            @Nullable String osVersion,
            String userId,
            @Nullable String userPrincipalName,
            String reason) {}
}

package dev.mtdconnector.local.contoso;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A device as Entra knows it.
 *
 * @param id of the directory object
 * @param deviceId the Entra device id, by which Intune and the connector know it
 * @param operatingSystem as Entra spells it: {@code iOS}, {@code IPhone}, {@code IPad}, {@code Android}, {@code Windows}
 * @param managed enrolled in Intune
 * @param owner object id of the registered owner; null for none
 */
public record Device(
        String id,
        String deviceId,
        String displayName,
        String operatingSystem,
        String operatingSystemVersion,
        String manufacturer,
        String model,
        boolean managed,
        @Nullable String owner,
        Instant registeredAt) {

    Device ownedBy(@Nullable String user) {
        return new Device(
                id,
                deviceId,
                displayName,
                operatingSystem,
                operatingSystemVersion,
                manufacturer,
                model,
                managed,
                user,
                registeredAt);
    }
}

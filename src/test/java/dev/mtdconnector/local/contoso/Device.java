package dev.mtdconnector.local.contoso;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A device as Entra knows it.
 *
 * @param id of the directory object
 * @param deviceId the Entra device id, by which Intune and the connector know it
 * @param operatingSystem as Entra spells it: {@code iOS}, {@code IPhone}, {@code IPad}, {@code Android}, {@code Windows}
 * @param managed enrolled in Intune
 * @param owner object id of the registered owner; null for none
 * @param enrolledBy object id of the user that Intune names, if that is another one; null for the owner
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
        @Nullable String enrolledBy,
        Instant registeredAt) {

    /** The user that Intune names: who enrolled the device, whoever owns it now. */
    @Nullable
    String enroller() {
        return enrolledBy == null ? owner : enrolledBy;
    }

    /** Its registered owner changes; who enrolled it stays. */
    Device ownedBy(@Nullable String user) {
        return with(displayName, operatingSystemVersion, managed, user, managed ? enroller() : null);
    }

    Device changed(String name, String version, boolean nowManaged) {
        return with(name, version, nowManaged, owner, nowManaged ? enrolledBy : null);
    }

    Device enrolledBy(String user) {
        return with(displayName, operatingSystemVersion, managed, owner, user);
    }

    private Device with(
            String name, String version, boolean nowManaged, @Nullable String user, @Nullable String enroller) {
        return new Device(
                id,
                deviceId,
                name,
                operatingSystem,
                version,
                manufacturer,
                model,
                nowManaged,
                user,
                enroller == null || enroller.equals(user) ? null : enroller,
                registeredAt);
    }

    /** The properties, as Graph names them, in which the other one differs: the owner is none of them. */
    Set<String> differences(Device other) {
        Set<String> names = new TreeSet<>();
        if (!displayName.equals(other.displayName)) {
            names.add("displayName");
        }
        if (!operatingSystemVersion.equals(other.operatingSystemVersion)) {
            names.add("operatingSystemVersion");
        }
        if (managed != other.managed) {
            names.add("isManaged");
            names.add("isCompliant");
        }
        return names;
    }
}

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
        Instant registeredAt,
        Extra extra) {

    /**
     * What only some devices have.
     *
     * @param enabled whether an administrator lets it be
     * @param lastSignInAt null for the time of its registration
     * @param intuneId Intune's record of it, if that was another device's before; null for one of its own
     * @param personal the person's own, as Intune has it; else the company's
     */
    record Extra(
            boolean enabled,
            @Nullable Instant lastSignInAt,
            @Nullable String intuneId,
            boolean personal) {
        static final Extra NONE = new Extra(true, null, null, false);
    }

    Instant lastSignInAt() {
        return extra.lastSignInAt() == null ? registeredAt : extra.lastSignInAt();
    }

    Device with(Extra other) {
        return new Device(
                id,
                deviceId,
                displayName,
                operatingSystem,
                operatingSystemVersion,
                manufacturer,
                model,
                managed,
                owner,
                enrolledBy,
                registeredAt,
                other);
    }

    Device enabled(boolean nowEnabled) {
        return with(new Extra(nowEnabled, extra.lastSignInAt(), extra.intuneId(), extra.personal()));
    }

    Device signedIn(Instant at) {
        return with(new Extra(extra.enabled(), at, extra.intuneId(), extra.personal()));
    }

    Device personal(boolean now) {
        return with(new Extra(extra.enabled(), extra.lastSignInAt(), extra.intuneId(), now));
    }

    /** The same phone, registered anew: another object of the directory under another id. */
    Device registeredAnew(String newId, String newDeviceId, @Nullable String intuneId, Instant at) {
        return new Device(
                newId,
                newDeviceId,
                displayName,
                operatingSystem,
                operatingSystemVersion,
                manufacturer,
                model,
                managed,
                owner,
                enrolledBy,
                at,
                new Extra(true, null, intuneId, extra.personal()));
    }

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
                registeredAt,
                extra);
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
        if (extra.enabled() != other.extra.enabled()) {
            names.add("accountEnabled");
        }
        if (extra.personal() != other.extra.personal()) {
            names.add("deviceOwnership");
        }
        if (managed != other.managed) {
            names.add("isManaged");
            names.add("isCompliant");
        }
        return names;
    }
}

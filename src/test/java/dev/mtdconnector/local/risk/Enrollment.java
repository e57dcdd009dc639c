package dev.mtdconnector.local.risk;

import org.jspecify.annotations.Nullable;

/**
 * What a device tells when it joins an enterprise.
 *
 * @param guid the vendor's id; null for one that follows from the feed's seed
 * @param entraDeviceId becomes {@code external_id}; null where the MDM does not tell it
 * @param mdmId the MDM's id, {@code external_id} of a device without an Entra device id
 * @param platform ANDROID or IOS
 */
public record Enrollment(
        @Nullable String guid,
        @Nullable String entraDeviceId,
        @Nullable String mdmId,
        String platform,
        @Nullable String email,
        String osVersion) {

    public static Enrollment android() {
        return new Enrollment(null, null, null, "ANDROID", null, "16");
    }

    public static Enrollment ios() {
        return new Enrollment(null, null, null, "IOS", null, "26.1");
    }

    public Enrollment withGuid(String vendorGuid) {
        return new Enrollment(vendorGuid, entraDeviceId, mdmId, platform, email, osVersion);
    }

    public Enrollment withEntra(String deviceId) {
        return new Enrollment(guid, deviceId, mdmId, platform, email, osVersion);
    }

    public Enrollment withMdm(String id) {
        return new Enrollment(guid, entraDeviceId, id, platform, email, osVersion);
    }

    public Enrollment withEmail(String address) {
        return new Enrollment(guid, entraDeviceId, mdmId, platform, address, osVersion);
    }
}

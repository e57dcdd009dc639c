package dev.mtdconnector.local.intune;

import java.util.Optional;

/**
 * What Intune needs to know of the tenants from elsewhere. Called with Intune's lock held: an implementation must never
 * wait for Intune.
 */
public interface IntuneTenants {

    /** The device with this Entra device id in this tenant. */
    Optional<DirectoryDevice> device(String tenantId, String deviceId);

    AdminSettings settings(String tenantId);

    /**
     * A device in the directory.
     *
     * @param operatingSystem as Entra names it
     * @param managed whether Intune manages it
     */
    record DirectoryDevice(String operatingSystem, boolean managed) {}
}

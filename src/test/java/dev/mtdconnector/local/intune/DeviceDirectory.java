package dev.mtdconnector.local.intune;

import java.util.Optional;

/** The devices of a tenant, as far as Intune needs them. */
@FunctionalInterface
public interface DeviceDirectory {

    /** The device with this Entra device id in this tenant. */
    Optional<DirectoryDevice> find(String tenantId, String deviceId);

    /**
     * @param operatingSystem as Entra names it
     * @param managed whether Intune manages it
     */
    record DirectoryDevice(String operatingSystem, boolean managed) {}
}

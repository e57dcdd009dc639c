package dev.mtdconnector.device;

/** Knows whose a device is now, by the directory. No delta query tells of that. */
@FunctionalInterface
public interface Ownership {

    /**
     * Asks the directory, with one request. Where the device is no longer its known user's, and is somebody's in scope, it
     * is handed over to them as a new user's device; else it is left as it is.
     *
     * @return the device as it is after that
     * @throws dev.mtdconnector.common.UpstreamException when the directory cannot be asked; nothing was changed
     */
    Device settled(String tenantId, Device device);
}

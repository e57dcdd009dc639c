package dev.mtdconnector.intune;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Extension attributes of the directory's devices. Every call may throw
 * {@link dev.mtdconnector.common.UpstreamException} for what concerns all devices.
 */
public interface DeviceAttributes {

    /** Devices that are put into one request, for reading and for writing. */
    int TOGETHER = 20;

    /** The devices that are there, by device id; what is not in the directory is left out. */
    Map<String, Held> read(String tenantId, int number, Collection<String> deviceIds);

    /**
     * Writes values. Idempotent.
     *
     * @param values by object id; a null clears
     * @param checkpoint called right before each request: it may refuse to let it go out
     * @return object ids that were not taken, with the reason
     */
    Map<String, String> write(String tenantId, int number, Map<String, @Nullable String> values, Runnable checkpoint);

    /** Shows that devices and their attributes can be read with the permission for writing them. */
    void prove(String tenantId);

    /**
     * @param objectId of the directory object
     * @param value what the attribute holds; null when it holds nothing
     */
    record Held(String objectId, @Nullable String value) {}
}

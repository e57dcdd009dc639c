package dev.mtdconnector.device;

/** Events that came before their device was known. */
public interface Latecomers {

    /** Whether anything came that may concern a device which is not known yet. */
    boolean areAny(String tenantId);

    /**
     * Applies what waits for this device. Idempotent.
     *
     * @return true when the device waits for the publisher after that
     */
    boolean release(String tenantId, String deviceId);
}

package dev.mtdconnector.device;

/** Events that came before their device was known. */
@FunctionalInterface
public interface Latecomers {

    /**
     * Applies what waits for this device. Idempotent.
     *
     * @return true when the device waits for the publisher after that
     */
    boolean release(String tenantId, String deviceId);
}

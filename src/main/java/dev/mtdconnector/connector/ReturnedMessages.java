package dev.mtdconnector.connector;

/** Takes messages back that Intune had taken, and says at a heartbeat that it failed on them. */
@FunctionalInterface
public interface ReturnedMessages {

    /** Its devices are told again after a while. Idempotent; does nothing of a message that is not known any more. */
    void take(String tenantId, IntuneConnection.MessageError error);
}

package dev.mtdconnector.connector;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Intune as a whole, shaped like Microsoft's partner protocol. Every call may throw
 * {@link dev.mtdconnector.common.UpstreamException}.
 */
public interface IntuneConnection {

    /** Announces the tenant to Intune. Idempotent. */
    void provision(String tenantId);

    /** Takes the tenant's announcement back: Intune hears no more of us for it. Idempotent. */
    void deprovision(String tenantId);

    /**
     * Proves the connection: Intune calls a partner unresponsive that stops doing this. Idempotent.
     *
     * @param now the time of the beat
     * @throws dev.mtdconnector.common.AppException with the code of what keeps a target that is there from being written
     */
    HeartbeatAnswer heartbeat(String tenantId, Instant now);

    /**
     * @param acknowledged the timestamp that Intune echoes
     * @param resyncRequested when Intune last asked for all states anew; null if it never did
     * @param messageErrors what Intune could not take since the last beat
     */
    record HeartbeatAnswer(Instant acknowledged, @Nullable Instant resyncRequested, List<MessageError> messageErrors) {
        public HeartbeatAnswer {
            messageErrors = List.copyOf(messageErrors);
        }
    }

    /** A message that Intune took and then failed on. */
    record MessageError(@Nullable String messageId, String detail) {}
}

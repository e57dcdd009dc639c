package dev.mtdconnector.intune;

import dev.mtdconnector.device.ThreatState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells Intune, or Entra, the state of devices; shaped like Microsoft's partner protocol: batches under a message id, an
 * asynchronous status, order by time. Every call may throw {@link dev.mtdconnector.common.UpstreamException}.
 */
public interface IntunePublisher {

    /**
     * The message body for these states. Pure: the same reports give the same text, which is stored before it is sent.
     *
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_CONFIGURED when the threat field's name and entity
     *     type, which Microsoft gives to its partners only, are not in the settings
     */
    String content(String tenantId, List<DeviceReport> reports);

    /**
     * Sends a message. Idempotent by the message id: a repeat must carry the same content.
     *
     * @param uploadTime the time that the message was made, not that of this try
     * @param checkpoint called right before each request that writes: throws when this run was overtaken, so that no
     *     older state goes out after a newer one
     */
    void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint);

    /** What became of a message that was sent. */
    UploadStatus status(String tenantId, UUID messageId);

    /**
     * One device's state.
     *
     * @param deviceId the Entra device id
     * @param userId the owner's object id, if known
     * @param lastUpdateTime orders states of one device: Intune keeps the latest
     */
    record DeviceReport(String deviceId, @Nullable String userId, ThreatState state, Instant lastUpdateTime) {}

    /**
     * Where a message stands.
     *
     * @param detail why it failed
     * @param refused of a message that was completed: devices that were not taken though the others were, with the reason
     */
    record UploadStatus(Progress progress, @Nullable String detail, Map<String, String> refused) {
        public UploadStatus {
            refused = Map.copyOf(refused);
        }

        public UploadStatus(Progress progress, @Nullable String detail) {
            this(progress, detail, Map.of());
        }
    }

    /** UNKNOWN: Intune has no message of this id, so it must be sent again. */
    enum Progress {
        IN_PROGRESS,
        COMPLETED,
        FAILED,
        UNKNOWN
    }
}

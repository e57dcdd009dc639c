package dev.mtdconnector.intune;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The messages that were written into the directory, which itself knows of none: the latest of each tenant, a few dozen,
 * so that a message that comes again changes nothing, however late it comes.
 */
public interface UploadLog {

    /** Devices that the message's write left out, with the reason; empty when the message is not among those kept. */
    Optional<Map<String, String>> refused(String tenantId, UUID messageId);

    /**
     * Keeps that the message was written. Idempotent.
     *
     * @param refused devices that were left out, with the reason; of the latest message alone this is kept
     */
    void written(String tenantId, UUID messageId, Map<String, String> refused);
}

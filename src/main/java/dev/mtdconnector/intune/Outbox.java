package dev.mtdconnector.intune;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Devices that Intune may have to be told of, and messages on their way to it.
 *
 * <p>An outstanding device carries no state: what to tell is computed when it is told. A message is stored, with its id
 * and its whole text, before it is sent, and is sent again under the same id after a crash. While a message is stored
 * its devices are not outstanding, unless they changed since.
 */
public interface Outbox {

    /**
     * Outstanding devices that belong in one message: those that never failed come first; one that did waits for its
     * time, and comes with others that failed as often, in ever smaller numbers, so that the one that Intune cannot take
     * ends up alone and holds up nobody.
     *
     * @param limit how many at most
     */
    Look outstanding(String tenantId, int limit, Instant now);

    /** Makes the device outstanding. */
    void mark(String tenantId, String deviceId);

    /**
     * The device need not be told of after all. Does nothing when it changed since it was read.
     */
    void drop(String tenantId, Outstanding outstanding);

    /** Deletes the device with everything that is kept of it. Does nothing when it changed since it was read. */
    void forget(String tenantId, Outstanding outstanding);

    /**
     * Stores a message about these devices and notes in each what it is told; all or nothing.
     *
     * @return false, and nothing written, when one of the devices changed since it was read
     */
    boolean prepare(String tenantId, Message message, List<Entry> entries);

    /** Messages that were stored and are not finished, oldest first. */
    List<Message> messages(String tenantId);

    /** Notes that the message was handed to Intune. */
    void sent(String tenantId, Message message);

    /** Intune has taken the message: notes so in its devices, and forgets it. Idempotent. */
    void completed(String tenantId, Message message, Instant at);

    /**
     * Intune could not take the message: its devices are outstanding again after a while, and it is forgotten.
     * Idempotent.
     */
    void failed(String tenantId, Message message, Instant at);

    /**
     * What is outstanding now.
     *
     * @param areOthersHeldBack true when there are devices whose time to be tried again has not come
     */
    record Look(List<Outstanding> devices, boolean areOthersHeldBack) {
        public Look {
            devices = List.copyOf(devices);
        }
    }

    /**
     * One device that is outstanding.
     *
     * @param version by which a change since the reading is noticed
     * @param failures how many messages with its present state failed
     */
    record Outstanding(Device device, String version, int failures) {}

    /** One device of a message: what was read, what it is told, and the time that orders it. */
    record Entry(Outstanding outstanding, ThreatState state, Instant orderedAt) {}

    /**
     * @param content the text as it is sent, the same at every try
     * @param isSent false until Intune has answered that it has it
     * @param failures how many messages with these devices failed before this one
     */
    record Message(UUID id, List<String> deviceIds, String content, Instant createdAt, boolean isSent, int failures) {
        public Message {
            deviceIds = List.copyOf(deviceIds);
        }
    }
}

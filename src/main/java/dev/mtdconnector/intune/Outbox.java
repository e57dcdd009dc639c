package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Devices that Intune may have to be told of, messages on their way to it, and the publisher's books.
 *
 * <p>An outstanding device carries no state: what to tell is computed when it is told. A message is stored, with its id
 * and its whole text, before it is sent, and is sent again under the same id after a crash. A device is marked, or kept
 * back ({@link Told#isKeptBack}), or in a message, or there is nothing to tell; it goes from one to the other in one
 * transaction, with the line of its trace that says so and with what the books count.
 */
public interface Outbox {

    Books books(String tenantId);

    /**
     * Stores the books alone.
     *
     * @return false, and nothing written, when somebody else wrote them
     */
    boolean save(String tenantId, Books books);

    /**
     * Outstanding devices that belong in one message: those whose wait is over and those that are marked; when there are
     * none, those that are approved; when there are none, those that failed and whose time has come, with others that
     * failed as often, in ever smaller numbers, so that the one that Intune cannot take ends up alone and holds up nobody.
     *
     * @param limit how many at most
     */
    Look outstanding(String tenantId, Books books, int limit, Instant now);

    /** How many devices are marked or have waited long enough, counted up to this many: a query for each thousand. */
    int marked(String tenantId, Instant now, int atMost);

    /** How many devices are in scope; 0 where nobody counts them. */
    int inScope(String tenantId);

    /** Makes the devices outstanding. */
    void mark(String tenantId, Collection<String> deviceIds);

    /**
     * Marks once more what is marked: who looked at it before this can settle nothing of it any more, and looks again.
     *
     * @param checkpoint called between transactions
     */
    void renewMarks(String tenantId, Runnable checkpoint);

    default void mark(String tenantId, String deviceId) {
        mark(tenantId, List.of(deviceId));
    }

    /** Has the device told once more though nothing changed; with a line of its trace. */
    void markAgain(String tenantId, String deviceId, TraceEntry why);

    /**
     * Has the next devices of the resync that the books have begun told once more, and notes in them how far it came.
     *
     * @param target where these were told, as {@link Told#target} has it
     * @return the books as they are then; empty when somebody else wrote them
     */
    Optional<Books> resync(String tenantId, Books books, @Nullable String target);

    /** Deletes the device with everything that is kept of it. Does nothing when it changed since it was read. */
    void forget(String tenantId, Outstanding outstanding);

    /**
     * Takes the devices' marks and notes what becomes of them, with the message that some of them are in; all or nothing.
     *
     * @param before the books as they were read
     * @param books the same, or with what this changes in them; the devices are counted into them
     * @return the books as they are then; empty, and nothing written, when they or a device changed since it was read
     */
    Optional<Books> settle(String tenantId, Books before, Books books, @Nullable Message message, List<Step> steps);

    /** Messages that were stored and are not finished, oldest first. */
    List<Message> messages(String tenantId);

    /** Notes that the message was handed over. */
    void sent(String tenantId, Message message);

    /**
     * The message is done with: notes in those of its devices that were last told by it what becomes of them. Idempotent.
     *
     * @param ending pure: it may be asked several times
     */
    void finish(String tenantId, Message message, Instant at, Function<Device, Ending> ending);

    /**
     * The same for a message that was finished already, within two days; nothing when it was not or is longer ago.
     *
     * @return how many devices were last told by it
     */
    int reopen(String tenantId, String messageId, Function<Device, Ending> ending);

    /** The sets in which devices are held, by number. */
    List<Integer> heldSets(String tenantId);

    /** Former targets at which devices are to be taken back and cannot be, as {@link PublishTarget#text} gives them. */
    List<String> strandedAt(String tenantId);

    /** Devices whose worsened state is held, by set and id, after this one. */
    List<Kept> held(String tenantId, @Nullable Kept after, int limit);

    /** Devices that were given up, by id, after this one. */
    List<Kept> failed(String tenantId, @Nullable Kept after, int limit);

    /**
     * What is outstanding now.
     *
     * @param next when the next of those that wait is outstanding; null when none waits
     * @param areFailed whether one of those that wait waits because it failed
     */
    record Look(List<Outstanding> devices, @Nullable Instant next, boolean areFailed) {
        public Look {
            devices = List.copyOf(devices);
        }
    }

    /**
     * One device that is outstanding.
     *
     * @param version by which a change since the reading is noticed
     * @param failures how many messages with its present state failed
     * @param isAgain whether it is to be told though nothing changed
     */
    record Outstanding(Device device, String version, int failures, boolean isAgain) {}

    /**
     * What becomes of an outstanding device.
     *
     * @param told as it is from now on
     */
    record Step(
            Outstanding outstanding, Told told, @Nullable TraceEntry trace) {}

    /**
     * What becomes of a device when its message is done with.
     *
     * @param isOutstanding whether it is to be looked at again at once
     */
    record Ending(Told told, TraceEntry trace, boolean isOutstanding) {}

    /** A device that is kept back in a set, or was given up; {@code set} is 0 then. */
    record Kept(String deviceId, int set, Instant at) {}

    /**
     * @param content the text as it is sent, the same at every try
     * @param target where it goes
     * @param isWithdrawal whether its devices are told elsewhere afterwards
     * @param isSent false until it was taken
     * @param failures how many messages with these devices failed before this one
     */
    record Message(
            UUID id,
            List<String> deviceIds,
            String content,
            Instant createdAt,
            PublishTarget target,
            boolean isWithdrawal,
            boolean isSent,
            int failures) {
        public Message {
            deviceIds = List.copyOf(deviceIds);
        }
    }
}

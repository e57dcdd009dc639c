package dev.mtdconnector.intune;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.intune.IntunePublisher.UploadStatus;
import dev.mtdconnector.intune.Outbox.Ending;
import dev.mtdconnector.intune.Outbox.Message;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings messages to their end: handed over, asked after, and noted in the devices that they were about. */
public final class Delivery {

    /** Under which trouble with single devices is recorded: it is no failure of the whole job. */
    public static final String SUBJECT = "failed-publishes";

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Duration STATUS_DELAY = Duration.ofSeconds(2);

    /** How long a device is left alone after its first failed message; doubled up to about half an hour. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private static final int MOST_DOUBLINGS = 5;

    /** After this a message to a former target holds up nothing else any more. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Outbox outbox;
    private final Publishers publishers;
    private final DeletedDevices deleted;
    private final ErrorRecords errors;
    private final Clock clock;
    private final FormerTargets former;

    public Delivery(Outbox outbox, Publishers publishers, DeletedDevices deleted, ErrorRecords errors, Clock clock) {
        this.outbox = outbox;
        this.publishers = publishers;
        this.deleted = deleted;
        this.errors = errors;
        this.clock = clock;
        this.former = new FormerTargets(outbox, errors, clock);
    }

    FormerTargets former() {
        return former;
    }

    /** Brings one message a step on; a result means that the run ends here. */
    Optional<Outcome> advance(String tenantId, Message message, JobContext context) {
        IntunePublisher publisher = publishers.of(message.target());
        if (!message.isSent()) {
            try {
                publisher.upload(tenantId, message.id(), message.createdAt(), message.content(), context::checkpoint);
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.REFUSED) {
                    // The same again would be refused again. What is held against it may concern all, so it ends here.
                    failed(tenantId, message, String.valueOf(e.getMessage()));
                }
                throw e;
            }
            outbox.sent(tenantId, message);
        }
        UploadStatus status = publisher.status(tenantId, message.id());
        return switch (status.progress()) {
            case COMPLETED -> {
                completed(tenantId, message, status);
                yield Optional.empty();
            }
            case IN_PROGRESS -> Optional.of(Outcome.again(STATUS_DELAY));
            case FAILED -> {
                LOG.warn("Message {} of {} failed: {}", message.id(), tenantId, status.detail());
                failed(tenantId, message, String.valueOf(status.detail()));
                yield Optional.empty();
            }
            case UNKNOWN -> {
                // Handed over and lost there: the same message goes out again.
                publisher.upload(tenantId, message.id(), message.createdAt(), message.content(), context::checkpoint);
                yield Optional.of(Outcome.failed(
                        ErrorCode.INTUNE_UNAVAILABLE,
                        "Intune had lost message " + message.id() + "; it was sent again"));
            }
        };
    }

    /**
     * The same for a message to a target that was left: what cannot be done there now is no reason to end the run, unless
     * it may only need another moment.
     */
    Optional<Outcome> advanceFormer(String tenantId, Message message, JobContext context) {
        String place = message.target().text();
        Instant now = clock.instant();
        Elsewhere elsewhere = outbox.books(tenantId).elsewhere();
        if (elsewhere.isForgotten(place)) {
            outbox.finish(
                    tenantId,
                    message,
                    now,
                    device -> new Ending(device.told().forgotten(now), Lines.forgotten(message.target(), now), true));
            return Optional.empty();
        }
        if (elsewhere.isClosed(place, now)) {
            return Optional.empty();
        }
        try {
            Optional<Outcome> notYet = advance(tenantId, message, context);
            if (notYet.isEmpty()) {
                former.reached(tenantId, message.target());
                return notYet;
            }
            if (message.createdAt().isAfter(now.minus(PATIENCE))) {
                return notYet;
            }
            former.unreachable(
                    tenantId, message.target(), ErrorCode.INTUNE_UNAVAILABLE, "A message comes to no end", null);
        } catch (UpstreamException e) {
            LOG.warn("The former target {} of {} cannot be reached: {}", place, tenantId, e.getMessage());
            former.unreachable(tenantId, message.target(), e);
        }
        return Optional.empty();
    }

    private void completed(String tenantId, Message message, UploadStatus status) {
        Instant now = clock.instant();
        Set<String> gone = gone(tenantId, List.copyOf(status.refused().keySet()));
        outbox.finish(tenantId, message, now, device -> {
            String refusal = status.refused().get(device.deviceId());
            if (refusal != null && gone.contains(device.deviceId())) {
                return forgotten(device, message.target(), message.id().toString(), refusal, now);
            }
            if (refusal != null) {
                return failure(device, message.target(), message.id().toString(), message.failures() + 1, refusal, now);
            }
            Device.Departure departure = device.departure();
            boolean isToBeForgotten = departure != null && departure.isDeleted();
            return new Ending(
                    device.told().confirmed(now),
                    Lines.confirmed(device, message, now),
                    message.isWithdrawal() || isToBeForgotten);
        });
        if (!gone.containsAll(status.refused().keySet())) {
            recordGivenUp(tenantId, message);
        }
    }

    private void failed(String tenantId, Message message, String reason) {
        Instant now = clock.instant();
        String id = message.id().toString();
        Set<String> gone = gone(tenantId, message.deviceIds());
        outbox.finish(
                tenantId,
                message,
                now,
                device -> gone.isEmpty()
                        ? failure(device, message.target(), id, message.failures() + 1, reason, now)
                        : withoutGone(device, gone, message.target(), id, reason, now));
        if (gone.isEmpty()) {
            recordGivenUp(tenantId, message);
        }
    }

    /** Those that the directory has deleted; none while it does not say. */
    private Set<String> gone(String tenantId, List<String> deviceIds) {
        if (deviceIds.isEmpty()) {
            return Set.of();
        }
        try {
            return deleted.among(tenantId, deviceIds);
        } catch (UpstreamException e) {
            LOG.info("Whether devices of {} were deleted is not known: {}", tenantId, e.getMessage());
            return Set.of();
        }
    }

    /** A device that was deleted is what the message failed for; the others of it are told at once. */
    private static Ending withoutGone(
            Device device, Set<String> gone, PublishTarget target, String messageId, String reason, Instant now) {
        if (gone.contains(device.deviceId())) {
            return forgotten(device, target, messageId, reason, now);
        }
        // Counted as one failure, for it was let through before.
        return new Ending(
                device.told().failed(1, null), Lines.refused(device, target, messageId, reason, now, now), true);
    }

    /** Nobody can take anything back of a device that was deleted: what was told of it went with it. */
    private static Ending forgotten(Device device, PublishTarget target, String messageId, String reason, Instant now) {
        Device.Departure departure = device.departure();
        return new Ending(
                device.told().forgotten(now),
                Lines.deleted(device, target, messageId, reason, now),
                departure != null && departure.isDeleted());
    }

    private void recordGivenUp(String tenantId, Message message) {
        if (message.failures() + 1 >= Told.MOST_FAILURES) {
            errors.failed(
                    tenantId,
                    SUBJECT,
                    new Outcome.Failed(
                            ErrorCode.PUBLISHING_DEVICE_REFUSED,
                            "Devices of message " + message.id() + " were given up",
                            null));
        }
    }

    /**
     * A message that had been taken turned out to have failed: its devices are told again after a while.
     *
     * @return how many there are
     */
    public int returned(String tenantId, @Nullable String messageId, String reason) {
        if (messageId == null) {
            LOG.warn("Of {} an error of no message was said: {}", tenantId, reason);
            return 0;
        }
        Instant now = clock.instant();
        return outbox.reopen(tenantId, messageId, device -> {
            PublishTarget target = Verdict.targetOf(device.told());
            return gone(tenantId, List.of(device.deviceId())).isEmpty()
                    ? failure(device, target, messageId, 1, reason, now)
                    : forgotten(device, target, messageId, reason, now);
        });
    }

    private static Ending failure(
            Device device, PublishTarget target, String messageId, int failures, String reason, Instant now) {
        @Nullable
        Instant again = failures >= Told.MOST_FAILURES
                ? null
                : now.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS)));
        return new Ending(
                device.told().failed(failures, again),
                Lines.refused(device, target, messageId, reason, again, now),
                false);
    }
}

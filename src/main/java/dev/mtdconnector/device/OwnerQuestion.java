package dev.mtdconnector.device;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the directory whose a device is, when an agent gives reason to. */
public final class OwnerQuestion {

    /**
     * How often the directory is asked at check-ins whose a device is. The question travels with a write that a check-in
     * makes anyway, and is one request; between the questions the passes over all devices find owner changes.
     */
    static final Duration EVERY = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(OwnerQuestion.class);

    private final Ownership ownership;
    private final Schedule schedule;

    public OwnerQuestion(Ownership ownership, Schedule schedule) {
        this.ownership = ownership;
        this.schedule = schedule;
    }

    /** The device as the directory has it now, handed over if it is another user's. */
    Device settled(String tenantId, Device device) {
        Device settled = ownership.settled(tenantId, device);
        if (!settled.facts().userId().equals(device.facts().userId())) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return settled;
    }

    /** The device after a check-in, with a note that the directory is asked now if that is due. */
    Device noted(Device before, Device after, Instant now) {
        return after.equals(before) || !isDue(before, now)
                ? after
                : after.withAgent(after.agent().ownerAsked(now));
    }

    private static boolean isDue(Device device, Instant now) {
        Instant askedAt = device.agent().ownerAskedAt();
        return askedAt == null || !now.isBefore(askedAt.plus(EVERY));
    }

    /**
     * False when the question was due and the directory names another user. A device that checks in is not to wait for the
     * directory: when that cannot be asked it is asked tomorrow.
     */
    boolean isStillItsUsers(String tenantId, Device before, Device after, Instant now) {
        if (!after.isInScope() || !now.equals(after.agent().ownerAskedAt()) || !isDue(before, now)) {
            return true;
        }
        try {
            return settled(tenantId, after)
                    .facts()
                    .userId()
                    .equals(after.facts().userId());
        } catch (UpstreamException e) {
            LOG.info("Whose device {} is could not be asked: {}", after.deviceId(), e.getMessage());
            return true;
        }
    }
}

package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent on a device does: activate it, and check in. Both are idempotent; activating again replaces the
 * device's credential.
 */
public final class DeviceActivation {

    /**
     * How often the directory is asked at check-ins whose a device is. The question travels with a write that a check-in
     * makes anyway, and is one request; between the questions the passes over all devices find owner changes.
     */
    static final Duration OWNER_EVERY = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(DeviceActivation.class);

    private final DeviceStore devices;
    private final UnsupportedDevices unsupported;
    private final CredentialStore credentials;
    private final Ownership ownership;
    private final Latecomers latecomers;
    private final Schedule schedule;
    private final Secrets secrets;
    private final Clock clock;

    public DeviceActivation(
            DeviceStore devices,
            UnsupportedDevices unsupported,
            CredentialStore credentials,
            Ownership ownership,
            Latecomers latecomers,
            Schedule schedule,
            Secrets secrets,
            Clock clock) {
        this.devices = devices;
        this.unsupported = unsupported;
        this.credentials = credentials;
        this.ownership = ownership;
        this.latecomers = latecomers;
        this.schedule = schedule;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** The activated device and its credential, which is shown now and never again. */
    public record Activated(Device device, Key credential) {}

    /**
     * @throws AppException DEVICE_UNKNOWN when the device is not in scope, DEVICE_UNSUPPORTED, or DEVICE_NOT_OWNED when
     *     the directory registered it to somebody else
     * @throws UpstreamException when the device is not known to be the user's and the directory cannot be asked
     */
    public Activated activate(Caller.EntraUser user, String deviceId) {
        String tenantId = user.tenantId();
        Device device = devices.find(tenantId, deviceId)
                .filter(Device::isInScope)
                .orElseThrow(() -> notInScope(tenantId, deviceId, user));
        if (!isOf(device, user) && !isOf(settled(tenantId, device), user)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED);
        }
        Key credential = new Key(Key.Kind.DEVICE, tenantId, deviceId, secrets.create());
        credentials.save(
                tenantId,
                deviceId,
                new CredentialStore.Credential(Secrets.hash(credential.secret()), user.userId()),
                clock.instant());
        DeviceStore.Changed changed = devices.change(
                        tenantId, deviceId, known -> isOf(known, user) ? known.activated(clock.instant()) : known)
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        if (!isOf(changed.after(), user)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED); // handed over meanwhile
        }
        boolean released = latecomers.release(tenantId, deviceId);
        publishIf(released || changed.outstanding(), tenantId);
        return new Activated(changed.after(), credential);
    }

    /**
     * The agent was heard of; if the device is activated, it is protected from now on.
     *
     * @param osVersion null when the agent does not say
     * <p>Once a day, and the first time, the directory is asked whose the device is.
     *
     * @throws AppException DEVICE_UNKNOWN when the device was removed meanwhile; DEVICE_NOT_OWNED when it turned out to be
     *     somebody else's, and so was handed over
     */
    public Device checkIn(Caller.DeviceAgent agent, @Nullable String osVersion, @Nullable String agentVersion) {
        Instant now = clock.instant();
        DeviceStore.Changed changed = devices.change(
                        agent.tenantId(), agent.deviceId(), device -> checkedIn(device, agentVersion, osVersion, now))
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        publishIf(changed.outstanding(), agent.tenantId());
        Device device = changed.after();
        if (device.isInScope() && isOwnerDue(changed.before(), now) && !isStillItsUsers(agent.tenantId(), device)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED);
        }
        return device;
    }

    private static boolean isOf(Device device, Caller.EntraUser user) {
        return device.facts().userId().equals(user.userId());
    }

    private static boolean isOwnerDue(Device device, Instant now) {
        Instant askedAt = device.agent().ownerAskedAt();
        return askedAt == null || !now.isBefore(askedAt.plus(OWNER_EVERY));
    }

    private Device settled(String tenantId, Device device) {
        Device settled = ownership.settled(tenantId, device);
        publishIf(!settled.facts().userId().equals(device.facts().userId()), tenantId);
        return settled;
    }

    /** A device that checks in is not to wait for the directory: when that cannot be asked it is asked tomorrow. */
    private boolean isStillItsUsers(String tenantId, Device device) {
        try {
            return settled(tenantId, device)
                    .facts()
                    .userId()
                    .equals(device.facts().userId());
        } catch (UpstreamException e) {
            LOG.info("Whose device {} is could not be asked: {}", device.deviceId(), e.getMessage());
            return true;
        }
    }

    /**
     * Revokes the device's credential, also of a device that has left; its user can activate it again. Idempotent.
     *
     * @throws AppException DEVICE_UNKNOWN when there is neither such a device nor a credential
     */
    public void revoke(String tenantId, String deviceId) {
        if (!credentials.remove(tenantId, deviceId)
                && devices.find(tenantId, deviceId).isEmpty()) {
            throw new AppException(ErrorCode.DEVICE_UNKNOWN);
        }
    }

    /** A check-in does not undo a deactivation: for that the device's user must sign in and activate it again. */
    private static Device checkedIn(Device device, @Nullable String version, @Nullable String osVersion, Instant now) {
        Instant askedAt = isOwnerDue(device, now) ? now : device.agent().ownerAskedAt();
        Device heard = device.withAgent(new Device.Agent(version, osVersion, now, askedAt));
        return device.activation() == Device.Activation.ACTIVATED ? heard.healthy(now) : heard;
    }

    private void publishIf(boolean outstanding, String tenantId) {
        if (outstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
    }

    private AppException notInScope(String tenantId, String deviceId, Caller.EntraUser user) {
        boolean isUnsupported = unsupported
                .find(tenantId, deviceId)
                .filter(device -> device.userId().equals(user.userId()))
                .isPresent();
        return new AppException(isUnsupported ? ErrorCode.DEVICE_UNSUPPORTED : ErrorCode.DEVICE_UNKNOWN);
    }
}

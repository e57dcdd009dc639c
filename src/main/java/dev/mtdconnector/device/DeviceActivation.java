package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agent's user activates their device. Idempotent; activating again replaces the device's credential. */
public final class DeviceActivation {

    private final DeviceStore devices;
    private final UnsupportedDevices unsupported;
    private final Credentials credentials;
    private final OwnerQuestion owners;
    private final Latecomers latecomers;
    private final Schedule schedule;
    private final Clock clock;

    public DeviceActivation(
            DeviceStore devices,
            UnsupportedDevices unsupported,
            Credentials credentials,
            OwnerQuestion owners,
            Latecomers latecomers,
            Schedule schedule,
            Clock clock) {
        this.devices = devices;
        this.unsupported = unsupported;
        this.credentials = credentials;
        this.owners = owners;
        this.latecomers = latecomers;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** The activated device and its credential, which is shown now and never again. */
    public record Activated(Device device, Key credential) {}

    /**
     * @param parentDeviceId of the Android device of which this is the work profile; null of any other device
     * @throws AppException DEVICE_UNKNOWN when the device is not known, and to its user DEVICE_OUT_OF_SCOPE or
     *     DEVICE_UNSUPPORTED; DEVICE_NOT_OWNED when the directory registered it to somebody else; REQUEST_INVALID when the
     *     parent is not another Android device of the same user
     * @throws UpstreamException when the device is not known to be the user's and the directory cannot be asked
     */
    public Activated activate(Caller.EntraUser user, String deviceId, @Nullable String parentDeviceId) {
        String tenantId = user.tenantId();
        Device device = devices.find(tenantId, deviceId)
                .filter(Device::isInScope)
                .orElseThrow(() -> notInScope(tenantId, deviceId, user));
        if (!isOf(device, user) && !isOf(owners.settled(tenantId, device), user)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED);
        }
        if (parentDeviceId != null && !isParent(tenantId, parentDeviceId, device, user)) {
            throw AppException.invalid("parentDeviceId", "must be another Android device of the same user");
        }
        schedule.every(tenantId, JobKind.SWEEP, SweepJob.INTERVAL);
        Key credential = credentials.create(tenantId, deviceId, user.userId());
        Instant now = clock.instant();
        DeviceStore.Changed changed = devices.changeWithReason(
                        tenantId,
                        deviceId,
                        known -> isOf(known, user) ? activated(known, parentDeviceId, now) : known,
                        (before, after) -> {
                            boolean isNew = before.activation() != Device.Activation.ACTIVATED;
                            return TraceEntry.of(
                                    now,
                                    TraceEntry.Kind.AGENT,
                                    "what",
                                    isNew ? "activated" : "activated again",
                                    "userId",
                                    user.userId(),
                                    "parentDeviceId",
                                    parentDeviceId);
                        })
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        if (!isOf(changed.after(), user)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED); // handed over meanwhile
        }
        boolean released = latecomers.release(tenantId, deviceId);
        if (released || changed.outstanding()) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return new Activated(changed.after(), credential);
    }

    private static boolean isOf(Device device, Caller.EntraUser user) {
        return device.facts().userId().equals(user.userId());
    }

    private static Device activated(Device device, @Nullable String parentDeviceId, Instant now) {
        Device active = device.activated(now).reconnected();
        return CheckIn.alive(device, active.withAgent(active.agent().ofParent(parentDeviceId)), now);
    }

    /** A profile's parent is a device of its own, of the same user, and no profile itself. */
    private boolean isParent(String tenantId, String parentDeviceId, Device child, Caller.EntraUser user) {
        return child.facts().platform() == Platform.ANDROID
                && !parentDeviceId.equals(child.deviceId())
                && devices.find(tenantId, parentDeviceId)
                        .filter(parent -> parent.facts().platform() == Platform.ANDROID)
                        .filter(parent -> isOf(parent, user))
                        .filter(parent -> parent.agent().parentDeviceId() == null)
                        .isPresent();
    }

    /**
     * Revokes the device's credential, also of a device that has left; its user can activate it again. Idempotent.
     *
     * @throws AppException DEVICE_UNKNOWN when there is neither such a device nor a credential
     */
    public void revoke(String tenantId, String deviceId) {
        if (!credentials.revoke(tenantId, deviceId)
                && devices.find(tenantId, deviceId).isEmpty()) {
            throw new AppException(ErrorCode.DEVICE_UNKNOWN);
        }
    }

    /** Only its own user hears more of a device than that it is not known. */
    private AppException notInScope(String tenantId, String deviceId, Caller.EntraUser user) {
        boolean hasLeft = devices.find(tenantId, deviceId)
                .filter(device -> device.facts().userId().equals(user.userId()))
                .isPresent();
        if (hasLeft) {
            return new AppException(ErrorCode.DEVICE_OUT_OF_SCOPE);
        }
        Optional<UnsupportedDevices.Unsupported> known = unsupported
                .find(tenantId, deviceId)
                .filter(device -> device.userId().equals(user.userId()));
        return new AppException(known.isPresent() ? ErrorCode.DEVICE_UNSUPPORTED : ErrorCode.DEVICE_UNKNOWN);
    }
}

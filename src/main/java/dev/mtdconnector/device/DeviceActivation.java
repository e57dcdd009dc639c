package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What the agent on a device does: activate it, and check in. Both are idempotent; activating again replaces the
 * device's credential.
 */
public final class DeviceActivation {

    private final DeviceStore devices;
    private final UnsupportedDevices unsupported;
    private final CredentialStore credentials;
    private final Latecomers latecomers;
    private final Schedule schedule;
    private final Secrets secrets;
    private final Clock clock;

    public DeviceActivation(
            DeviceStore devices,
            UnsupportedDevices unsupported,
            CredentialStore credentials,
            Latecomers latecomers,
            Schedule schedule,
            Secrets secrets,
            Clock clock) {
        this.devices = devices;
        this.unsupported = unsupported;
        this.credentials = credentials;
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
     */
    public Activated activate(Caller.EntraUser user, String deviceId) {
        String tenantId = user.tenantId();
        Device device = devices.find(tenantId, deviceId)
                .filter(Device::isInScope)
                .orElseThrow(() -> notInScope(tenantId, deviceId, user));
        if (!device.facts().userId().equals(user.userId())) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED);
        }
        Key credential = new Key(Key.Kind.DEVICE, tenantId, deviceId, secrets.create());
        credentials.save(tenantId, deviceId, Secrets.hash(credential.secret()), clock.instant());
        DeviceStore.Changed changed = devices.change(tenantId, deviceId, known -> known.activated(clock.instant()))
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        boolean released = latecomers.release(tenantId, deviceId);
        publishIf(released || changed.outstanding(), tenantId);
        return new Activated(changed.after(), credential);
    }

    /**
     * The agent was heard of; if the device is activated, it is protected from now on.
     *
     * @param osVersion null when the agent does not say
     * @throws AppException DEVICE_UNKNOWN when the device was removed meanwhile
     */
    public Device checkIn(Caller.DeviceAgent agent, @Nullable String osVersion, @Nullable String agentVersion) {
        DeviceStore.Changed changed = devices.change(
                        agent.tenantId(),
                        agent.deviceId(),
                        device -> checkedIn(device, new Device.Agent(agentVersion, osVersion, clock.instant())))
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        publishIf(changed.outstanding(), agent.tenantId());
        return changed.after();
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
    private Device checkedIn(Device device, Device.Agent agent) {
        Device heard = device.withAgent(agent);
        return device.activation() == Device.Activation.ACTIVATED ? heard.healthy(clock.instant()) : heard;
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

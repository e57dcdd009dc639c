package dev.mtdconnector.device;

import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says when it checks in. What it does not name stays as it was.
 *
 * @param patchLevel the security patch level, as the system spells it
 * @param flags settings of the device that it looked at
 */
public record CheckIn(
        @Nullable String agentVersion,
        @Nullable String osVersion,
        @Nullable String patchLevel,
        Map<ConfigurationFlag, Boolean> flags) {

    /** How exact the time of the last check-in is: one that says nothing new is not noted again within this time. */
    public static final Duration EXACTNESS = Duration.ofHours(1);

    public CheckIn {
        flags = Map.copyOf(flags);
    }

    /**
     * The device after the check-in: connected, and with a threat for each setting that is wrong, closed when it is right
     * again. The very same device when nothing is new and the last check-in was noted within {@link #EXACTNESS}. A
     * check-in does not undo a deactivation: for that the device's user must sign in and activate it again.
     */
    Device on(Device device, Instant now) {
        Device.Agent before = device.agent();
        Map<ConfigurationFlag, Boolean> known = new TreeMap<>(before.flags());
        known.putAll(flags);
        Device.Agent agent = new Device.Agent(
                agentVersion == null ? before.version() : agentVersion,
                osVersion == null ? before.osVersion() : osVersion,
                patchLevel == null ? before.patchLevel() : patchLevel,
                known,
                before.lastCheckInAt(),
                null,
                before.parentDeviceId(),
                before.ownerAskedAt());
        Device after = device.withAgent(agent);
        if (device.activation() == Device.Activation.ACTIVATED) {
            after = after.healthy(now);
        }
        for (Map.Entry<ConfigurationFlag, Boolean> flag : flags.entrySet()) {
            after = withFlag(after, flag.getKey(), flag.getValue(), now);
        }
        return alive(device, after, now);
    }

    /** The device as it is now, heard of at this time: which is noted if anything else changed, or was not noted lately. */
    static Device alive(Device before, Device after, Instant now) {
        Instant last = before.agent().lastCheckInAt();
        boolean isNoted = last != null && !last.isAfter(now) && now.isBefore(last.plus(EXACTNESS));
        return isNoted && after.equals(before)
                ? before
                : after.withAgent(after.agent().heardAt(now));
    }

    private static Device withFlag(Device device, ConfigurationFlag flag, boolean value, Instant now) {
        String guid = AgentThreats.guidOf(device.deviceId(), flag);
        Threat known = device.threats().get(guid);
        boolean isKnown = known != null && known.status() == Threat.Status.OPEN;
        if (flag.isWrong(value) == isKnown) {
            return device;
        }
        // Later than what it follows, whatever a clock says: check-ins of one device come one after the other.
        Instant at = known == null || now.isAfter(known.eventAt())
                ? now
                : known.eventAt().plusMillis(1);
        Threat.Status status = flag.isWrong(value) ? Threat.Status.OPEN : Threat.Status.RESOLVED;
        return device.with(AgentThreats.of(flag, guid, status, at));
    }
}

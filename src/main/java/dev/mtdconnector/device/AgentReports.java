package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the agent on an activated device says: that it is there, and what it found. Idempotent. */
public final class AgentReports {

    /** Open threats that the agent of one device may have at once. */
    static final int MOST_OPEN = 50;

    private final DeviceStore devices;
    private final Credentials credentials;
    private final OwnerQuestion owners;
    private final Schedule schedule;
    private final Clock clock;

    public AgentReports(
            DeviceStore devices, Credentials credentials, OwnerQuestion owners, Schedule schedule, Clock clock) {
        this.devices = devices;
        this.credentials = credentials;
        this.owners = owners;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** The device after the check-in, and the credential that takes the place of one that grew old. */
    public record CheckedIn(Device device, Optional<Key> credential) {}

    /**
     * The agent was heard of; if the device is activated, it is protected and connected from now on. Writes the device once,
     * and nothing when the check-in says nothing new and the last one was noted within {@link CheckIn#EXACTNESS}.
     *
     * <p>Once a day, and the first time, the directory is asked whose the device is.
     *
     * @throws AppException DEVICE_UNKNOWN when the device was removed meanwhile; DEVICE_NOT_OWNED when it turned out to be
     *     somebody else's, and so was handed over
     */
    public CheckedIn checkIn(Caller.DeviceAgent agent, CheckIn checkIn) {
        Instant now = clock.instant();
        DeviceStore.Changed changed = change(
                agent,
                known -> owners.noted(known, checkIn.on(known, now), now),
                (before, after) -> reason(before, after, now));
        if (!owners.isStillItsUsers(agent.tenantId(), changed.before(), changed.after(), now)) {
            throw new AppException(ErrorCode.DEVICE_NOT_OWNED);
        }
        return new CheckedIn(changed.after(), credentials.rotate(agent.tenantId(), agent.deviceId()));
    }

    /**
     * Takes what the agent says of threats: of two words on one threat the later counts, whatever came first. Of those that
     * ended the latest {@link AgentThreats#MOST_ENDED} are remembered.
     *
     * @return the device after that
     * @throws AppException DEVICE_UNKNOWN when the device was removed meanwhile; THREAT_LIMIT when more than
     *     {@link #MOST_OPEN} threats of the agent would be open, and nothing is written
     */
    public Device report(Caller.DeviceAgent agent, List<ThreatReport> reports) {
        Instant now = clock.instant();
        Step report = new Step(
                device -> reported(device, reports, now),
                (before, after) -> TraceEntry.of(
                        now,
                        TraceEntry.Kind.AGENT,
                        "what",
                        "threats",
                        "opened",
                        joined(guids(after, before)),
                        "closed",
                        joined(guids(before, after))));
        Step forget = new Step(AgentThreats::forgetting, (before, after) -> null);
        DeviceStore.Taken taken = devices.changeEach(agent.tenantId(), agent.deviceId(), List.of(report, forget))
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        publish(agent, taken.outstanding());
        return taken.after();
    }

    private static Device reported(Device device, List<ThreatReport> reports, Instant now) {
        Device after = device;
        for (ThreatReport report : reports) {
            after = report.on(after, now);
        }
        if (open(after) > Math.max(MOST_OPEN, open(device))) {
            throw new AppException(ErrorCode.THREAT_LIMIT);
        }
        return after;
    }

    private static long open(Device device) {
        return device.threats().values().stream()
                .filter(threat -> threat.status() == Threat.Status.OPEN && AgentThreats.isOfAgent(threat))
                .count();
    }

    private DeviceStore.Changed change(Caller.DeviceAgent agent, UnaryOperator<Device> change, DeviceStore.Why reason) {
        DeviceStore.Changed changed = devices.changeWithReason(agent.tenantId(), agent.deviceId(), change, reason)
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        publish(agent, changed.outstanding());
        return changed;
    }

    private void publish(Caller.DeviceAgent agent, boolean isOutstanding) {
        if (isOutstanding) {
            schedule.runNow(agent.tenantId(), JobKind.PUBLISH);
        }
    }

    /** That the agent is still there is no line of its own: only what it changes is. */
    private static @Nullable TraceEntry reason(Device before, Device after, Instant now) {
        List<String> what = new ArrayList<>();
        if (before.isDisconnected()) {
            what.add("reconnected");
        }
        if (before.healthAt() == null && after.healthAt() != null) {
            what.add("protected");
        }
        Device.Agent was = before.agent();
        Device.Agent is = after.agent();
        boolean isSystemNew = !Objects.equals(was.osVersion(), is.osVersion())
                || !Objects.equals(was.version(), is.version())
                || !Objects.equals(was.patchLevel(), is.patchLevel());
        if (isSystemNew) {
            what.add("versions");
        }
        if (!was.flags().equals(is.flags())) {
            what.add("configuration");
        }
        return what.isEmpty()
                ? null
                : TraceEntry.of(
                        now,
                        TraceEntry.Kind.AGENT,
                        "what",
                        String.join(", ", what),
                        "agentVersion",
                        isSystemNew ? is.version() : null,
                        "osVersion",
                        isSystemNew ? is.osVersion() : null,
                        "patchLevel",
                        isSystemNew ? is.patchLevel() : null,
                        "opened",
                        joined(guids(after, before)),
                        "closed",
                        joined(guids(before, after)));
    }

    /** Threats that are open in the one and not in the other. */
    private static List<String> guids(Device one, Device other) {
        return one.openThreats().stream()
                .filter(threat -> Optional.ofNullable(other.threats().get(threat.guid()))
                        .filter(Threat::isOpen)
                        .isEmpty())
                .map(threat -> String.join("+", threat.classifications()) + " " + threat.guid())
                .toList();
    }

    private static @Nullable String joined(List<String> texts) {
        return texts.isEmpty() ? null : texts.stream().limit(5).collect(Collectors.joining(", "));
    }
}

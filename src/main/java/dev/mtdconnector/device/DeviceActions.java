package dev.mtdconnector.device;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What an administrator does to devices and their threats. Each act is idempotent but RESYNC, and leaves a line in the trace. */
public final class DeviceActions {

    private final DeviceStore devices;
    private final Credentials credentials;
    private final Schedule schedule;
    private final Clock clock;

    public DeviceActions(DeviceStore devices, Credentials credentials, Schedule schedule, Clock clock) {
        this.devices = devices;
        this.credentials = credentials;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** What can be done to a device. */
    public enum Action {
        /** Protected no longer, until its user activates it again. */
        DEACTIVATE,
        /**
         * As if it had just been found: pending, its credential worth nothing, what its agent said forgotten; Intune is told
         * that it is deactivated. One that is out of scope is forgotten once Intune was told.
         */
        DELETE,
        /** Intune is told of its state once more. */
        RESYNC,
        /** One of its threats does not count until it was resolved and is opened again. */
        IGNORE,
        /** One of its threats counts again. */
        STOP_IGNORING;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What became of an act. */
    public enum Result {
        DONE,
        /** It was so already. */
        UNCHANGED,
        /** There is no such device, or it has no such threat. */
        UNKNOWN,
        /** The threat is not open. */
        CLOSED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A threat of a device. */
    public record ThreatId(String deviceId, String guid) {}

    /**
     * @param actor who acts, as {@code Caller.Administrator.actor()} has it
     * @return what became of each, in their order
     */
    public List<Result> act(String tenantId, List<String> deviceIds, Action action, String actor) {
        return each(tenantId, deviceIds, deviceId -> act(tenantId, deviceId, action, actor));
    }

    /**
     * @param action IGNORE or STOP_IGNORING
     * @param reason why it is ignored, as the administrator gives it; of no meaning otherwise
     */
    public List<Result> act(String tenantId, List<ThreatId> threats, Action action, String reason, String actor) {
        return each(tenantId, threats, threat -> act(tenantId, threat, action, reason, actor));
    }

    private record Done(Result result, boolean isOutstanding) {}

    private <T> List<Result> each(String tenantId, List<T> all, Function<T, Done> act) {
        List<Result> results = new ArrayList<>();
        boolean isAnyOutstanding = false;
        for (T one : all) {
            Done done = act.apply(one);
            results.add(done.result());
            isAnyOutstanding |= done.isOutstanding();
        }
        if (isAnyOutstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return results;
    }

    private Done act(String tenantId, String deviceId, Action action, String actor) {
        Instant now = clock.instant();
        // First of all: after a crash the act is repeated, and until then nothing is accepted of the device.
        boolean isRevoked = action == Action.DELETE && credentials.revoke(tenantId, deviceId);
        UnaryOperator<Device> change = switch (action) {
            case DEACTIVATE -> device -> device.deactivatedByAdministrator(now);
            case DELETE -> device -> deleted(device, now);
            case RESYNC -> Device::resynced;
            case IGNORE, STOP_IGNORING -> throw new IllegalArgumentException(action + " concerns a threat");
        };
        TraceEntry why = TraceEntry.of(now, TraceEntry.Kind.ADMINISTRATOR, "what", action.label(), "by", actor);
        Done done = done(devices.change(tenantId, deviceId, change, why));
        return isRevoked && done.result() == Result.UNCHANGED ? new Done(Result.DONE, done.isOutstanding()) : done;
    }

    private static Device deleted(Device device, Instant now) {
        Device.Departure departure = device.departure();
        return departure == null ? device.reset(now) : device.departed(departure.at(), true);
    }

    private Done act(String tenantId, ThreatId id, Action action, String reason, String actor) {
        Instant now = clock.instant();
        boolean isIgnoring = action == Action.IGNORE;
        Optional<Threat> threat = devices.find(tenantId, id.deviceId())
                .map(device -> device.threats().get(id.guid()));
        if (threat.isEmpty()) {
            return new Done(Result.UNKNOWN, false);
        }
        if (isIgnoring && threat.get().status() != Threat.Status.OPEN) {
            return new Done(Result.CLOSED, false);
        }
        TraceEntry why = TraceEntry.of(
                now,
                TraceEntry.Kind.ADMINISTRATOR,
                "what",
                action.label(),
                "threat",
                id.guid(),
                "reason",
                isIgnoring ? reason : null,
                "by",
                actor);
        UnaryOperator<Threat> mark = isIgnoring
                ? known -> known.status() == Threat.Status.OPEN && known.ignored() == null
                        ? known.ignoredBy(actor, reason, now)
                        : known
                : Threat::noLongerIgnored;
        return done(devices.change(tenantId, id.deviceId(), device -> device.withThreat(id.guid(), mark), why));
    }

    private static Done done(Optional<DeviceStore.Changed> changed) {
        return changed.map(done -> new Done(
                        done.before().equals(done.after()) ? Result.UNCHANGED : Result.DONE, done.outstanding()))
                .orElse(new Done(Result.UNKNOWN, false));
    }
}

package dev.mtdconnector.intake;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What events change at a device, each with its line of the trace. */
final class DeviceSteps {

    /** Closed threats that the feed found on a device: how many are remembered, and for how long. */
    static final int MOST_CLOSED = 500;

    static final Duration CLOSED_KEPT_FOR = Duration.ofDays(30);

    /** At most so many are forgotten with one event, so that it all fits into one transaction. */
    private static final int FORGOTTEN_AT_ONCE = 10;

    private DeviceSteps() {}

    static Step of(Event.OnDevice event, Instant now) {
        if (event instanceof Event.OfThreat ofThreat) {
            return new Step(
                    device -> forgetting(device.with(ofThreat.threat()), now),
                    (before, after) -> why(event, ofThreat.threat(), before, after, now));
        }
        return new Step(
                device -> event instanceof Event.OfDevice ofDevice ? changed(device, ofDevice) : device,
                (before, after) -> why(event, null, before, after, now));
    }

    private static TraceEntry why(
            Event.OnDevice event, @Nullable Threat threat, Device before, Device after, Instant now) {
        return TraceEntry.of(
                now,
                TraceEntry.Kind.EVENT,
                "eventId",
                event.id(),
                "type",
                event.type(),
                "eventAt",
                event.createdTime().toString(),
                "vendorGuid",
                event.vendorGuid(),
                "threat",
                threat == null ? null : threat.guid(),
                "classifications",
                threat == null ? null : cut(String.join(" ", threat.classifications())),
                "severity",
                threat == null ? null : threat.severity().label(),
                "feedLevel",
                threat == null ? null : threat.finding().feedLevel(),
                "changed",
                threat == null ? whatChanged(before, after) : whatChanged(threat.guid(), before, after));
    }

    private static String whatChanged(String threatGuid, Device before, Device after) {
        String from = status(before.threats().get(threatGuid));
        String to = status(after.threats().get(threatGuid));
        return from.equals(to) ? to + ", details" : from + " to " + to;
    }

    private static String status(@Nullable Threat threat) {
        return threat == null ? "unknown" : threat.status().name().toLowerCase(Locale.ROOT);
    }

    private static String whatChanged(Device before, Device after) {
        List<String> changes = new ArrayList<>();
        if (before.activation() != after.activation()) {
            changes.add(
                    before.activation().label() + " to " + after.activation().label());
        }
        if (before.healthAt() == null && after.healthAt() != null) {
            changes.add("protected");
        }
        return changes.isEmpty() ? "heard of" : String.join(", ", changes);
    }

    private static String cut(String text) {
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    static Device changed(Device device, Event.OfDevice event) {
        if (!device.feed().isBefore(event.createdTime(), event.id())) {
            return device;
        }
        String known = device.feed().vendorGuid();
        boolean isGone = Boolean.FALSE.equals(event.activated());
        if (isGone && known != null && !known.equals(event.vendorGuid())) {
            // The feed knows the device by another guid since: its old record goes, the device does not.
            return device;
        }
        Device heard = device.withFeed(device.feed()
                .with(event.vendorGuid(), event.createdTime(), event.id())
                .saying(event.securityStatus()));
        if (event.activated() == null) {
            return heard;
        }
        if (isGone) {
            Instant since = device.activatedAt();
            // The user activated it since: the event is about the time before.
            return since != null && event.createdTime().isBefore(since) ? heard : heard.deactivated();
        }
        Device activated = heard.activated(event.createdTime());
        return event.isProtected() ? activated.healthy(event.createdTime()) : activated;
    }

    /**
     * Lets go the oldest closed threats of those that are too many or too old. What an event says of a threat that is not
     * known any more is not believed if it is from before: see {@link Device#with}.
     */
    private static Device forgetting(Device device, Instant now) {
        List<Threat> closed = device.closedOfFeed();
        Instant end = now.minus(CLOSED_KEPT_FOR);
        List<Threat> forgotten = new ArrayList<>();
        for (Threat threat : closed) {
            boolean isTooMuch = closed.size() - forgotten.size() > MOST_CLOSED
                    || threat.eventAt().isBefore(end);
            if (!isTooMuch || forgotten.size() == FORGOTTEN_AT_ONCE) {
                break;
            }
            forgotten.add(threat);
        }
        if (forgotten.isEmpty()) {
            return device;
        }
        Instant last = forgotten.get(forgotten.size() - 1).eventAt();
        Instant known = device.feed().forgottenUntil();
        return device.without(forgotten.stream().map(Threat::guid).toList())
                .withFeed(device.feed().forgetting(known == null || last.isAfter(known) ? last : known));
    }

    /** What the device that the guid meant before loses. */
    static List<Step> leaving(List<Moved> moved, String vendorGuid, Tie to, Instant now) {
        List<Step> steps = new ArrayList<>();
        for (Moved one : moved) {
            if (one instanceof Moved.OfThreat ofThreat) {
                Threat threat = ofThreat.threat();
                steps.add(new Step(
                        device -> threat.equals(device.threats().get(threat.guid()))
                                ? device.without(List.of(threat.guid()))
                                : device,
                        (before, after) -> left(now, vendorGuid, to, threat.guid())));
            }
        }
        steps.add(new Step(
                device -> isKnownOnlyBy(vendorGuid, device, to) ? withoutAgentOfFeed(device) : device,
                (before, after) -> left(now, vendorGuid, to, null)));
        return steps;
    }

    /** Nothing but the feed's record of it, which is another device's now, said that an agent protects it. */
    static boolean isKnownOnlyBy(String vendorGuid, Device device, Tie to) {
        Instant since = device.activatedAt();
        return vendorGuid.equals(device.feed().vendorGuid())
                && device.agent().lastCheckInAt() == null
                && since != null
                && since.isBefore(to.at());
    }

    /** Where the guid comes back to it, what the feed said of it comes along. */
    private static Device withoutAgentOfFeed(Device device) {
        return device.deactivated()
                .withFeed(new Device.Feed(null, null, null, device.feed().forgottenUntil(), null));
    }

    private static TraceEntry left(Instant now, String vendorGuid, Tie to, @Nullable String threatGuid) {
        return TraceEntry.of(
                now,
                TraceEntry.Kind.EVENT,
                to.deviceId() == null || to.claims().standing().isPresent() ? "by" : "eventId",
                to.by().isEmpty() ? null : to.by(),
                "vendorGuid",
                vendorGuid,
                "threat",
                threatGuid,
                "changed",
                to.deviceId() == null ? "waits: " + Ties.reason(to).label() : "moved to device " + to.deviceId());
    }
}

package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents.Waiting;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What goes with its vendor guid to another device: a threat with all that is known of it, or that the feed said the device's
 * agent is activated. Where that device is not known it waits among the events, in a form of its own.
 */
sealed interface Moved {

    Step arrivingFrom(String deviceId, Instant now);

    Waiting asWaitingFrom(String deviceId);

    /** What of a device is known by this guid only. */
    static List<Moved> of(Device device, String vendorGuid, Tie to) {
        List<Moved> moved = new ArrayList<>();
        Device.Feed feed = device.feed();
        Instant eventAt = feed.eventAt();
        String eventId = feed.eventId();
        if (DeviceSteps.isKnownOnlyBy(vendorGuid, device, to) && eventAt != null && eventId != null) {
            moved.add(new OfDevice(new Event.OfDevice(
                    eventId,
                    null,
                    eventAt,
                    List.of(),
                    vendorGuid,
                    null,
                    true,
                    device.healthAt() != null,
                    feed.securityStatus(),
                    VendorDevice.UNKNOWN)));
        }
        device.threats().values().stream()
                .filter(threat -> vendorGuid.equals(threat.vendorGuid()))
                .forEach(threat -> moved.add(new OfThreat(threat)));
        return moved;
    }

    /** What waited, where it is no event. */
    static Optional<Step> waited(JsonNode waiting, Instant now) {
        JsonNode moved = waiting.path("moved");
        if (!moved.isObject()) {
            return Optional.empty();
        }
        Moved one = moved.has("threat")
                ? new OfThreat(threat(moved.path("threat")))
                : new OfDevice(status(moved.path("device")));
        return Optional.of(one.arrivingFrom(moved.path("from").asText(), now));
    }

    /** The agent of the guid's device is activated. */
    record OfDevice(Event.OfDevice event) implements Moved {

        @Override
        public Step arrivingFrom(String deviceId, Instant now) {
            return new Step(
                    device -> DeviceSteps.changed(device, event),
                    (before, after) -> cameFrom(deviceId, event.id(), null, now));
        }

        @Override
        public Waiting asWaitingFrom(String deviceId) {
            ObjectNode waiting = waitingFrom(deviceId);
            ((ObjectNode) waiting.path("moved"))
                    .putObject("device")
                    .put("id", event.id())
                    .put("at", event.createdTime().toString())
                    .put("guid", event.vendorGuid())
                    .put("isProtected", event.isProtected())
                    .put("securityStatus", event.securityStatus());
            return new Waiting(event.createdTime(), "moved-" + event.id(), waiting.toString());
        }
    }

    /** A threat that was found on the guid's device. */
    record OfThreat(Threat threat) implements Moved {

        @Override
        public Step arrivingFrom(String deviceId, Instant now) {
            return new Step(
                    device -> device.with(threat),
                    (before, after) -> cameFrom(deviceId, threat.eventId(), threat.guid(), now));
        }

        @Override
        public Waiting asWaitingFrom(String deviceId) {
            Threat.Finding finding = threat.finding();
            Threat.Ignored ignored = threat.ignored();
            ObjectNode waiting = waitingFrom(deviceId);
            ObjectNode node = ((ObjectNode) waiting.path("moved"))
                    .putObject("threat")
                    .put("guid", threat.guid())
                    .put("status", threat.status().name())
                    .put("severity", finding.severity().name())
                    .put("feedLevel", finding.feedLevel())
                    .put("type", finding.type())
                    .put("applicationName", finding.subject().applicationName())
                    .put("packageName", finding.subject().packageName())
                    .put("openedAt", threat.openedAt().toString())
                    .put("at", threat.eventAt().toString())
                    .put("id", threat.eventId())
                    .put("vendorGuid", threat.vendorGuid());
            finding.classifications().forEach(node.putArray("classifications")::add);
            if (ignored != null) {
                node.putObject("ignored")
                        .put("by", ignored.by())
                        .put("reason", ignored.reason())
                        .put("at", ignored.at().toString())
                        .put("eventAt", ignored.eventAt().toString());
            }
            return new Waiting(threat.eventAt(), "moved-" + threat.guid() + "-" + threat.eventId(), waiting.toString());
        }
    }

    private static ObjectNode waitingFrom(String deviceId) {
        ObjectNode waiting = JsonNodeFactory.instance.objectNode();
        waiting.putObject("moved").put("from", deviceId);
        return waiting;
    }

    private static Event.OfDevice status(JsonNode node) {
        return new Event.OfDevice(
                node.path("id").asText(),
                null,
                Instant.parse(node.path("at").asText()),
                List.of(),
                node.path("guid").asText(),
                null,
                true,
                node.path("isProtected").asBoolean(),
                node.path("securityStatus").textValue(),
                VendorDevice.UNKNOWN);
    }

    private static Threat threat(JsonNode node) {
        List<String> classifications = new ArrayList<>();
        node.path("classifications").forEach(name -> classifications.add(name.asText()));
        JsonNode ignored = node.path("ignored");
        return new Threat(
                node.path("guid").asText(),
                Threat.Status.valueOf(node.path("status").asText()),
                new Threat.Finding(
                        classifications,
                        RiskLevel.valueOf(node.path("severity").asText()),
                        node.path("feedLevel").textValue(),
                        node.path("type").asText(),
                        new Threat.Subject(
                                node.path("applicationName").textValue(),
                                node.path("packageName").textValue())),
                Instant.parse(node.path("openedAt").asText()),
                Instant.parse(node.path("at").asText()),
                node.path("id").asText(),
                node.path("vendorGuid").textValue(),
                ignored.isObject()
                        ? new Threat.Ignored(
                                ignored.path("by").asText(),
                                ignored.path("reason").asText(),
                                Instant.parse(ignored.path("at").asText()),
                                Instant.parse(ignored.path("eventAt").asText()))
                        : null);
    }

    private static TraceEntry cameFrom(String deviceId, String eventId, @Nullable String threatGuid, Instant now) {
        return TraceEntry.of(
                now,
                TraceEntry.Kind.EVENT,
                "eventId",
                eventId,
                "threat",
                threatGuid,
                "changed",
                "moved from device " + deviceId);
    }
}

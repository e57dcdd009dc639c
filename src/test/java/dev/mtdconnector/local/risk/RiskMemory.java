package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a feed remembers between starts: each event with the device or threat as it was after it. */
final class RiskMemory {

    private final String kind;
    private final @Nullable Journal journal;

    RiskMemory(String enterprise, @Nullable Journal journal) {
        this.kind = "risk:" + enterprise;
        this.journal = journal;
    }

    /**
     * One event.
     *
     * @param place of the event in the feed
     * @param removed the GUID of a device that is gone with it; null when none is
     */
    record Entry(
            String place,
            ObjectNode event,
            @Nullable RiskDevice device,
            @Nullable RiskThreat threat,
            @Nullable String removed) {}

    void append(Entry entry) {
        if (journal == null) {
            return;
        }
        ObjectNode data = Json.object().put("place", entry.place()).put("removed", entry.removed());
        data.set("event", entry.event());
        if (entry.device() != null) {
            data.set("device", json(entry.device()));
        }
        if (entry.threat() != null) {
            data.set("threat", json(entry.threat()));
        }
        journal.append(kind, data);
    }

    void replay(Consumer<Entry> consumer) {
        if (journal != null) {
            journal.replay(
                    kind,
                    data -> consumer.accept(new Entry(
                            data.path("place").textValue(),
                            (ObjectNode) data.path("event"),
                            data.has("device") ? device(data.path("device")) : null,
                            data.has("threat") ? threat(data.path("threat")) : null,
                            data.path("removed").textValue())));
        }
    }

    private static ObjectNode json(RiskDevice device) {
        return Json.object()
                .put("guid", device.guid())
                .put("oid", device.oid())
                .put("externalId", device.externalId())
                .put("mdmId", device.mdmId())
                .put("platform", device.platform())
                .put("email", device.email())
                .put("osVersion", device.osVersion())
                .put("activation", device.activation())
                .put("connected", device.connected())
                .put("securityStatus", device.securityStatus())
                .put("activatedAt", text(device.activatedAt()))
                .put("deactivatedAt", text(device.deactivatedAt()))
                .put("disconnectedAt", text(device.disconnectedAt()))
                .put("updatedAt", text(device.updatedAt()));
    }

    private static RiskDevice device(JsonNode node) {
        return new RiskDevice(
                node.path("guid").textValue(),
                node.path("oid").textValue(),
                node.path("externalId").textValue(),
                node.path("mdmId").textValue(),
                node.path("platform").textValue(),
                node.path("email").textValue(),
                node.path("osVersion").textValue(),
                node.path("activation").textValue(),
                node.path("connected").booleanValue(),
                node.path("securityStatus").textValue(),
                time(node.path("activatedAt")),
                time(node.path("deactivatedAt")),
                time(node.path("disconnectedAt")),
                Instant.parse(node.path("updatedAt").textValue()));
    }

    private static ObjectNode json(RiskThreat threat) {
        ObjectNode node = Json.object()
                .put("guid", threat.guid())
                .put("oid", threat.oid())
                .put("deviceGuid", threat.deviceGuid())
                .put("classification", threat.classifications().get(0))
                .put("severity", threat.severity().name())
                .put("status", threat.status())
                .put("detectedAt", text(threat.detectedAt()))
                .put("resolvedAt", text(threat.resolvedAt()))
                .put("updatedAt", text(threat.updatedAt()));
        node.set("details", threat.details());
        return node;
    }

    private static RiskThreat threat(JsonNode node) {
        String classification = node.path("classification").textValue();
        return new RiskThreat(
                node.path("guid").textValue(),
                node.path("oid").textValue(),
                node.path("deviceGuid").textValue(),
                ThreatKind.of(classification),
                List.of(classification),
                Severity.valueOf(node.path("severity").textValue()),
                node.path("status").textValue(),
                (ObjectNode) node.path("details"),
                Instant.parse(node.path("detectedAt").textValue()),
                time(node.path("resolvedAt")),
                Instant.parse(node.path("updatedAt").textValue()));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static @Nullable Instant time(JsonNode node) {
        return node.isTextual() ? Instant.parse(node.textValue()) : null;
    }
}

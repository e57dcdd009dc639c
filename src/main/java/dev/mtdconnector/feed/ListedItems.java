package dev.mtdconnector.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.Json;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Items of the feed's lists said as events, so that one way leads to a device. An event that is made here has the time at
 * which the reading is placed, or an earlier one that the item names, and an id that follows from both: the same item makes
 * the same event however often it is read, and every event that the feed sends of the time since is later.
 */
final class ListedItems {

    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");

    private final String enterpriseGuid;
    private final Instant asOf;

    /**
     * @param asOf the time at which the reading is placed
     */
    ListedItems(String enterpriseGuid, Instant asOf) {
        this.enterpriseGuid = enterpriseGuid;
        this.asOf = asOf;
    }

    /** The item as a tree; empty when it is not a JSON object, or none that is taken. */
    static Optional<JsonNode> tree(String item) {
        try {
            return Optional.of(Json.MAPPER.readTree(item)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The GUID in this field of an item, in lower case; empty text when there is none. */
    static String guid(JsonNode item) {
        String guid = item.path("guid").asText("");
        return Fields.isGuid(guid) ? guid.toLowerCase(Locale.ROOT) : "";
    }

    /** The GUID of the device that a listed threat is on. */
    static String deviceOf(JsonNode threat) {
        String nested = guid(threat.path("device"));
        String flat = threat.path("device_guid").asText("");
        return nested.isEmpty() && Fields.isGuid(flat) ? flat.toLowerCase(Locale.ROOT) : nested;
    }

    /** The Entra device id that a listed device names, in lower case; empty text when it names none. */
    static String entraIdOf(JsonNode device) {
        String id = device.path("details").path("external_id").asText("");
        return Fields.isGuid(id) ? id.toLowerCase(Locale.ROOT) : "";
    }

    /** The enterprise that an item or event names, in lower case; empty when it names none. */
    static Optional<String> enterpriseOf(JsonNode item) {
        JsonNode named = item.path("enterprise_guid");
        return named.isTextual() ? Optional.of(named.textValue().toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** A device of the list, as it was when it last changed. */
    String device(JsonNode listed) {
        Instant at = time(listed, "updated_time");
        String guid = guid(listed);
        ObjectNode event = event("device-" + at.toEpochMilli() + "-" + guid, at, "DEVICE", guid);
        enterpriseOf(listed).ifPresent(named -> event.put("enterprise_guid", named));
        ObjectNode device = event.putObject("device");
        device.put("guid", guid);
        copy(listed, "platform", device);
        copy(listed, "profile_type", device);
        ObjectNode info = device.putObject("info");
        if (listed.path("details").isObject()) {
            info.setAll((ObjectNode) listed.path("details"));
        }
        copy(listed, "customer_device_id", info);
        copy(listed, "mdm_type", info);
        ObjectNode status = device.putObject("status");
        for (String name : List.of("activation_status", "protection_status", "security_status")) {
            copy(listed.path("status").has(name) ? listed.path("status") : listed, name, status);
        }
        if (status.path("activation_status").asText("").equals("DELETED")) {
            status.put("activation_status", "DEACTIVATED");
        }
        return event.toString();
    }

    /**
     * A threat of the list of open ones: nothing when it is known as it is listed. It is open since it was detected, and it is
     * open as of the reading, whatever was known before.
     *
     * @param known what is known of it; null when nothing is, or its device is not
     */
    List<String> openThreat(JsonNode listed, @Nullable Threat known) {
        String severity = severity(listed);
        if (known != null
                && known.status() == Threat.Status.OPEN
                && known.severity() == RiskLevel.ofSeverity(severity)
                && Set.copyOf(known.classifications()).equals(classifications(listed))) {
            return List.of();
        }
        Instant detected = time(listed, listed.hasNonNull("detected_at") ? "detected_at" : "created_time");
        List<String> events = new ArrayList<>();
        if (detected.isBefore(asOf)) {
            events.add(opened(listed, severity, detected, "detected-"));
        }
        events.add(opened(listed, severity, asOf, "open-"));
        return events;
    }

    private String opened(JsonNode listed, String severity, Instant at, String prefix) {
        String guid = guid(listed);
        ObjectNode event = event(prefix + at.toEpochMilli() + "-" + guid, at, "THREAT", deviceOf(listed));
        enterpriseOf(listed).ifPresent(named -> event.put("enterprise_guid", named));
        ObjectNode threat = event.putObject("threat");
        threat.put("guid", guid).put("status", "OPEN").put("severity", severity);
        for (String name : List.of("type", "classifications", "assessments", "details")) {
            copy(listed, name, threat);
        }
        return event.toString();
    }

    /** A threat that is not among the open ones any more: resolved as of the reading. */
    String closed(Threat known, String vendorGuid) {
        ObjectNode event = event("closed-" + asOf.toEpochMilli() + "-" + known.guid(), asOf, "THREAT", vendorGuid);
        ObjectNode threat = event.putObject("threat");
        threat.put("guid", known.guid())
                .put("status", "RESOLVED")
                .put("severity", known.severity().name())
                .put("type", known.type());
        var classifications = threat.putArray("classifications");
        known.classifications().forEach(classifications::add);
        return event.toString();
    }

    private ObjectNode event(String id, Instant at, String type, String deviceGuid) {
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("id", "listed-" + id)
                .put("enterprise_guid", enterpriseGuid)
                .put("created_time", at.toString())
                .put("type", type)
                .put("change_type", "UPDATED");
        event.putObject("actor").put("type", "DEVICE").put("guid", deviceGuid);
        event.putObject("target").put("type", "DEVICE").put("guid", deviceGuid);
        return event;
    }

    /** A time that the item names, if it is a sensible one from before the reading; else the reading's. */
    private Instant time(JsonNode item, String name) {
        try {
            Instant time = OffsetDateTime.parse(item.path(name).asText("")).toInstant();
            return time.isBefore(EARLIEST) || time.isAfter(asOf) ? asOf : time;
        } catch (DateTimeException e) {
            return asOf;
        }
    }

    private static String severity(JsonNode listed) {
        return listed.path("severity").asText(listed.path("risk").asText("NONE"));
    }

    private static Set<String> classifications(JsonNode listed) {
        Set<String> names = new TreeSet<>();
        listed.path("classifications").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static void copy(JsonNode from, String name, ObjectNode to) {
        if (from.hasNonNull(name)) {
            to.set(name, from.get(name));
        }
    }
}

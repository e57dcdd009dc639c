package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event. What the product relies on is checked; fields and words that it does not know are let pass, for a
 * feed learns new ones at any time.
 *
 * @see <a href="https://doc.lookout.com">Mobile Risk API v2, event stream</a>
 */
final class EventReader {

    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final int MOST_CLASSIFICATIONS = 50;

    private final JsonNode node;
    private final String path;
    private final Clock clock;
    private final List<FieldError> errors = new ArrayList<>();
    private final Vocabulary vocabulary = new Vocabulary();

    private EventReader(JsonNode node, String path, Clock clock) {
        this.node = node;
        this.path = path;
        this.clock = clock;
    }

    /** The event, or what is wrong with it. */
    record Reading(@Nullable Event event, @Nullable String id, List<FieldError> errors) {}

    static Reading read(JsonNode node, String path, Clock clock) {
        boolean isOfFirst = FirstVersion.isOf(node);
        EventReader reader = new EventReader(isOfFirst ? FirstVersion.translated(node) : node, path, clock);
        Event event = reader.event(isOfFirst);
        String id = node.path("id").isTextual() ? cut(node.path("id").textValue()) : null;
        if (reader.errors.isEmpty()) {
            return new Reading(event, id, List.of());
        }
        List<FieldError> errors = List.copyOf(reader.errors);
        return new Reading(null, id, isOfFirst ? FirstVersion.namedAsSent(errors, path) : errors);
    }

    private @Nullable Event event(boolean isOfFirst) {
        if (!node.isObject()) {
            problem("", "must be an object");
            return null;
        }
        String id = id();
        String enterprise = isOfFirst ? null : guid(node, "enterprise_guid");
        Instant createdTime = time("created_time");
        String type = text(node, "type", 100);
        vocabulary.hear("type", type);
        vocabulary.hear("change_type", node.path("change_type").asText(""));
        vocabulary.hear("actor.type", node.path("actor").path("type").asText(""));
        vocabulary.hear("target.type", node.path("target").path("type").asText(""));
        return switch (type) {
            case "DEVICE" -> deviceEvent(id, enterprise, createdTime);
            case "THREAT" -> threatEvent(id, enterprise, createdTime);
            default -> kept(id, enterprise, createdTime, type);
        };
    }

    private Event deviceEvent(String id, @Nullable String enterprise, Instant createdTime) {
        JsonNode device = object("device");
        String guid = guid(device, "device.guid");
        JsonNode status = device.path("status");
        String activation = status.path("activation_status").asText("");
        String protection = status.path("protection_status").asText("");
        String security = status.path("security_status").asText("");
        vocabulary.hear("device.platform", device.path("platform").asText(""));
        vocabulary.hear("device.profile_type", device.path("profile_type").asText(""));
        vocabulary.hear("device.status.activation_status", activation);
        vocabulary.hear("device.status.protection_status", protection);
        vocabulary.hear("device.status.security_status", security);
        Boolean activated = (isGone() || activation.equals("DEACTIVATED"))
                ? Boolean.FALSE
                : activation.equals("ACTIVATED") ? Boolean.TRUE : null;
        return new Event.OfDevice(
                id,
                enterprise,
                createdTime,
                vocabulary.unknown(),
                guid,
                externalId(device),
                activated,
                protection.equals("PROTECTED"),
                Fields.isText(security, VendorDevice.LONGEST) ? security : null,
                vendorDevice(device));
    }

    private static @Nullable String externalId(JsonNode device) {
        String externalId = device.path("info").path("external_id").asText("");
        return Fields.isGuid(externalId) ? externalId.toLowerCase(Locale.ROOT) : null;
    }

    /**
     * The MDM id is {@code mdm_device_id}, as the API's parameter for a device is called, else {@code customer_device_id},
     * which an organization may fill as it likes. That events have the former, and that the latter is Intune's id where it is
     * a GUID, is inferred: the reference says neither.
     */
    private static VendorDevice vendorDevice(JsonNode device) {
        JsonNode info = device.path("info");
        JsonNode hardware = device.path("hardware");
        String mdmId = word(info.path("mdm_device_id"));
        String manufacturer = word(hardware.path("manufacturer"));
        String model = word(hardware.path("model"));
        String named = manufacturer == null || model == null ? model : manufacturer + " " + model;
        return new VendorDevice(
                word(device.path("platform")),
                named,
                word(info.path("email")),
                word(info.path("external_id")),
                mdmId == null ? word(info.path("customer_device_id")) : mdmId,
                word(info.path("mdm_type")));
    }

    private static @Nullable String word(JsonNode node) {
        return node.isTextual() && Fields.isText(node.textValue(), VendorDevice.LONGEST) ? node.textValue() : null;
    }

    private Event threatEvent(String id, @Nullable String enterprise, Instant createdTime) {
        JsonNode threat = object("threat");
        String guid = guid(threat, "threat.guid");
        String statusWord = text(threat, "threat.status", 100);
        String severity = severity(threat);
        String threatType = threatType(threat.path("type"));
        List<String> classifications = classifications(threat.path("classifications"));
        String vendorGuid = deviceGuid(guid);
        vocabulary.hear("threat.status", statusWord);
        vocabulary.hear("threat.severity", severity == null ? "" : severity);
        vocabulary.hear("threat.type", threatType);
        classifications.forEach(vocabulary::hearClassification);
        Optional<Threat.Status> status = isGone() ? Optional.of(Threat.Status.RESOLVED) : statusOf(statusWord);
        if (status.isEmpty()) {
            return new Event.Kept(id, enterprise, createdTime, vocabulary.unknown(), "THREAT", vendorGuid);
        }
        return new Event.OfThreat(
                id,
                enterprise,
                createdTime,
                vocabulary.unknown(),
                vendorGuid,
                externalId(node.path("device")),
                new Threat(
                        guid,
                        status.get(),
                        new Threat.Finding(
                                classifications,
                                severity == null ? RiskLevel.NONE : RiskLevel.ofSeverity(severity),
                                severity,
                                threatType,
                                Threat.Subject.UNKNOWN),
                        createdTime,
                        createdTime,
                        id,
                        vendorGuid,
                        null),
                vendorDevice(node.path("device")));
    }

    private Event kept(String id, @Nullable String enterprise, Instant createdTime, String type) {
        vocabulary.hear("audit.type", node.path("audit").path("type").asText(""));
        for (JsonNode detection : node.path("smishing_alert").path("detections")) {
            vocabulary.hear(
                    "smishing_alert.detections.alert_type",
                    detection.path("alert_type").asText(""));
            vocabulary.hear(
                    "smishing_alert.detections.category",
                    detection.path("category").asText(""));
        }
        JsonNode actor = node.path("actor");
        String guid = actor.path("guid").asText("");
        boolean isOfDevice = actor.path("type").asText("").equals("DEVICE") && Fields.isGuid(guid);
        return new Event.Kept(
                id,
                enterprise,
                createdTime,
                vocabulary.unknown(),
                type,
                isOfDevice ? guid.toLowerCase(Locale.ROOT) : null);
    }

    /**
     * In live events the actor, and the target although it is called a THREAT, carry the device's guid; a target that
     * is the threat itself names no device.
     */
    private String deviceGuid(String threatGuid) {
        JsonNode actor = node.path("actor");
        if (actor.path("type").asText("").equals("DEVICE") && actor.hasNonNull("guid")) {
            return guid(actor, "actor.guid");
        }
        String target = guid(node.path("target"), "target.guid");
        if (!target.isEmpty() && target.equals(threatGuid)) {
            problem("actor.guid", "is required: the event names no device");
        }
        return target;
    }

    /** Null of a threat that the feed expressly does not rate, as feeds of others may. */
    private @Nullable String severity(JsonNode threat) {
        return threat.path("severity").isNull() ? null : text(threat, "threat.severity", 100);
    }

    private static String threatType(JsonNode type) {
        return type.isTextual() && Fields.isText(type.textValue(), 100) ? type.textValue() : "UNKNOWN";
    }

    private List<String> classifications(JsonNode list) {
        if (list.isMissingNode() || list.isNull()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        boolean valid = list.isArray() && list.size() <= MOST_CLASSIFICATIONS;
        for (JsonNode name : valid ? list : List.<JsonNode>of()) {
            valid = valid && name.isTextual() && name.textValue().matches("[A-Za-z0-9_]{1,100}");
            names.add(name.asText());
        }
        if (!valid) {
            problem("threat.classifications", "must be a list of at most " + MOST_CLASSIFICATIONS + " names");
        }
        return names;
    }

    private boolean isGone() {
        String change = node.path("change_type").asText("");
        return change.equals("DELETED") || change.equals("PURGED");
    }

    private static Optional<Threat.Status> statusOf(String word) {
        for (Threat.Status status : Threat.Status.values()) {
            if (status.name().equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    private JsonNode object(String name) {
        JsonNode child = node.path(name);
        if (!child.isObject()) {
            problem(name, "must be an object");
        }
        return child;
    }

    /** Event ids become parts of keys; real ones are GUIDs. */
    private String id() {
        JsonNode child = node.path("id");
        if (child.isTextual() && child.textValue().matches("[!-~]{1,100}")) {
            return child.textValue();
        }
        problem("id", child.isMissingNode() ? "is required" : "must be 1 to 100 printable ASCII characters, no spaces");
        return "";
    }

    /** The last part of the path is the field's own name. */
    private String text(JsonNode parent, String fieldPath, int maximum) {
        JsonNode child = parent.path(fieldPath.substring(fieldPath.lastIndexOf('.') + 1));
        if (child.isTextual() && Fields.isText(child.textValue(), maximum)) {
            return child.textValue();
        }
        problem(fieldPath, child.isMissingNode() ? "is required" : "must be text of 1 to " + maximum + " characters");
        return "";
    }

    private String guid(JsonNode parent, String fieldPath) {
        JsonNode child = parent.path(fieldPath.substring(fieldPath.lastIndexOf('.') + 1));
        if (child.isTextual() && Fields.isGuid(child.textValue())) {
            return child.textValue().toLowerCase(Locale.ROOT);
        }
        problem(fieldPath, child.isMissingNode() ? "is required" : "must be a GUID");
        return "";
    }

    private Instant time(String name) {
        JsonNode child = node.path(name);
        if (child.isTextual()) {
            try {
                Instant time = OffsetDateTime.parse(child.textValue()).toInstant();
                if (!time.isBefore(EARLIEST) && !time.isAfter(clock.instant().plus(AHEAD))) {
                    return time.truncatedTo(ChronoUnit.MICROS);
                }
            } catch (DateTimeException e) {
                // Answered below, like every other text that is no time.
            }
        }
        problem(name, "must be a time with an offset, not before 2010 and not in the future");
        return Instant.EPOCH;
    }

    private void problem(String field, String message) {
        errors.add(new FieldError(field.isEmpty() ? path : path + "." + field, message));
    }

    private static String cut(String text) {
        return text.length() > 100 ? text.substring(0, 100) : text;
    }
}

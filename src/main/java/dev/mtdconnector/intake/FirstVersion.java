package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.AppException.FieldError;
import java.util.List;
import java.util.Map;

/**
 * Events of the Mobile Risk API's first version, said in the words of the second: they name the Entra device id with every
 * event, and no enterprise.
 *
 * @see <a href="https://doc.lookout.com">Mobile Risk API v1, events</a>
 */
final class FirstVersion {

    /** Fields by the names of the second version, and what they are called in the first. */
    private static final Map<String, String> NAMES = Map.of(
            "created_time", "eventTime",
            "threat.guid", "details.id",
            "threat.status", "details.action",
            "threat.severity", "details.severity",
            "threat.classifications", "details.classifications",
            "device.guid", "target.id",
            "actor.guid", "target.id",
            "target.guid", "target.id");

    private FirstVersion() {}

    static boolean isOf(JsonNode event) {
        return event.has("eventTime") && !event.has("created_time");
    }

    static JsonNode translated(JsonNode event) {
        JsonNode details = event.path("details");
        JsonNode target = event.path("target");
        ObjectNode second = JsonNodeFactory.instance.objectNode();
        copy(event, "id", second, "id");
        copy(event, "type", second, "type");
        copy(event, "eventTime", second, "created_time");
        ObjectNode device = JsonNodeFactory.instance.objectNode();
        copy(target, "id", device, "guid");
        copy(target, "platform", device, "platform");
        ObjectNode info = device.putObject("info");
        copy(target, "externalId", info, "external_id");
        copy(target, "emailAddress", info, "email");
        copy(target, "customerDeviceId", info, "customer_device_id");
        if (event.path("type").asText("").equals("THREAT")) {
            ObjectNode threat = second.putObject("threat");
            copy(details, "id", threat, "guid");
            copy(details, "type", threat, "type");
            copy(details, "severity", threat, "severity");
            copy(details, "classifications", threat, "classifications");
            String action = details.path("action").asText("");
            if (details.path("action").isTextual()) {
                threat.put("status", action.equals("DETECTED") ? "OPEN" : action);
            }
        } else {
            ObjectNode status = device.putObject("status");
            copy(details, "activationStatus", status, "activation_status");
            copy(details, "protectionStatus", status, "protection_status");
            String security = details.path("securityStatus").asText("");
            status.put("security_status", security.replaceFirst("^THREAT_", "THREATS_"));
        }
        second.set("device", device);
        ObjectNode actor = second.putObject("actor");
        copy(target, "id", actor, "guid");
        actor.put("type", "DEVICE");
        return second;
    }

    /** The same errors with the fields' names as the sender knows them. */
    static List<FieldError> namedAsSent(List<FieldError> errors, String path) {
        return errors.stream()
                .map(error -> {
                    String field = error.field()
                            .substring(Math.min(path.length() + 1, error.field().length()));
                    return new FieldError(path + "." + NAMES.getOrDefault(field, field), error.message());
                })
                .distinct()
                .toList();
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String newName) {
        JsonNode value = from.path(name);
        if (!value.isMissingNode()) {
            to.set(newName, value);
        }
    }
}

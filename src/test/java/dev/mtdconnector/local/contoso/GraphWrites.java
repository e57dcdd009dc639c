package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the connector writes into the directory: extension attributes of devices, and direct members of groups. */
final class GraphWrites {

    private static final int MOST_BOUND = 20;
    private static final int MOST_CHARACTERS = 1_024;
    private static final int ATTRIBUTES = 15;
    private static final Pattern ATTRIBUTE = Pattern.compile("extensionAttribute([1-9][0-9]?)");
    private static final Pattern REFERENCE =
            Pattern.compile("https?://[^/]+/v1\\.0/(?:directoryObjects|users|devices)/([0-9a-fA-F-]{36})");

    private final Contoso contoso;
    private final Changes changes;

    GraphWrites(Contoso contoso, Changes changes) {
        this.contoso = contoso;
        this.changes = changes;
    }

    /** Whether the request changes something, and counts as a write. */
    static boolean isWrite(String method, GraphPath path) {
        return switch (method) {
            case "PATCH" -> path.size() == 2 && (path.is(0, "devices") || path.is(0, "groups"));
            case "POST", "DELETE" -> path.is(0, "groups") && path.is(2, "members");
            default -> false;
        };
    }

    boolean isAsked(String method, GraphPath path) {
        return isWrite(method, path) || (method.equals("GET") && isReference(path, 5));
    }

    private static boolean isReference(GraphPath path, int size) {
        return path.size() == size && path.is(0, "groups") && path.is(2, "members") && path.is(size - 1, "$ref");
    }

    Answer answer(GraphPath path, Request request, GraphCall call) {
        if (request.method().equals("PATCH") && path.is(0, "devices")) {
            return attributes(path.get(1), body(request), call);
        }
        if (request.method().equals("PATCH")) {
            return bind(path.get(1), body(request), call);
        }
        if (request.method().equals("POST") && isReference(path, 4)) {
            List<String> one = references(Json.array().add(body(request).path("@odata.id")));
            return add(group(path.get(1), call), one, call);
        }
        if (isReference(path, 5)) {
            Group group = group(path.get(1), call);
            return request.method().equals("GET")
                    ? reference(group, path.get(3), call)
                    : remove(group, path.get(3), call);
        }
        throw GraphError.noSegment(path.get(path.size() - 1));
    }

    private Answer attributes(String key, ObjectNode body, GraphCall call) {
        require(GraphAccess.WRITE_DEVICES, GraphAccess.DEVICES, call);
        Device device = device(key, call);
        if (call.on(Rule.WRITE_ATTRIBUTES_ONLY)) {
            body.fieldNames().forEachRemaining(name -> {
                if (!name.equals("extensionAttributes")) {
                    throw new GraphError(
                            400, "Request_BadRequest", "Property '" + name + "' is read-only and cannot be set.");
                }
            });
        }
        ArrayNode written = Json.array();
        for (var one : body.path("extensionAttributes").properties()) {
            Matcher name = ATTRIBUTE.matcher(one.getKey());
            int number = name.matches() ? Integer.parseInt(name.group(1)) : 0;
            if (number < 1 || number > ATTRIBUTES) {
                if (call.on(Rule.WRITE_ATTRIBUTE_KNOWN)) {
                    throw GraphError.badRequest("Invalid property '" + one.getKey() + "'.");
                }
                continue;
            }
            JsonNode value = one.getValue();
            if (!value.isNull() && !value.isTextual()) {
                throw GraphError.badRequest("A string is expected for '" + one.getKey() + "'.");
            }
            if (call.on(Rule.WRITE_ATTRIBUTE_LENGTH) && value.asText("").length() > MOST_CHARACTERS) {
                throw new GraphError(
                        400, "Request_BadRequest", "Invalid value specified for property 'extensionAttributes'.");
            }
            written.add(change(device, number, value.textValue()));
        }
        if (!call.on(Rule.WRITE_ATTRIBUTE_MERGES)) {
            contoso.attributes(device).keySet().forEach(number -> written.insert(0, change(device, number, null)));
        }
        apply(written);
        return Answer.empty(204);
    }

    private static ObjectNode change(Device device, int number, @org.jspecify.annotations.Nullable String value) {
        return Json.object()
                .put("type", "deviceAttribute")
                .put("deviceId", device.deviceId())
                .put("number", number)
                .put("value", value);
    }

    private Answer bind(String id, ObjectNode body, GraphCall call) {
        Group group = group(id, call);
        JsonNode bound = body.path("members@odata.bind");
        if (!bound.isArray() || body.size() != 1) {
            throw GraphError.badRequest("This simulator changes members of groups, and nothing else.");
        }
        if (bound.size() > MOST_BOUND && call.on(Rule.WRITE_BIND_LIMIT)) {
            throw new GraphError(
                    400,
                    "Request_BadRequest",
                    "The number of references in 'members@odata.bind' exceeds the maximum of " + MOST_BOUND + ".");
        }
        return add(group, references((ArrayNode) bound), call);
    }

    private static List<String> references(ArrayNode addresses) {
        List<String> ids = new ArrayList<>();
        for (JsonNode address : addresses) {
            Matcher matcher = REFERENCE.matcher(address.asText());
            if (!matcher.matches()) {
                throw GraphError.badRequest("Invalid URL format specified in @odata.id.");
            }
            ids.add(Contoso.lower(matcher.group(1)));
        }
        return ids;
    }

    /** All or nobody. */
    private Answer add(Group group, List<String> ids, GraphCall call) {
        require(GraphAccess.WRITE_MEMBERS, GraphAccess.GROUPS, call);
        requireChangeable(group, call);
        List<String> present = contoso.members(group.id());
        ArrayNode added = Json.array();
        for (String id : ids) {
            String type = contoso.typeOf(id);
            if (type.isEmpty()) {
                if (call.on(Rule.WRITE_MEMBER_EXISTS)) {
                    throw GraphError.notFound(id);
                }
                continue;
            }
            if (type.equals("device") && call.on(Rule.WRITE_DEVICE_MEMBER_ROLES)) {
                call.require(GraphAccess.WRITE_DEVICES);
            }
            if (present.contains(id) && call.on(Rule.WRITE_MEMBER_TWICE)) {
                throw new GraphError(
                        400,
                        "Request_BadRequest",
                        "One or more added object references already exist for the following modified properties:"
                                + " 'members'.");
            }
            added.add(id);
        }
        members(group, "add", added);
        return Answer.empty(204);
    }

    private Answer remove(Group group, String id, GraphCall call) {
        require(GraphAccess.WRITE_MEMBERS, GraphAccess.GROUPS, call);
        requireChangeable(group, call);
        if (!contoso.members(group.id()).contains(Contoso.lower(id)) && call.on(Rule.WRITE_NO_MEMBER)) {
            throw GraphError.notFound(id);
        }
        members(group, "remove", Json.array().add(Contoso.lower(id)));
        return Answer.empty(204);
    }

    private Answer reference(Group group, String id, GraphCall call) {
        call.require(GraphAccess.GROUPS);
        if (!contoso.members(group.id()).contains(Contoso.lower(id))) {
            throw GraphError.notFound(id);
        }
        return Answer.json(
                200,
                Json.object()
                        .put("@odata.context", call.context("directoryObjects/$ref", List.of()))
                        .put("@odata.id", call.base() + "/v1.0/directoryObjects/" + Contoso.lower(id)));
    }

    private static void requireChangeable(Group group, GraphCall call) {
        if (group.dynamic() && call.on(Rule.WRITE_DYNAMIC)) {
            throw new GraphError(
                    403,
                    "Authorization_RequestDenied",
                    "Insufficient privileges to complete the operation. The group has dynamic membership.");
        }
        if (group.roleAssignable() && call.on(Rule.WRITE_ROLE_ASSIGNABLE)) {
            call.require(GraphAccess.WRITE_ROLE_GROUPS);
        }
        if (group.synced() && call.on(Rule.WRITE_SYNCED)) {
            throw new GraphError(
                    400,
                    "Request_BadRequest",
                    "Unable to update the specified properties for on-premises mastered Directory Sync objects or"
                            + " objects currently undergoing migration.");
        }
    }

    /** With the rule off, whoever may read may write. */
    private static void require(GraphAccess write, GraphAccess read, GraphCall call) {
        call.require(call.on(Rule.WRITE_ROLES) ? write : read);
    }

    private void members(Group group, String what, ArrayNode ids) {
        ObjectNode change = Json.object().put("type", "members").put("group", group.id());
        change.putArray("add");
        change.putArray("remove");
        change.set(what, ids);
        apply(Json.array().add(change));
    }

    private void apply(ArrayNode some) {
        List<JsonNode> list = new ArrayList<>();
        some.forEach(list::add);
        changes.apply(list);
    }

    private Device device(String key, GraphCall call) {
        String alternate = GraphItems.alternate(key, "deviceId");
        Optional<Device> found = alternate == null ? contoso.device(key) : contoso.deviceByDeviceId(alternate);
        return found.or(() -> GraphItems.fallback(call, contoso.devices()))
                .orElseThrow(() -> GraphError.notFound(alternate == null ? key : alternate));
    }

    private Group group(String id, GraphCall call) {
        GraphItems.checkGuid(id, call);
        return contoso.group(id)
                .or(() -> GraphItems.fallback(call, contoso.groups()))
                .orElseThrow(() -> GraphError.notFound(id));
    }

    private static ObjectNode body(Request request) {
        try {
            if (request.json() instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            // Answered below, like a body of another kind.
        }
        throw GraphError.badRequest("Unable to read JSON request payload.");
    }
}

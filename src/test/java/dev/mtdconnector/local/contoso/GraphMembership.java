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

/** {@code checkMemberGroups} of a user or of a group: which of these groups it is in. */
final class GraphMembership {

    private static final int MOST = 20;

    private final Contoso contoso;

    GraphMembership(Contoso contoso) {
        this.contoso = contoso;
    }

    static boolean isAsked(GraphPath path) {
        return path.size() == 3 && (path.is(0, "users") || path.is(0, "groups")) && path.is(2, "checkMemberGroups");
    }

    Answer answer(GraphPath path, Request request, GraphCall call) {
        if (!request.method().equals("POST")) {
            throw new GraphError(
                    405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
        }
        if (path.is(0, "users")) {
            call.require(GraphAccess.USERS);
        }
        call.require(GraphAccess.GROUPS);
        List<String> groups = groups(request, call);
        String asked = (path.is(0, "users")
                        ? contoso.user(path.get(1)).map(User::id)
                        : contoso.group(path.get(1)).map(Group::id))
                .orElseThrow(() -> GraphError.notFound(path.get(1)));
        ObjectNode body =
                Json.object().put("@odata.context", request.base() + "/v1.0/$metadata#Collection(Edm.String)");
        ArrayNode value = body.putArray("value");
        groups.stream().distinct().filter(group -> isMember(group, asked, call)).forEach(value::add);
        return Answer.json(200, body);
    }

    private boolean isMember(String group, String id, GraphCall call) {
        List<String> members =
                call.on(Rule.MEMBER_CHECK_TRANSITIVE) ? contoso.transitiveMembers(group) : contoso.members(group);
        return members.contains(id);
    }

    private static List<String> groups(Request request, GraphCall call) {
        JsonNode asked;
        try {
            asked = request.json().path("groupIds");
        } catch (IOException e) {
            throw GraphError.badRequest("Unable to read JSON request payload.");
        }
        if (!asked.isArray()) {
            throw GraphError.badRequest("The parameter groupIds is missing or no collection.");
        }
        if (asked.size() > MOST && call.on(Rule.MEMBER_CHECK_LIMIT)) {
            throw new GraphError(
                    400, "Request_BadRequest", "The number of group ids exceeds the maximum of " + MOST + ".");
        }
        List<String> groups = new ArrayList<>();
        for (JsonNode one : asked) {
            if (call.on(Rule.MEMBER_CHECK_IDS) && !GraphDirectory.isGuid(one.asText())) {
                throw new GraphError(400, "Request_BadRequest", "Invalid GUID: '" + one.asText() + "'.");
            }
            groups.add(Contoso.lower(one.asText()));
        }
        return groups;
    }
}

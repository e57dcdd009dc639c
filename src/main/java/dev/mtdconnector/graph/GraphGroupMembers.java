package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.connector.PublishOptions.Of;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.graph.GraphBatch.Part;
import dev.mtdconnector.graph.GraphBatch.Result;
import dev.mtdconnector.intune.GroupMembers;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads and changes direct members of a group with the token of the registration for it, twenty a request.
 *
 * <p>Adding is all or nothing for the twenty of a request, so a request that is refused is halved until those are found
 * that are refused.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/group-post-members">Add members</a>
 */
public final class GraphGroupMembers implements GroupMembers {

    private static final int TOGETHER = 20;

    private final DirectoryWrites writes;

    /**
     * @param granted tells a protected group from a permission that is missing
     */
    public GraphGroupMembers(GraphClient client, GrantedRoles granted) {
        this.writes = new DirectoryWrites(client, granted);
    }

    @Override
    public Set<String> present(RiskGroup group, Collection<String> memberIds) {
        Set<String> present = new HashSet<>();
        for (List<String> some : lots(memberIds)) {
            var answers = writes.batch()
                    .get(
                            caller(group),
                            some.stream().map(id -> reference(group, id)).toList());
            for (int i = 0; i < some.size(); i++) {
                if (answers.get(i).isPresent()) {
                    present.add(some.get(i));
                }
            }
        }
        return present;
    }

    @Override
    public Map<String, String> add(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
        Map<String, String> refused = new HashMap<>();
        for (List<String> some : lots(memberIds)) {
            add(group, some, checkpoint, refused);
        }
        return refused;
    }

    private void add(RiskGroup group, List<String> some, Runnable checkpoint, Map<String, String> refused) {
        Part part = new Part("PATCH", "/groups/" + Guids.checked(group.id()), bound(some));
        UpstreamException failure =
                writes.send(caller(group), List.of(part), checkpoint).get(0).failure();
        if (failure == null) {
            return;
        }
        if (failure.kind() == Kind.FORBIDDEN) {
            // Of the group, whoever is to be added.
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH, Kind.REFUSED, "The group refuses new members", null, failure);
        }
        if (some.size() > 1) {
            int middle = some.size() / 2;
            add(group, some.subList(0, middle), checkpoint, refused);
            add(group, some.subList(middle, some.size()), checkpoint, refused);
            return;
        }
        if (failure.kind() == Kind.NOT_FOUND) {
            // The same answer as for a group that is gone.
            prove(group);
        }
        if (present(group, some).isEmpty()) {
            refused.put(some.get(0), Refusals.inWords(failure));
        }
    }

    private JsonNode bound(List<String> memberIds) {
        ObjectNode body = GraphClient.JSON.createObjectNode();
        ArrayNode members = body.putArray("members@odata.bind");
        String root = writes.client().settings().baseUrl() + "/directoryObjects/";
        memberIds.forEach(id -> members.add(root + Guids.checked(id)));
        return body;
    }

    @Override
    public Map<String, String> remove(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
        Map<String, String> refused = new HashMap<>();
        for (List<String> some : lots(memberIds)) {
            List<Part> parts = some.stream()
                    .map(id -> new Part("DELETE", reference(group, id), null))
                    .toList();
            List<Result> results = writes.send(caller(group), parts, checkpoint);
            Map<String, UpstreamException> failed = new HashMap<>();
            for (int i = 0; i < some.size(); i++) {
                UpstreamException failure = results.get(i).failure();
                // Not found: the member, the user or the whole group is not there any more.
                if (failure != null && failure.kind() != Kind.NOT_FOUND) {
                    failed.put(some.get(i), failure);
                }
            }
            // Graph may answer 400 too for one that is no member.
            Set<String> stillIn = failed.isEmpty() ? Set.of() : present(group, failed.keySet());
            failed.forEach((id, failure) -> {
                if (stillIn.contains(id)) {
                    refused.put(id, Refusals.inWords(failure));
                }
            });
        }
        return refused;
    }

    @Override
    public Map<String, String> objectIds(String tenantId, Collection<String> deviceIds) {
        GraphCaller caller = new GraphCaller(Registration.DEVICE_GROUP, tenantId);
        Map<String, String> found = new HashMap<>();
        for (List<String> some : lots(deviceIds)) {
            List<String> paths = some.stream()
                    .map(id -> "/devices(deviceId='" + Guids.checked(id) + "')?$select=id,deviceId")
                    .toList();
            for (var answer : writes.batch().get(caller, paths)) {
                answer.ifPresent(device -> found.put(
                        GraphDirectory.required(device, "deviceId").toLowerCase(Locale.ROOT),
                        Guids.answered(device.path("id").textValue())));
            }
        }
        return found;
    }

    @Override
    public RiskGroups.Candidate prove(RiskGroup group) {
        String path = "/groups/" + Guids.checked(group.id()) + GraphRiskGroups.SELECTED;
        return GraphRiskGroups.candidate(
                writes.client().object(caller(group), writes.client().get(path)), Set.of());
    }

    /** With {@code $ref} at its end: without, a DELETE deletes the member itself. */
    private static String reference(RiskGroup group, String memberId) {
        return "/groups/" + Guids.checked(group.id()) + "/members/" + Guids.checked(memberId) + "/$ref";
    }

    private static List<List<String>> lots(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        List<List<String>> lots = new ArrayList<>();
        for (int from = 0; from < all.size(); from += TOGETHER) {
            lots.add(all.subList(from, Math.min(all.size(), from + TOGETHER)));
        }
        return lots;
    }

    private static GraphCaller caller(RiskGroup group) {
        return new GraphCaller(
                group.of() == Of.USERS ? Registration.GROUP : Registration.DEVICE_GROUP, group.tenantId());
    }
}

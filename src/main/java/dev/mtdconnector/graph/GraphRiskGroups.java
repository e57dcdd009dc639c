package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.graph.GraphBatch.Part;
import dev.mtdconnector.graph.GraphBatch.Result;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Looks a group up with the base registration's token, and within which others it is, however deep. */
public final class GraphRiskGroups implements RiskGroups {

    /** Groups that one checkMemberGroups takes. */
    private static final int AT_ONCE = 20;

    static final String SELECTED =
            "?$select=id,displayName,securityEnabled,groupTypes,isAssignableToRole,onPremisesSyncEnabled";

    private final GraphClient client;

    public GraphRiskGroups(GraphClient client) {
        this.client = client;
    }

    @Override
    public Candidate look(String tenantId, String groupId, Set<String> taken) {
        GraphCaller caller = new GraphCaller(Registration.BASE, tenantId);
        String path = "/groups/" + Guids.checked(groupId);
        JsonNode group = client.object(caller, client.get(path + SELECTED));
        return candidate(group, within(caller, path, taken));
    }

    /** A group that was read with {@link #SELECTED}. */
    static Candidate candidate(JsonNode group, Set<String> within) {
        List<String> types = new ArrayList<>();
        group.path("groupTypes").forEach(type -> types.add(type.asText()));
        return new Candidate(
                GraphDirectory.required(group, "displayName"),
                group.path("securityEnabled").asBoolean(),
                types.contains("Unified"),
                types.contains("DynamicMembership"),
                group.path("isAssignableToRole").asBoolean(),
                group.path("onPremisesSyncEnabled").asBoolean(),
                within);
    }

    private Set<String> within(GraphCaller caller, String path, Set<String> taken) {
        List<String> asked = taken.stream().map(Guids::checked).sorted().toList();
        Set<String> within = new HashSet<>();
        for (int from = 0; from < asked.size(); from += AT_ONCE) {
            ObjectNode body = GraphClient.JSON.createObjectNode();
            ArrayNode ids = body.putArray("groupIds");
            asked.subList(from, Math.min(asked.size(), from + AT_ONCE)).forEach(ids::add);
            Result result = new GraphBatch(client, client.settings(), client.clock())
                    .send(caller, List.of(new Part("POST", path + "/checkMemberGroups", body)), () -> {})
                    .get(0);
            UpstreamException failure = result.failure();
            if (failure != null) {
                throw failure;
            }
            JsonNode found = result.body();
            if (found == null || !found.path("value").isArray()) {
                throw GraphFailures.refused("Graph answered no list of groups");
            }
            found.path("value").forEach(id -> within.add(id.asText().toLowerCase(Locale.ROOT)));
        }
        return within;
    }
}

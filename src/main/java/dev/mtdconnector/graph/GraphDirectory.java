package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directory as Microsoft Graph shows it to the base registration. Reads only. */
public final class GraphDirectory implements Directory {

    private static final String[] GROUP = {"id", "displayName", "securityEnabled", "groupTypes", "visibility"};

    /** Groups that one search by the beginning of a name looks at. */
    private static final int MOST_SIMILAR = 50;

    private final GraphClient client;

    public GraphDirectory(GraphClient client) {
        this.client = client;
    }

    @Override
    public List<Group> groupsNamed(String tenantId, String displayName) {
        RequestInformation request = client.requests().groups().toGetRequestInformation(r -> {
            r.queryParameters.filter = "displayName eq '" + displayName.replace("'", "''") + "'";
            r.queryParameters.select = GROUP;
        });
        List<Group> groups = new ArrayList<>();
        client.collection(caller(tenantId), request, node -> groups.add(group(node)));
        return groups;
    }

    @Override
    public Group group(String tenantId, String groupId) {
        RequestInformation request = client.requests()
                .groups()
                .byGroupId(Guids.checked(groupId))
                .toGetRequestInformation(r -> r.queryParameters.select = GROUP);
        return group(client.object(caller(tenantId), request));
    }

    @Override
    public List<Group> groupsBeginning(String tenantId, String prefix) {
        RequestInformation request = client.requests().groups().toGetRequestInformation(r -> {
            r.queryParameters.filter = "startswith(displayName,'" + prefix.replace("'", "''") + "')";
            r.queryParameters.select = GROUP;
            r.queryParameters.top = MOST_SIMILAR;
        });
        List<Group> groups = new ArrayList<>();
        client.object(caller(tenantId), request).path("value").forEach(node -> groups.add(group(node)));
        return groups;
    }

    @Override
    public boolean isEmpty(String tenantId, String groupId) {
        RequestInformation request = client.requests()
                .groups()
                .byGroupId(Guids.checked(groupId))
                .members()
                .toGetRequestInformation(r -> {
                    r.queryParameters.select = new String[] {"id"};
                    r.queryParameters.top = 1;
                });
        return client.object(caller(tenantId), request).path("value").isEmpty();
    }

    private static Group group(JsonNode node) {
        List<String> types = new ArrayList<>();
        node.path("groupTypes").forEach(type -> types.add(type.asText()));
        return new Group(
                required(node, "id"),
                required(node, "displayName"),
                node.path("securityEnabled").asBoolean(),
                types.contains("Unified"),
                types.contains("DynamicMembership"),
                "HiddenMembership".equals(text(node, "visibility")));
    }

    static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value == null ? null : value.textValue();
    }

    static String required(JsonNode node, String name) {
        String value = text(node, name);
        if (value == null) {
            throw GraphFailures.refused("Graph answered an object without " + name);
        }
        return value;
    }

    private static GraphCaller caller(String tenantId) {
        return new GraphCaller(Registration.BASE, tenantId);
    }
}

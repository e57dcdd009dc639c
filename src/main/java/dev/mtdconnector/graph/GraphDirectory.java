package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The directory as Microsoft Graph shows it to the base registration. Reads only. */
public final class GraphDirectory implements Directory {

    /** Microsoft's limit for directory objects. */
    private static final int PAGE = 999;

    private static final String[] GROUP = {"id", "displayName", "securityEnabled"};

    private static final String DEVICE =
            "id,deviceId,displayName,operatingSystem,operatingSystemVersion,model,isManaged";

    private final GraphClient client;
    private final GraphBatch batch;

    public GraphDirectory(GraphClient client, GraphSettings settings, Clock clock) {
        this.client = client;
        this.batch = new GraphBatch(client, settings, clock);
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

    /**
     * The cast to users is an advanced query: without the consistency level and the count Graph refuses it. Its index
     * may lag behind the directory by some minutes at worst.
     */
    @Override
    public Set<String> users(String tenantId, String groupId) {
        RequestInformation request = client.requests()
                .groups()
                .byGroupId(Guids.checked(groupId))
                .transitiveMembers()
                .graphUser()
                .toGetRequestInformation(r -> {
                    r.headers.add("ConsistencyLevel", "eventual");
                    r.queryParameters.count = true;
                    r.queryParameters.select = new String[] {"id"};
                    r.queryParameters.top = PAGE;
                });
        Set<String> users = new HashSet<>();
        client.collection(caller(tenantId), request, node -> users.add(required(node, "id")));
        return users;
    }

    /**
     * One batch of twenty reads their devices, a second one the names of those of the twenty who have any: a read of
     * both at once ({@code $expand}) gives at most twenty devices and does not say when it left some out.
     */
    @Override
    public void devicesOf(String tenantId, Collection<String> userIds, Consumer<OwnedDevice> consumer) {
        GraphCaller caller = caller(tenantId);
        List<String> all = userIds.stream().map(Guids::checked).distinct().toList();
        for (int from = 0; from < all.size(); from += GraphBatch.MAX_REQUESTS) {
            List<String> users = all.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, all.size()));
            devicesOfSome(caller, users, consumer);
        }
    }

    private void devicesOfSome(GraphCaller caller, List<String> users, Consumer<OwnedDevice> consumer) {
        List<Optional<JsonNode>> firstPages =
                batch.get(caller, paths(users, id -> "/users/" + id + "/ownedDevices?$select=" + DEVICE));
        List<String> owners = new ArrayList<>();
        List<List<JsonNode>> devices = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            List<JsonNode> owned =
                    firstPages.get(i).map(page -> all(caller, page)).orElse(List.of());
            if (!owned.isEmpty()) {
                owners.add(users.get(i));
                devices.add(owned);
            }
        }
        List<Optional<JsonNode>> names =
                batch.get(caller, paths(owners, id -> "/users/" + id + "?$select=id,userPrincipalName"));
        for (int i = 0; i < owners.size(); i++) {
            if (names.get(i).isEmpty()) {
                continue; // deleted between the two reads
            }
            String owner = owners.get(i);
            String name = text(names.get(i).get(), "userPrincipalName");
            devices.get(i).forEach(node -> consumer.accept(device(node, owner, name)));
        }
    }

    /** The devices of a page that a batch answered, and of those that follow it. */
    private List<JsonNode> all(GraphCaller caller, JsonNode page) {
        List<JsonNode> devices = new ArrayList<>();
        JsonNode value = page.get("value");
        if (value == null || !value.isArray()) {
            throw GraphFailures.refused("Graph answered a page without a value");
        }
        value.forEach(node -> addDevice(devices, node));
        String next = text(page, "@odata.nextLink");
        if (next != null) {
            client.collection(caller, client.following(next), node -> addDevice(devices, node));
        }
        return devices;
    }

    /** Users own printers and other things that are no devices of ours. */
    private static void addDevice(List<JsonNode> devices, JsonNode node) {
        String type = text(node, "@odata.type");
        if (type == null || type.equals("#microsoft.graph.device")) {
            devices.add(node);
        }
    }

    private static OwnedDevice device(JsonNode node, String owner, @Nullable String userPrincipalName) {
        String deviceId = text(node, "deviceId");
        if (deviceId == null) {
            // Where a permission is missing, Graph lists the object with its id and null for all else.
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH,
                    UpstreamException.Kind.FORBIDDEN,
                    "Graph shows a device without its device id: the permission Device.Read.All is not effective");
        }
        JsonNode managed = node.get("isManaged");
        return new OwnedDevice(
                deviceId,
                required(node, "id"),
                text(node, "displayName"),
                text(node, "operatingSystem"),
                text(node, "operatingSystemVersion"),
                text(node, "model"),
                (managed != null && managed.isBoolean()) ? managed.booleanValue() : null,
                owner,
                userPrincipalName);
    }

    private static Group group(JsonNode node) {
        return new Group(
                required(node, "id"),
                required(node, "displayName"),
                node.path("securityEnabled").asBoolean());
    }

    private static List<String> paths(List<String> ids, Function<String, String> path) {
        return ids.stream().map(path).toList();
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

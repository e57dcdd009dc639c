package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.Directory.ObjectRecord;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.graph.GraphBatch.Part;
import dev.mtdconnector.tenant.Registration;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes of the directory as Microsoft Graph shows them to the base registration. Reads only. */
public final class GraphChanges implements DirectoryChanges {

    private static final String DEVICE =
            "id,deviceId,displayName,operatingSystem,operatingSystemVersion,model,isManaged,accountEnabled,"
                    + "deviceOwnership,registrationDateTime,approximateLastSignInDateTime";

    /** Its changes are worth no word in a delta query: a device that signs in is the same device. */
    private static final String FOLLOWED = DEVICE.replace(",approximateLastSignInDateTime", "");

    /** A cast is an advanced query: it needs the count, and a header of its own. */
    private static final String GROUPS_WITHIN =
            "/transitiveMembers/microsoft.graph.group?$select=id&$top=999&$count=true";

    /** Related objects that an expanded property shows; it does not say when there are more. */
    private static final int MOST_EXPANDED = 20;

    private final GraphClient client;
    private final GraphBatch batch;
    private final GraphIntune intune;

    public GraphChanges(GraphClient client, GraphSettings settings, Clock clock) {
        this.client = client;
        this.batch = new GraphBatch(client, settings, clock);
        this.intune = new GraphIntune(client, batch);
    }

    @Override
    public Reading open(String tenantId, Meter meter) {
        return new GraphReading(new GraphCaller(Registration.BASE, tenantId, meter), meter);
    }

    private final class GraphReading implements Reading {

        private final GraphCaller caller;
        private final Meter meter;
        private final GroupDeltaPage groupPage = new GroupDeltaPage();

        private GraphReading(GraphCaller caller, Meter meter) {
            this.caller = caller;
            this.meter = meter;
        }

        @Override
        public void groupsWithin(Collection<String> groupIds, Consumer<String> consumer) {
            List<Part> parts = groupIds.stream()
                    .map(id -> "/groups/" + Guids.checked(id) + GROUPS_WITHIN)
                    .map(path -> new Part("GET", path, null, true))
                    .toList();
            for (int from = 0; from < parts.size(); from += GraphBatch.MAX_REQUESTS) {
                List<Part> some = parts.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, parts.size()));
                for (GraphBatch.Result result : batch.send(caller, some, () -> {})) {
                    // A group that cannot have others within it, as one of Microsoft 365, answers 400.
                    JsonNode body = result.body();
                    if (result.failure() == null && body != null) {
                        values(body).forEach(group -> consumer.accept(id(group)));
                    }
                }
            }
        }

        @Override
        public Position groups(Collection<String> groupIds, GroupSink sink) {
            String filter = groupIds.stream()
                    .map(id -> "id eq '" + Guids.checked(id) + "'")
                    .collect(Collectors.joining(" or "));
            return checked(
                    null,
                    groupPage(client.get("/groups/delta?$select=displayName,members&$filter=" + encode(filter)), sink));
        }

        @Override
        public Position groups(String link, GroupSink sink) {
            return checked(link, groupPage(client.followingDelta(link), sink));
        }

        private Position groupPage(RequestInformation request, GroupSink sink) {
            Position position = client.exchange(caller, () -> request, body -> groupPage.read(body, sink));
            meter.page();
            return position;
        }

        @Override
        public Position devicesFromNow() {
            Position now = checked(
                    null,
                    devices(client.get("/devices/delta?$select=" + FOLLOWED + "&$deltatoken=latest"), new NoDevices()));
            if (!now.isComplete()) {
                throw GraphFailures.refused("Graph answered no place to follow devices from");
            }
            return now;
        }

        @Override
        public Position devices(String link, DeviceSink sink) {
            return checked(link, devices(client.followingDelta(link), sink));
        }

        private Position devices(RequestInformation request, DeviceSink sink) {
            JsonNode page = client.object(caller, request);
            meter.page();
            for (JsonNode node : values(page)) {
                if (node.has("@removed")) {
                    sink.deviceGone(id(node));
                } else {
                    device(node, "", null).ifPresent(sink::device);
                }
            }
            String next = GraphDirectory.text(page, "@odata.nextLink");
            String delta = GraphDirectory.text(page, "@odata.deltaLink");
            if (next == null && delta == null) {
                throw GraphFailures.refused("Graph answered a page of a delta query that leads nowhere");
            }
            return next != null ? new Position(next, false) : new Position(delta, true);
        }

        @Override
        public int deviceCount() {
            return count(client.requests()
                    .devices()
                    .count()
                    .toGetRequestInformation(r -> r.headers.add("ConsistencyLevel", "eventual")));
        }

        @Override
        public int userCount() {
            return count(client.requests()
                    .users()
                    .count()
                    .toGetRequestInformation(r -> r.headers.add("ConsistencyLevel", "eventual")));
        }

        private int count(RequestInformation request) {
            request.headers.tryAdd("Accept", "text/plain");
            String count = client.exchange(
                    caller, () -> request, body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
            String digits = count.replace("\uFEFF", "").strip();
            if (!digits.matches("[0-9]{1,9}")) {
                throw GraphFailures.refused("Graph answered a count that is no number");
            }
            return Integer.parseInt(digits);
        }

        @Override
        public Position devicesAlone(@Nullable String link, Consumer<OwnedDevice> consumer) {
            return page(
                    link,
                    "/devices?$select=" + DEVICE + "&$top=999",
                    node -> device(node, "", null).ifPresent(consumer));
        }

        @Override
        public int managedCount() {
            return intune.managedCount(caller);
        }

        @Override
        public Position managedDevices(@Nullable String link, Consumer<ManagedDevice> consumer) {
            return page(
                    link,
                    GraphIntune.MANAGED_DEVICES,
                    node -> GraphIntune.managed(node).ifPresent(consumer));
        }

        @Override
        public void managedOf(List<String> deviceIds, Consumer<ManagedDevice> consumer) {
            intune.managedOf(caller, deviceIds, consumer);
        }

        @Override
        public Position appRegistrations(@Nullable String link, Consumer<AppRegistration> consumer) {
            return page(
                    link,
                    GraphIntune.APP_REGISTRATIONS,
                    node -> GraphIntune.app(node).ifPresent(consumer));
        }

        /** A page of a query, or the one that a link leads to. */
        private Position page(@Nullable String link, String query, Consumer<JsonNode> consumer) {
            JsonNode page = client.object(caller, link != null ? client.following(link) : client.get(query));
            meter.page();
            values(page).forEach(consumer);
            String next = GraphDirectory.text(page, "@odata.nextLink");
            return checked(link, new Position(next, next == null));
        }

        @Override
        public Position allDevices(@Nullable String link, Consumer<OwnedDevice> consumer) {
            return page(
                    link,
                    "/devices?$select=" + DEVICE + "&$expand=registeredOwners($select=id,userPrincipalName)&$top=100",
                    node -> owned(node, consumer));
        }

        @Override
        public void devicesOf(List<String> userIds, Consumer<OwnedDevice> consumer) {
            for (int from = 0; from < userIds.size(); from += GraphBatch.MAX_REQUESTS) {
                List<String> users = userIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, userIds.size()));
                List<Optional<JsonNode>> answers = batch.get(
                        caller,
                        users.stream()
                                .map(id -> "/users/" + Guids.checked(id)
                                        + "?$select=id,userPrincipalName&$expand=ownedDevices($select=" + DEVICE + ")")
                                .toList());
                for (int i = 0; i < users.size(); i++) {
                    String user = users.get(i);
                    answers.get(i).ifPresent(node -> devicesOf(user, node, consumer));
                }
            }
        }

        @Override
        public void namesOf(List<String> userIds, BiConsumer<String, String> consumer) {
            for (int from = 0; from < userIds.size(); from += GraphBatch.MAX_REQUESTS) {
                List<String> users = userIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, userIds.size()));
                List<Optional<JsonNode>> answers = batch.get(
                        caller,
                        users.stream()
                                .map(id -> "/users/" + Guids.checked(id) + "?$select=id,userPrincipalName")
                                .toList());
                for (int i = 0; i < users.size(); i++) {
                    String user = users.get(i);
                    answers.get(i)
                            .map(node -> GraphDirectory.text(node, "userPrincipalName"))
                            .ifPresent(name -> consumer.accept(user, name));
                }
            }
        }

        private void devicesOf(String userId, JsonNode user, Consumer<OwnedDevice> consumer) {
            String name = GraphDirectory.text(user, "userPrincipalName");
            List<JsonNode> devices = new ArrayList<>();
            user.path("ownedDevices").forEach(devices::add);
            if (devices.size() >= MOST_EXPANDED) {
                devices.clear();
                try {
                    client.collection(
                            caller, client.get("/users/" + userId + "/ownedDevices?$select=" + DEVICE), devices::add);
                } catch (UpstreamException e) {
                    if (e.kind() != UpstreamException.Kind.NOT_FOUND) {
                        throw e;
                    }
                    return; // deleted since
                }
            }
            for (JsonNode node : devices) {
                if (isOf(node, "#microsoft.graph.device")) {
                    device(node, userId, name).ifPresent(consumer);
                }
            }
        }

        @Override
        public void ownersOf(List<String> objectIds, Consumer<OwnedDevice> consumer) {
            for (int from = 0; from < objectIds.size(); from += GraphBatch.MAX_REQUESTS) {
                List<String> some = objectIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, objectIds.size()));
                List<Optional<JsonNode>> answers = batch.get(
                        caller,
                        some.stream()
                                .map(id -> "/devices/" + Guids.checked(id) + "?$select=" + DEVICE
                                        + "&$expand=registeredOwners($select=id,userPrincipalName)")
                                .toList());
                answers.forEach(answer -> answer.ifPresent(node -> owned(node, device -> {
                    if (!device.userId().isEmpty()) {
                        consumer.accept(device);
                    }
                })));
            }
        }

        @Override
        public Set<String> deletedOf(List<String> deviceIds) {
            Set<String> deleted = new TreeSet<>();
            for (int from = 0; from < deviceIds.size(); from += GraphBatch.MAX_REQUESTS) {
                List<String> some = deviceIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, deviceIds.size()));
                List<Optional<JsonNode>> answers = batch.get(
                        caller,
                        some.stream()
                                .map(id -> "/devices(deviceId='" + Guids.checked(id) + "')?$select=id")
                                .toList());
                for (int i = 0; i < some.size(); i++) {
                    if (answers.get(i).isEmpty()) {
                        deleted.add(some.get(i));
                    }
                }
            }
            return deleted;
        }

        /** One word for each owner who is a user; one without an owner where there is none. */
        private void owned(JsonNode node, Consumer<OwnedDevice> consumer) {
            List<JsonNode> owners = new ArrayList<>();
            for (JsonNode owner : node.path("registeredOwners")) {
                if (isOf(owner, "#microsoft.graph.user")) {
                    owners.add(owner);
                }
            }
            if (owners.isEmpty()) {
                device(node, "", null).ifPresent(consumer);
            }
            for (JsonNode owner : owners) {
                device(node, id(owner), GraphDirectory.text(owner, "userPrincipalName"))
                        .ifPresent(consumer);
            }
        }
    }

    private static String id(JsonNode node) {
        return Guids.answered(GraphDirectory.text(node, "id"));
    }

    /** The position that following a link led to, unless that is the link itself, or no place of Graph's. */
    private Position checked(@Nullable String link, Position position) {
        String next = position.link();
        if (next != null) {
            client.checkLeadsToGraph(next);
        }
        if (link != null && !position.isComplete() && link.equals(next)) {
            throw GraphFailures.refused("Graph answered a page with a link to that same page");
        }
        return position;
    }

    private static boolean isOf(JsonNode node, String expected) {
        String type = GraphDirectory.text(node, "@odata.type");
        return type == null || type.equals(expected);
    }

    private static Iterable<JsonNode> values(JsonNode page) {
        JsonNode value = page.get("value");
        if (value == null || !value.isArray()) {
            throw GraphFailures.refused("Graph answered a page without a value");
        }
        return value;
    }

    /** Empty for what delta queries tell of a device in part, as of one that has no device id yet. */
    private static Optional<OwnedDevice> device(JsonNode node, String userId, @Nullable String userPrincipalName) {
        String deviceId = GraphDirectory.text(node, "deviceId");
        if (deviceId == null) {
            if (node.has("deviceId")) {
                // Where a permission is missing, Graph lists the object with its id and null for all else.
                throw new UpstreamException(
                        UpstreamException.Service.GRAPH,
                        UpstreamException.Kind.FORBIDDEN,
                        "Graph shows a device without its device id: the permission Device.Read.All is not effective");
            }
            return Optional.empty();
        }
        if (!Guids.isOne(deviceId)) {
            return Optional.empty(); // whoever makes a device by hand may give it any text: no phone has it
        }
        return Optional.of(new OwnedDevice(
                deviceId,
                id(node),
                GraphDirectory.text(node, "displayName"),
                GraphDirectory.text(node, "operatingSystem"),
                GraphDirectory.text(node, "operatingSystemVersion"),
                GraphDirectory.text(node, "model"),
                flag(node, "isManaged"),
                userId,
                userPrincipalName,
                new ObjectRecord(
                        flag(node, "accountEnabled"),
                        GraphIntune.ownership(GraphDirectory.text(node, "deviceOwnership")),
                        GraphIntune.instant(node, "registrationDateTime"),
                        GraphIntune.instant(node, "approximateLastSignInDateTime"))));
    }

    private static @Nullable Boolean flag(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return (value != null && value.isBoolean()) ? (Boolean) value.booleanValue() : null;
    }

    private static String encode(String filter) {
        return filter.replace(" ", "%20").replace("'", "%27");
    }

    /** From now on there is nothing to say yet. */
    private static final class NoDevices implements DeviceSink {
        @Override
        public void device(OwnedDevice device) {
            // What exists already is found otherwise.
        }

        @Override
        public void deviceGone(String objectId) {
            // Likewise.
        }
    }
}

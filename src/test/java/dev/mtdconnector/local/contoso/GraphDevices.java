package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The part of Graph that is about Entra's devices, but for their delta query. */
final class GraphDevices {

    private static final Set<String> LIST_OPTIONS =
            Set.of("$select", "$filter", "$expand", "$top", "$count", "$skiptoken");
    private static final Set<String> RELATION_OPTIONS = Set.of("$select", "$top", "$count", "$skiptoken");
    private static final Set<String> EXPANDABLE = Set.of("registeredOwners", "registeredUsers");

    private final Contoso contoso;
    private final GraphItems items;

    GraphDevices(Contoso contoso, GraphItems items) {
        this.contoso = contoso;
        this.items = items;
    }

    /** Empty when a segment of the path does not exist. */
    Optional<Answer> answer(GraphPath path, GraphCall call) {
        if (path.size() == 1 || (path.size() == 2 && path.is(1, "$count"))) {
            call.query().allow(LIST_OPTIONS);
            Source devices = devices(call);
            call.require(GraphAccess.DEVICES);
            return Optional.of(path.size() == 2 ? call.count(devices) : call.page("device", "devices", devices));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.DEVICES);
            return Optional.of(call.entity("devices", expanding(device(path.get(1), call), call)));
        }
        if (!path.is(2, "registeredOwners") && !path.is(2, "registeredUsers")) {
            return Optional.empty();
        }
        return GraphItems.Tail.of(path, 3).map(tail -> {
            call.query().allow(RELATION_OPTIONS);
            call.require(GraphAccess.DEVICES);
            Source owners = Source.of(GraphItems.ofType(tail.cast(), owners(device(path.get(1), call))));
            if (tail.count()) {
                return call.count(owners);
            }
            return tail.cast() == null ? call.mixedPage(owners) : call.page(tail.cast(), tail.cast() + "s", owners);
        });
    }

    private Source devices(GraphCall call) {
        GraphQuery.Filter filter =
                call.query().filter("Device", Set.of("deviceId", "id", "displayName"), Set.of("displayName"));
        if (filter != null && filter.property().equals("deviceId")) {
            return Source.of(filter.values().stream()
                    .distinct()
                    .map(contoso::deviceByDeviceId)
                    .flatMap(Optional::stream)
                    .map(device -> expanding(device, call))
                    .toList());
        }
        Predicate<Device> wanted = device -> filter == null
                || filter.matches(filter.property().equals("id") ? device.id() : device.displayName(), true);
        return Source.of((from, most) -> contoso.devices(from, most, wanted), device -> expanding(device, call));
    }

    private Item expanding(Device device, GraphCall call) {
        Map<String, List<String>> expansions = call.query().expansions(EXPANDABLE);
        Item item = items.of(device);
        if (expansions.isEmpty()) {
            return item;
        }
        String name = expansions.keySet().iterator().next();
        List<String> select = Objects.requireNonNull(expansions.get(name));
        return item.with(() -> call.expansion(name, select, owners(device)));
    }

    private List<Item> owners(Device device) {
        return contoso.owner(device).map(items::of).stream().toList();
    }

    private Device device(String key, GraphCall call) {
        String alternate = GraphItems.alternate(key, "deviceId");
        if (alternate != null) {
            return contoso.deviceByDeviceId(alternate).orElseThrow(() -> GraphError.notFound(alternate));
        }
        GraphItems.checkGuid(key, call);
        return contoso.device(key)
                .or(() -> GraphItems.fallback(call, contoso.devices()))
                .orElseThrow(() -> GraphError.notFound(key));
    }
}

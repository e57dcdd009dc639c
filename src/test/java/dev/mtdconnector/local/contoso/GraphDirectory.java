package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The part of Graph that Entra answers: groups, users, devices, service principals. */
final class GraphDirectory {

    private static final Set<String> LIST_OPTIONS = Set.of("$select", "$filter", "$top", "$count", "$skiptoken");
    private static final Set<String> RELATION_OPTIONS = Set.of("$select", "$top", "$count", "$skiptoken");

    private static final Set<String> EXPANDABLE = Set.of("ownedDevices", "registeredDevices");

    private final Contoso contoso;
    private final GraphItems items;
    private final GraphGroups groups;
    private final GraphDevices devices;
    private final GraphDelta delta;

    GraphDirectory(Contoso contoso, IntuneView intune, GraphDelta delta) {
        this.contoso = contoso;
        this.items = new GraphItems(contoso, intune);
        this.groups = new GraphGroups(contoso, items);
        this.devices = new GraphDevices(contoso, items);
        this.delta = delta;
    }

    /** Empty when a segment of the path does not exist. */
    Optional<Answer> answer(URI base, GraphPath path, GraphCall call) {
        if (GraphDelta.isAsked(path)) {
            return Optional.of(delta.answer(path, call));
        }
        return switch (path.get(0).toLowerCase(Locale.ROOT)) {
            case "groups" -> groups.answer(path, call);
            case "users" -> users(path, call);
            case "devices" -> devices.answer(path, call);
            case "serviceprincipals" -> principals(base, path, call);
            default -> Optional.empty();
        };
    }

    // ---- users ----

    private Optional<Answer> users(GraphPath path, GraphCall call) {
        if (path.size() == 1 || (path.size() == 2 && path.is(1, "$count"))) {
            return Optional.of(users(path.size() == 2, call));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.USERS);
            return Optional.of(call.entity("users", expanding(user(path.get(1), call), call)));
        }
        if (!path.is(2, "ownedDevices") && !path.is(2, "registeredDevices")) {
            return Optional.empty();
        }
        return GraphItems.Tail.of(path, 3).map(tail -> {
            call.query().allow(RELATION_OPTIONS);
            call.require(GraphAccess.USERS);
            User user = user(path.get(1), call);
            Source owned = Source.of(GraphItems.ofType(
                    tail.cast(),
                    contoso.devicesOf(user.id()).stream().map(items::of).toList()));
            if (tail.count()) {
                return call.count(owned);
            }
            return tail.cast() == null ? call.mixedPage(owned) : call.page(tail.cast(), tail.cast() + "s", owned);
        });
    }

    private Item expanding(User user, GraphCall call) {
        Map<String, List<String>> expansions = call.query().expansions(EXPANDABLE);
        Item item = items.of(user);
        if (expansions.isEmpty()) {
            return item;
        }
        String name = expansions.keySet().iterator().next();
        List<String> select = Objects.requireNonNull(expansions.get(name));
        List<Item> devices =
                contoso.devicesOf(user.id()).stream().map(items::of).toList();
        return item.with(() -> call.expansion(name, select, devices));
    }

    private Answer users(boolean count, GraphCall call) {
        call.query().allow(LIST_OPTIONS);
        GraphQuery.Filter filter =
                call.query().filter("User", Set.of("id", "userPrincipalName", "displayName"), Set.of("displayName"));
        call.require(GraphAccess.USERS);
        Source users;
        if (filter != null && filter.property().equals("id")) {
            users = Source.of(filter.values().stream()
                    .distinct()
                    .map(contoso::user)
                    .flatMap(Optional::stream)
                    .map(items::of)
                    .toList());
        } else {
            users = Source.of(
                    (from, most) -> contoso.users(
                            from,
                            most,
                            user -> filter == null
                                    || filter.matches(
                                            filter.property().equals("displayName")
                                                    ? user.displayName()
                                                    : user.userPrincipalName(),
                                            true)),
                    items::of);
        }
        return count ? call.count(users) : call.page("user", "users", users);
    }

    private User user(String idOrName, GraphCall call) {
        return contoso.user(idOrName)
                .or(() -> GraphItems.fallback(call, contoso.users()))
                .orElseThrow(() -> GraphError.notFound(idOrName));
    }

    // ---- service principals ----

    private Optional<Answer> principals(URI base, GraphPath path, GraphCall call) {
        if (path.size() == 1) {
            call.query().allow(LIST_OPTIONS);
            GraphQuery.Filter filter =
                    call.query().filter("ServicePrincipal", Set.of("appId", "displayName"), Set.of("displayName"));
            call.require(GraphAccess.PRINCIPALS);
            List<Item> found = contoso.principals().stream()
                    .filter(one -> filter == null
                            || filter.matches(
                                    filter.property().equals("appId") ? one.appId() : one.displayName(), true))
                    .map(items::of)
                    .toList();
            return Optional.of(call.page("servicePrincipal", "servicePrincipals", Source.of(found)));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.PRINCIPALS);
            ServicePrincipal principal = principal(path.get(1), call);
            return Optional.of(call.entity("servicePrincipals", items.of(principal)));
        }
        if (path.size() != 3) {
            return Optional.empty();
        }
        if (path.is(2, "appRoleAssignments")) {
            call.query().allow(RELATION_OPTIONS);
            call.require(GraphAccess.PRINCIPALS);
            ServicePrincipal principal = principal(path.get(1), call);
            List<Item> assignments = principal.assignments().stream()
                    .map(one -> item(one, principal))
                    .toList();
            return Optional.of(call.page(
                    "appRoleAssignment",
                    "servicePrincipals('" + principal.id() + "')/appRoleAssignments",
                    Source.of(assignments)));
        }
        if (path.is(2, "endpoints")) {
            call.query().allow(RELATION_OPTIONS);
            call.require(GraphAccess.PRINCIPALS);
            ServicePrincipal principal = principal(path.get(1), call);
            return Optional.of(call.page(
                    "endpoint",
                    "servicePrincipals('" + principal.id() + "')/endpoints",
                    Source.of(endpoints(base, principal))));
        }
        return Optional.empty();
    }

    /** Where Intune's partner services are: only Intune's own service principal tells. */
    private List<Item> endpoints(URI base, ServicePrincipal principal) {
        if (!principal.appId().equals(WellKnown.INTUNE_API)) {
            return List.of();
        }
        return List.of(
                endpoint("PartnerTenantDataSyncService", URI.create(base + "/intune/tenant")),
                endpoint("PartnerDeviceDataSyncService", URI.create(base + "/intune/device")));
    }

    private Item endpoint(String provider, URI uri) {
        String id = contoso.idFor("endpoint/" + provider);
        return new Item("endpoint", id, whole -> GraphEntities.endpoint(id, provider, uri));
    }

    private ServicePrincipal principal(String key, GraphCall call) {
        String alternate = GraphItems.alternate(key, "appId");
        if (alternate != null) {
            return contoso.principalOf(alternate).orElseThrow(() -> GraphError.notFound(alternate));
        }
        GraphItems.checkGuid(key, call);
        return contoso.principal(key)
                .or(() -> GraphItems.fallback(call, contoso.principals()))
                .orElseThrow(() -> GraphError.notFound(key));
    }

    static boolean isGuid(String id) {
        return GraphItems.isGuid(id);
    }

    private Item item(AppRoleAssignment assignment, ServicePrincipal principal) {
        return new Item("appRoleAssignment", assignment.id(), whole -> {
            ServicePrincipal resource =
                    contoso.principalOf(assignment.role().resourceAppId()).orElseThrow();
            return GraphEntities.of(assignment, principal, resource);
        });
    }
}

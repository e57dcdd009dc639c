package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of Graph that Entra answers: groups, users, devices, service principals. */
final class GraphDirectory {

    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final Pattern ALTERNATE_KEY = Pattern.compile("([A-Za-z]+)='((?:[^']|'')*)'");
    private static final Set<String> LIST_OPTIONS = Set.of("$select", "$filter", "$top", "$count", "$skiptoken");
    private static final Set<String> RELATION_OPTIONS = Set.of("$select", "$top", "$count", "$skiptoken");

    private final Contoso contoso;
    private final IntuneView intune;

    GraphDirectory(Contoso contoso, IntuneView intune) {
        this.contoso = contoso;
        this.intune = intune;
    }

    /** Empty when a segment of the path does not exist. */
    Optional<Answer> answer(URI base, GraphPath path, GraphCall call) {
        return switch (path.get(0).toLowerCase(Locale.ROOT)) {
            case "groups" -> groups(path, call);
            case "users" -> users(path, call);
            case "devices" -> devices(path, call);
            case "serviceprincipals" -> principals(base, path, call);
            default -> Optional.empty();
        };
    }

    // ---- groups ----

    private Optional<Answer> groups(GraphPath path, GraphCall call) {
        if (path.size() == 1) {
            call.query().allow(LIST_OPTIONS);
            GraphQuery.Filter filter = call.query().filter("Group", Set.of("displayName"), Set.of("displayName"));
            call.require(GraphAccess.GROUPS);
            List<Item> found = contoso.groups().stream()
                    .filter(group ->
                            filter == null || filter.matches(group.displayName(), call.on(Rule.NAMES_IGNORE_CASE)))
                    .map(this::item)
                    .toList();
            return Optional.of(call.page("group", "groups", found));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.GROUPS);
            Group group = group(path.get(1), call);
            return Optional.of(call.entity("group", "groups", GraphEntities.of(group)));
        }
        boolean direct = path.is(2, "members");
        if ((!direct && !path.is(2, "transitiveMembers")) || path.size() > 4) {
            return Optional.empty();
        }
        String cast = path.size() == 4 ? GraphCall.castType(path.get(3)) : null;
        if (path.size() == 4 && cast == null) {
            return Optional.empty();
        }
        call.query().allow(RELATION_OPTIONS);
        call.require(GraphAccess.GROUPS);
        if (cast != null && call.on(Rule.CAST_ADVANCED) && !call.query().advanced()) {
            throw GraphError.unsupported("An OData cast of members needs the header ConsistencyLevel: eventual and the "
                    + "query option $count=true.");
        }
        Group group = group(path.get(1), call);
        List<String> ids = direct ? contoso.members(group.id()) : contoso.transitiveMembers(group.id());
        return Optional.of(related(
                call,
                cast,
                ids.stream().map(this::object).flatMap(Optional::stream).toList()));
    }

    private Group group(String id, GraphCall call) {
        checkGuid(id, call);
        return contoso.group(id).or(() -> fallback(call, contoso.groups())).orElseThrow(() -> GraphError.notFound(id));
    }

    // ---- users ----

    private Optional<Answer> users(GraphPath path, GraphCall call) {
        if (path.size() == 2) {
            call.require(GraphAccess.USERS);
            return Optional.of(call.entity("user", "users", GraphEntities.of(user(path.get(1), call))));
        }
        boolean devices = path.is(2, "ownedDevices") || path.is(2, "registeredDevices");
        if (!devices || path.size() > 4) {
            return Optional.empty();
        }
        String cast = path.size() == 4 ? GraphCall.castType(path.get(3)) : null;
        if (path.size() == 4 && cast == null) {
            return Optional.empty();
        }
        call.query().allow(RELATION_OPTIONS);
        call.require(GraphAccess.USERS);
        User user = user(path.get(1), call);
        List<Item> owned = contoso.devicesOf(user.id()).stream().map(this::item).toList();
        return Optional.of(related(call, cast, owned));
    }

    private User user(String idOrName, GraphCall call) {
        return contoso.user(idOrName)
                .or(() -> fallback(call, contoso.users()))
                .orElseThrow(() -> GraphError.notFound(idOrName));
    }

    // ---- devices ----

    private Optional<Answer> devices(GraphPath path, GraphCall call) {
        if (path.size() == 1) {
            call.query().allow(LIST_OPTIONS);
            GraphQuery.Filter filter =
                    call.query().filter("Device", Set.of("deviceId", "displayName"), Set.of("displayName"));
            call.require(GraphAccess.DEVICES);
            List<Item> found = contoso.devices().stream()
                    .filter(device -> filter == null
                            || filter.matches(
                                    filter.property().equals("deviceId") ? device.deviceId() : device.displayName(),
                                    true))
                    .map(this::item)
                    .toList();
            return Optional.of(call.page("device", "devices", found));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.DEVICES);
            Device device = device(path.get(1), call);
            return Optional.of(
                    call.entity("device", "devices", item(device).node().get()));
        }
        boolean owners = path.is(2, "registeredOwners") || path.is(2, "registeredUsers");
        String cast = path.size() == 4 ? GraphCall.castType(path.get(3)) : null;
        if (!owners || path.size() > 4 || (path.size() == 4 && cast == null)) {
            return Optional.empty();
        }
        call.query().allow(RELATION_OPTIONS);
        call.require(GraphAccess.DEVICES);
        Device device = device(path.get(1), call);
        return Optional.of(related(
                call, cast, contoso.owner(device).map(this::item).stream().toList()));
    }

    private Device device(String key, GraphCall call) {
        String alternate = alternate(key, "deviceId");
        if (alternate != null) {
            return contoso.deviceByDeviceId(alternate).orElseThrow(() -> GraphError.notFound(alternate));
        }
        checkGuid(key, call);
        return contoso.device(key)
                .or(() -> fallback(call, contoso.devices()))
                .orElseThrow(() -> GraphError.notFound(key));
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
                    .map(this::item)
                    .toList();
            return Optional.of(call.page("servicePrincipal", "servicePrincipals", found));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.PRINCIPALS);
            ServicePrincipal principal = principal(path.get(1), call);
            return Optional.of(call.entity(
                    "servicePrincipal",
                    "servicePrincipals",
                    item(principal).node().get()));
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
                    assignments));
        }
        if (path.is(2, "endpoints")) {
            call.query().allow(RELATION_OPTIONS);
            call.require(GraphAccess.PRINCIPALS);
            ServicePrincipal principal = principal(path.get(1), call);
            return Optional.of(call.page(
                    "endpoint", "servicePrincipals('" + principal.id() + "')/endpoints", endpoints(base, principal)));
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
        return new Item("endpoint", id, () -> GraphEntities.endpoint(id, provider, uri));
    }

    private ServicePrincipal principal(String key, GraphCall call) {
        String alternate = alternate(key, "appId");
        if (alternate != null) {
            return contoso.principalOf(alternate).orElseThrow(() -> GraphError.notFound(alternate));
        }
        checkGuid(key, call);
        return contoso.principal(key)
                .or(() -> fallback(call, contoso.principals()))
                .orElseThrow(() -> GraphError.notFound(key));
    }

    // ---- common ----

    private static Answer related(GraphCall call, @Nullable String cast, List<Item> items) {
        return cast == null ? call.mixedPage(items) : call.castPage(cast, cast + "s", items);
    }

    /** The value of an alternate key; null when the key is an object id. */
    private static @Nullable String alternate(String key, String name) {
        Matcher matcher = ALTERNATE_KEY.matcher(key);
        if (!matcher.matches()) {
            return null;
        }
        if (!matcher.group(1).equalsIgnoreCase(name)) {
            throw GraphError.badRequest("The key '" + matcher.group(1) + "' is not a key of this resource.");
        }
        return matcher.group(2).replace("''", "'");
    }

    static boolean isGuid(String id) {
        return GUID.matcher(id).matches();
    }

    private static void checkGuid(String id, GraphCall call) {
        if (call.on(Rule.OBJECT_ID_FORM) && !isGuid(id)) {
            throw new GraphError(400, "Request_BadRequest", "Invalid object identifier '" + id + "'.");
        }
    }

    /** With the rule off a missing object is taken for any other one. */
    private static <T> Optional<T> fallback(GraphCall call, List<T> any) {
        return call.on(Rule.OBJECT_EXISTS) ? Optional.empty() : any.stream().findFirst();
    }

    private Optional<Item> object(String id) {
        return contoso.user(id)
                .map(this::item)
                .or(() -> contoso.group(id).map(this::item))
                .or(() -> contoso.device(id).map(this::item));
    }

    private Item item(User user) {
        return new Item("user", user.id(), () -> GraphEntities.of(user));
    }

    private Item item(Group group) {
        return new Item("group", group.id(), () -> GraphEntities.of(group));
    }

    private Item item(Device device) {
        return new Item(
                "device",
                device.id(),
                () -> GraphEntities.of(
                        device, !intune.device(device.deviceId()).compliance().equals("noncompliant")));
    }

    private Item item(ServicePrincipal principal) {
        return new Item(
                "servicePrincipal",
                principal.id(),
                () -> GraphEntities.of(
                        principal,
                        WellKnown.ROLES.stream()
                                .filter(role -> role.resourceAppId().equals(principal.appId()))
                                .toList()));
    }

    private Item item(AppRoleAssignment assignment, ServicePrincipal principal) {
        return new Item("appRoleAssignment", assignment.id(), () -> {
            ServicePrincipal resource =
                    contoso.principalOf(assignment.role().resourceAppId()).orElseThrow();
            return GraphEntities.of(assignment, principal, resource);
        });
    }
}

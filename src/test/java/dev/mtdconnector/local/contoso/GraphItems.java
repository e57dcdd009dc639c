package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Contoso's objects as Graph shows them, and what its parts of Graph have in common. */
final class GraphItems {

    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final Pattern ALTERNATE_KEY = Pattern.compile("([A-Za-z]+)='((?:[^']|'')*)'");

    private final Contoso contoso;
    private final IntuneView intune;

    GraphItems(Contoso contoso, IntuneView intune) {
        this.contoso = contoso;
        this.intune = intune;
    }

    Item of(User user) {
        return new Item("user", user.id(), whole -> GraphEntities.of(user, whole));
    }

    Item of(Group group) {
        return new Item("group", group.id(), whole -> GraphEntities.of(group, whole));
    }

    Item of(Device device) {
        return new Item(
                "device",
                device.id(),
                whole -> GraphEntities.of(device, contoso.attributes(device), compliant(device), whole));
    }

    private boolean compliant(Device device) {
        return !device.managed()
                || !intune.device(device.deviceId()).compliance().equals("noncompliant");
    }

    Item of(ServicePrincipal principal) {
        return new Item(
                "servicePrincipal",
                principal.id(),
                whole -> GraphEntities.of(
                        principal,
                        WellKnown.ROLES.stream()
                                .filter(role -> role.resourceAppId().equals(principal.appId()))
                                .toList()));
    }

    /** Any object of the directory by its id. */
    Optional<Item> object(String id) {
        return contoso.user(id)
                .map(this::of)
                .or(() -> contoso.group(id).map(this::of))
                .or(() -> contoso.device(id).map(this::of));
    }

    /** As {@link #object}, for an id that was just read; one deleted since is shown with its id alone. */
    Item known(String id) {
        return object(id)
                .orElseGet(() -> new Item(
                        "directoryObject",
                        id,
                        whole -> dev.mtdconnector.local.http.Json.object().put("id", id)));
    }

    /** Passes ids of objects of a type; all without one. */
    Predicate<String> cast(@Nullable String type) {
        return id -> type == null || contoso.typeOf(id).equals(type);
    }

    static List<Item> ofType(@Nullable String type, List<Item> items) {
        return type == null
                ? items
                : items.stream().filter(item -> item.type().equals(type)).toList();
    }

    /** The value of an alternate key; null when the key is an object id. */
    static @Nullable String alternate(String key, String name) {
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

    static void checkGuid(String id, GraphCall call) {
        if (call.on(Rule.OBJECT_ID_FORM) && !isGuid(id)) {
            throw new GraphError(400, "Request_BadRequest", "Invalid object identifier '" + id + "'.");
        }
    }

    /** With the rule off a missing object is taken for any other one. */
    static <T> Optional<T> fallback(GraphCall call, List<T> any) {
        return call.on(Rule.OBJECT_EXISTS) ? Optional.empty() : any.stream().findFirst();
    }

    /**
     * The ends of a path after a relationship: a cast, a count, or both.
     *
     * @param cast the type; null for none
     */
    record Tail(@Nullable String cast, boolean count) {

        /** Empty when the segments mean nothing. */
        static Optional<Tail> of(GraphPath path, int from) {
            boolean count = path.is(path.size() - 1, "$count") && path.size() > from;
            int left = path.size() - from - (count ? 1 : 0);
            if (left > 1) {
                return Optional.empty();
            }
            String cast = left == 1 ? GraphCall.castType(path.get(from)) : null;
            return left == 1 && cast == null ? Optional.empty() : Optional.of(new Tail(cast, count));
        }
    }
}

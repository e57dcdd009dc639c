package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The part of Graph that is about groups, but for their delta query. */
final class GraphGroups {

    private static final Set<String> LIST_OPTIONS =
            Set.of("$select", "$filter", "$search", "$expand", "$top", "$count", "$skiptoken");
    private static final Set<String> RELATION_OPTIONS = Set.of("$select", "$top", "$count", "$skiptoken");
    private static final Set<String> EXPANDABLE = Set.of("members");

    private final Contoso contoso;
    private final GraphItems items;

    GraphGroups(Contoso contoso, GraphItems items) {
        this.contoso = contoso;
        this.items = items;
    }

    /** Empty when a segment of the path does not exist. */
    Optional<Answer> answer(GraphPath path, GraphCall call) {
        if (path.size() == 1 || (path.size() == 2 && path.is(1, "$count"))) {
            return Optional.of(list(path.size() == 2, call));
        }
        if (path.size() == 2) {
            call.require(GraphAccess.GROUPS);
            Group group = group(path.get(1), call);
            return Optional.of(call.entity("groups", expanding(group, call)));
        }
        boolean direct = path.is(2, "members");
        if (!direct && !path.is(2, "transitiveMembers")) {
            return Optional.empty();
        }
        return GraphItems.Tail.of(path, 3).map(tail -> members(path.get(1), direct, tail, call));
    }

    private Answer list(boolean count, GraphCall call) {
        call.query().allow(LIST_OPTIONS);
        GraphQuery.Filter filter = call.query().filter("Group", Set.of("displayName", "id"), Set.of("displayName"));
        GraphSearch search = GraphSearch.of(call);
        call.require(GraphAccess.GROUPS);
        Predicate<Group> wanted = group -> (filter == null
                        || filter.matches(
                                filter.property().equals("id") ? group.id() : group.displayName(),
                                call.on(Rule.NAMES_IGNORE_CASE)))
                && search.matches(property -> switch (property) {
                    case "displayName" -> group.displayName();
                    case "description" -> group.description();
                    default -> null;
                });
        Source groups = Source.of((from, most) -> contoso.groups(from, most, wanted), group -> expanding(group, call));
        return count ? call.count(groups) : call.page("group", "groups", groups);
    }

    private Item expanding(Group group, GraphCall call) {
        Map<String, List<String>> expansions = call.query().expansions(EXPANDABLE);
        List<String> select = expansions.get("members");
        Item item = items.of(group);
        return select == null
                ? item
                : item.with(() -> call.expansion(
                        "members",
                        select,
                        shown(group, call)
                                ? contoso.members(group.id()).stream()
                                        .map(items::known)
                                        .toList()
                                : List.of()));
    }

    private Answer members(String id, boolean direct, GraphItems.Tail tail, GraphCall call) {
        call.query().allow(RELATION_OPTIONS);
        call.require(GraphAccess.GROUPS);
        if (tail.cast() != null
                && !tail.count()
                && call.on(Rule.CAST_ADVANCED)
                && !call.query().advanced()) {
            throw GraphError.unsupported("An OData cast of members needs the header ConsistencyLevel: eventual and the "
                    + "query option $count=true.");
        }
        Group group = group(id, call);
        if (group.unified() && "group".equals(tail.cast()) && call.on(Rule.CAST_MEMBER_TYPE)) {
            throw GraphError.unsupported("The type of the cast is not supported for the members of this group.");
        }
        Predicate<String> cast = items.cast(tail.cast());
        Source members;
        if (!direct) {
            boolean hidden = call.on(Rule.HIDDEN_MEMBERSHIP) && !GraphAccess.HIDDEN_MEMBERS.allows(call.caller());
            List<String> all =
                    hidden ? contoso.shownTransitiveMembers(group.id()) : contoso.transitiveMembers(group.id());
            List<String> ids =
                    tail.cast() == null ? all : all.stream().filter(cast).toList();
            members = Source.listed(ids, index -> items.known(ids.get(index)));
        } else if (shown(group, call)) {
            members = Source.of((from, most) -> contoso.members(group.id(), from, most, cast), items::known);
        } else {
            members = Source.of(List.of());
        }
        if (tail.count()) {
            return call.count(members);
        }
        return tail.cast() == null ? call.mixedPage(members) : call.page(tail.cast(), tail.cast() + "s", members);
    }

    /** Whether the caller may know who is in the group: else nobody is. */
    static boolean shown(Group group, GraphCall call) {
        return !group.hiddenMembership()
                || GraphAccess.HIDDEN_MEMBERS.allows(call.caller())
                || !call.on(Rule.HIDDEN_MEMBERSHIP);
    }

    private Group group(String id, GraphCall call) {
        GraphItems.checkGuid(id, call);
        return contoso.group(id)
                .or(() -> GraphItems.fallback(call, contoso.groups()))
                .orElseThrow(() -> GraphError.notFound(id));
    }
}

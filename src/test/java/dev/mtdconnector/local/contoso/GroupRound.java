package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Delta queries of groups and their direct members. A group with more members than a page comes again on the next. */
final class GroupRound implements DeltaRound {

    static final String MEMBERS = "members";

    private final Contoso contoso;
    private final GraphItems items;

    GroupRound(Contoso contoso, GraphItems items) {
        this.contoso = contoso;
        this.items = items;
    }

    @Override
    public ChangeLog log() {
        return contoso.groupLog();
    }

    @Override
    public Page everything(Asked asked) {
        DeltaToken token = asked.token();
        List<ObjectNode> objects = new ArrayList<>();
        int left = asked.size();
        long place = token.place();
        int inner = token.inner();
        while (left > 0) {
            Group group = from(place, token);
            if (group == null) {
                return new Page(asked.oddities().ordered(objects), token.end(token.origin(), asked.now()));
            }
            long at = placeOf(group, token);
            Slice<String> members = new Slice<>(List.of(), Slice.END);
            List<ObjectNode> entries = new ArrayList<>();
            if (asksForMembers(group, asked)) {
                int begin = at == place ? inner : 0;
                int first = Math.max(0, begin - asked.oddities().repeated());
                members = contoso.members(group.id(), first, left, id -> true);
                members.items().forEach(id -> entries.add(entry(contoso.typeOf(id), id, null)));
                if (begin == 0 && asked.oddities().removedAtFirst()) {
                    entries.addAll(gone(group, asked));
                }
            }
            objects.add(object(group, null, asked.oddities().ordered(entries), asked));
            left -= Math.max(1, members.items().size());
            if (!members.last()) {
                return new Page(asked.oddities().ordered(objects), token.at(at, members.next(), asked.now()));
            }
            place = at + 1;
            inner = 0;
        }
        boolean more = from(place, token) != null;
        return new Page(
                asked.oddities().ordered(objects),
                more ? token.at(place, 0, asked.now()) : token.end(token.origin(), asked.now()));
    }

    /** The first group at a place or after it; null when there is none. */
    private @Nullable Group from(long place, DeltaToken token) {
        if (token.ids().isEmpty()) {
            List<Group> next = contoso.groups((int) place, 1, group -> true).items();
            return next.isEmpty() ? null : next.get(0);
        }
        for (int i = (int) place; i < token.ids().size(); i++) {
            Optional<Group> group = contoso.group(token.ids().get(i));
            if (group.isPresent()) {
                return group.get();
            }
        }
        return null;
    }

    private long placeOf(Group group, DeltaToken token) {
        return token.ids().isEmpty()
                ? contoso.groupPlace(group.id())
                : token.ids().indexOf(group.id());
    }

    /** Members of whom it is still known that they left, and one of whom nothing is known. */
    private List<ObjectNode> gone(Group group, Asked asked) {
        List<ObjectNode> gone = new ArrayList<>();
        ChangeLog log = log();
        for (long number = log.floor() + 1; number <= log.last(); number++) {
            ChangeLog.Change change = log.at(number);
            if (change != null
                    && change.member() != null
                    && change.removed() != null
                    && change.object().equals(group.id())) {
                gone.add(entry(change.memberType(), change.member(), change.removed()));
            }
        }
        gone.add(entry("user", asked.oddities().stranger(group.id()), "deleted"));
        return gone;
    }

    @Override
    public Page changes(Asked asked) {
        DeltaToken token = asked.token();
        Set<String> ids = Set.copyOf(token.ids());
        ChangeLog log = log();
        Map<String, Changed> found = new LinkedHashMap<>();
        int left = asked.size();
        for (long number = token.place() + 1; number <= log.last(); number++) {
            ChangeLog.Change change = log.at(number);
            if (change == null || !(ids.isEmpty() || ids.contains(change.object())) || !isTold(change, asked)) {
                continue;
            }
            if (left == 0) {
                return new Page(objects(found, asked), token.at(number - 1, 0, asked.now()));
            }
            found.computeIfAbsent(change.object(), id -> new Changed(new HashSet<>(), new ArrayList<>()))
                    .add(change, token.origin());
            left--;
        }
        return new Page(objects(found, asked), token.end(log.last(), asked.now()));
    }

    private record Changed(Set<String> properties, List<ObjectNode> members) {

        void add(ChangeLog.Change change, long origin) {
            if (change.member() == null) {
                properties.addAll(change.changedSince(origin));
            } else {
                members.add(entry(change.memberType(), change.member(), change.removed()));
            }
        }
    }

    private boolean isTold(ChangeLog.Change change, Asked asked) {
        Optional<Group> group = contoso.group(change.object());
        if (group.isEmpty()) {
            return change.member() == null && change.removed() != null;
        }
        if (change.member() != null) {
            return asksForMembers(group.get(), asked);
        }
        List<String> select = asked.token().select();
        Set<String> changed = change.changedSince(asked.token().origin());
        return select.isEmpty()
                || changed.contains(ChangeLog.ALL)
                || select.stream().anyMatch(changed::contains)
                || !asked.call().on(Rule.DELTA_SELECT_TRACKED);
    }

    private List<ObjectNode> objects(Map<String, Changed> found, Asked asked) {
        List<ObjectNode> objects = new ArrayList<>();
        found.forEach((id, changed) -> contoso.group(id)
                .ifPresentOrElse(
                        group -> objects.add(object(
                                group, changed.properties(), asked.oddities().ordered(changed.members()), asked)),
                        () -> objects.add(DeltaRound.removed(id, reason(id)))));
        return asked.oddities().ordered(objects);
    }

    private String reason(String id) {
        ChangeLog log = log();
        for (long number = log.last(); number > log.floor(); number--) {
            ChangeLog.Change change = log.at(number);
            if (change != null && change.member() == null && change.object().equals(id) && change.removed() != null) {
                return change.removed();
            }
        }
        return "deleted";
    }

    private static boolean asksForMembers(Group group, Asked asked) {
        List<String> select = asked.token().select();
        return (select.isEmpty() || select.contains(MEMBERS)) && GraphGroups.shown(group, asked.call());
    }

    /**
     * A group as a delta query shows it.
     *
     * @param changed the properties that changed; null in a first round
     */
    private ObjectNode object(Group group, @Nullable Set<String> changed, List<ObjectNode> members, Asked asked) {
        List<String> select = asked.token().select();
        List<String> properties =
                select.stream().filter(name -> !name.equals(MEMBERS)).toList();
        ObjectNode object = properties.isEmpty() && !select.isEmpty()
                ? Json.object()
                : GraphEntities.project("group", items.of(group).node().write(select.isEmpty()), properties, true);
        if (asked.minimal() && changed != null && !changed.contains(ChangeLog.ALL)) {
            object.retain(changed);
        }
        object.put("id", group.id());
        DeltaRound.set(object, asked.call());
        if (!members.isEmpty() || !asked.call().on(Rule.DELTA_MEMBERS_IF_ANY)) {
            ArrayNode array = object.putArray("members@delta");
            members.forEach(array::add);
        }
        return object;
    }

    private static ObjectNode entry(String type, String id, @Nullable String removed) {
        ObjectNode entry =
                Json.object().put("@odata.type", "#microsoft.graph." + type).put("id", id);
        if (removed != null) {
            entry.putObject("@removed").put("reason", removed);
        }
        return entry;
    }
}

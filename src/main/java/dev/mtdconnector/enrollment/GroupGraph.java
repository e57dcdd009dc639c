package dev.mtdconnector.enrollment;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The enrollment groups and all groups within them: a directed graph, in which the directory allows cycles and several
 * ways to the same group. A group keeps its number for as long as it is here, so that blocks of users can name it in a
 * few bits; numbers are never given twice.
 */
public final class GroupGraph {

    private final Map<String, TrackedGroup> groups;
    private final int nextNumber;

    /**
     * @param groups by object id
     * @param nextNumber larger than every number that was ever given
     */
    public GroupGraph(Collection<TrackedGroup> groups, int nextNumber) {
        Map<String, TrackedGroup> byId = new TreeMap<>();
        groups.forEach(group -> byId.put(group.id(), group));
        this.groups = Collections.unmodifiableMap(byId);
        this.nextNumber = nextNumber;
    }

    public static final GroupGraph EMPTY = new GroupGraph(Set.of(), 0);

    /**
     * A group whose members are followed.
     *
     * @param displayName null until the directory said
     * @param isPinned an administrator chose it; others are here because they are within one that is
     * @param isGone the directory said that it was deleted; its last members are kept
     * @param chunk the delta query that follows it; -1 while none does
     * @param children the groups that are members of it, by object id
     */
    public record TrackedGroup(
            String id,
            int number,
            @Nullable String displayName,
            boolean isPinned,
            boolean isGone,
            int chunk,
            Set<String> children) {

        public TrackedGroup {
            children = Collections.unmodifiableSet(new TreeSet<>(children));
        }

        TrackedGroup withChildren(Set<String> others) {
            return new TrackedGroup(id, number, displayName, isPinned, isGone, chunk, others);
        }

        TrackedGroup withPinned(boolean pinned) {
            return new TrackedGroup(id, number, displayName, pinned, isGone, chunk, children);
        }

        public TrackedGroup withChunk(int other) {
            return new TrackedGroup(id, number, displayName, isPinned, isGone, other, children);
        }

        TrackedGroup named(String name) {
            return new TrackedGroup(id, number, name, isPinned, isGone, chunk, children);
        }

        TrackedGroup gone(boolean gone) {
            return new TrackedGroup(id, number, displayName, isPinned, gone, chunk, children);
        }
    }

    public Collection<TrackedGroup> groups() {
        return groups.values();
    }

    /** What the directory calls the groups, by id, as far as it has said. */
    public Map<String, String> names() {
        Map<String, String> names = new TreeMap<>();
        for (TrackedGroup group : groups.values()) {
            String name = group.displayName();
            if (name != null) {
                names.put(group.id(), name);
            }
        }
        return names;
    }

    public int nextNumber() {
        return nextNumber;
    }

    public Optional<TrackedGroup> find(String id) {
        return Optional.ofNullable(groups.get(id));
    }

    /** The graph in which exactly these are pinned; groups that are new are followed by no query yet. */
    public GroupGraph pinning(Set<String> ids) {
        GroupGraph changed = this;
        for (TrackedGroup group : groups.values()) {
            changed = changed.with(group.withPinned(ids.contains(group.id())));
        }
        for (String id : ids) {
            changed = changed.tracking(id, true);
        }
        return changed;
    }

    /** The graph with this group within that one, or no longer. A child that is new is tracked. */
    public GroupGraph linking(String parentId, String childId, boolean isMember) {
        TrackedGroup parent = groups.get(parentId);
        if (parent == null || parent.children().contains(childId) == isMember) {
            return this;
        }
        Set<String> children = new TreeSet<>(parent.children());
        if (isMember) {
            children.add(childId);
        } else {
            children.remove(childId);
        }
        GroupGraph changed = with(parent.withChildren(children));
        return isMember ? changed.tracking(childId, false) : changed;
    }

    /** The graph with this group in place of the one of its id; itself when they are equal. */
    public GroupGraph with(TrackedGroup group) {
        if (group.equals(groups.get(group.id()))) {
            return this;
        }
        Map<String, TrackedGroup> changed = new TreeMap<>(groups);
        changed.put(group.id(), group);
        return new GroupGraph(changed.values(), Math.max(nextNumber, group.number() + 1));
    }

    /** The graph with this group, which is followed by no query yet where it was not here. */
    GroupGraph tracking(String id, boolean isPinned) {
        return groups.containsKey(id)
                ? this
                : with(new TrackedGroup(id, nextNumber, null, isPinned, false, -1, Set.of()));
    }

    /**
     * The groups whose members are in scope: those pinned and, with nesting, everything within them.
     */
    public Set<TrackedGroup> reachable(boolean isNested) {
        Set<TrackedGroup> reached = new LinkedHashSet<>();
        Deque<TrackedGroup> open = new ArrayDeque<>();
        groups.values().stream().filter(TrackedGroup::isPinned).forEach(open::add);
        while (!open.isEmpty()) {
            TrackedGroup group = open.remove();
            if (reached.add(group) && isNested) {
                group.children().stream()
                        .map(groups::get)
                        .filter(child -> child != null && !reached.contains(child))
                        .forEach(open::add);
            }
        }
        return reached;
    }

    /** The graph in which every group that a pinned one leads to is tracked. */
    GroupGraph complete(boolean isNested) {
        GroupGraph changed = this;
        if (isNested) {
            for (TrackedGroup group : reachable(true)) {
                for (String child : group.children()) {
                    changed = changed.tracking(child, false);
                }
            }
        }
        return changed;
    }

    /** The graph of exactly the groups that a pinned one leads to; groups within them that are new are tracked. */
    public GroupGraph settled(boolean isNested) {
        GroupGraph changed = complete(isNested);
        Set<TrackedGroup> reached = changed.reachable(isNested);
        return reached.size() == changed.groups.size() ? changed : new GroupGraph(reached, changed.nextNumber);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GroupGraph that && groups.equals(that.groups) && nextNumber == that.nextNumber;
    }

    @Override
    public int hashCode() {
        return groups.hashCode();
    }
}

package dev.mtdconnector.simulated;

import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.DirectoryChanges.Reading;
import dev.mtdconnector.enrollment.Guid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Follows a delta query of groups by the port, and keeps who is in them. */
final class GroupFollower implements GroupSink {

    final Map<String, Set<String>> members = new TreeMap<>();
    final Map<String, @Nullable String> names = new TreeMap<>();
    int pages;
    private final Reading reading;
    private final List<String> groups;
    private String link = "";

    GroupFollower(Reading reading, String... groups) {
        this.reading = reading;
        this.groups = List.of(groups);
    }

    /** Reads a round to its end. */
    GroupFollower round() {
        boolean isComplete = false;
        while (!isComplete) {
            Position position = link.isEmpty() ? reading.groups(groups, this) : reading.groups(link, this);
            link = String.valueOf(position.link());
            isComplete = position.isComplete();
            pages++;
        }
        return this;
    }

    private Set<String> of(String groupId) {
        return members.computeIfAbsent(groupId, id -> new TreeSet<>());
    }

    private void take(String groupId, String id, boolean isRemoved) {
        if (isRemoved) {
            of(groupId).remove(id);
        } else {
            of(groupId).add(id);
        }
    }

    @Override
    public void group(String groupId, @Nullable String displayName) {
        of(groupId);
        if (displayName != null) {
            names.put(groupId, displayName);
        }
    }

    @Override
    public void groupGone(String groupId) {
        members.remove(groupId);
        names.remove(groupId);
    }

    @Override
    public void user(String groupId, long high, long low, boolean isRemoved) {
        take(groupId, Guid.text(high, low), isRemoved);
    }

    @Override
    public void child(String groupId, String childId, boolean isRemoved) {
        take(groupId, childId, isRemoved);
    }
}

package dev.mtdconnector.testing;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.enrollment.Directory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A directory in memory, the same for every tenant. */
public final class FakeDirectory implements Directory {

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final List<OwnedDevice> devices = new ArrayList<>();
    private @Nullable UpstreamException failure;
    private @Nullable UpstreamException groupFailure;
    private int devicesBeforeFailure;

    public FakeDirectory withGroup(String id, String name, String... users) {
        groups.put(id, new Group(id, name, true));
        members.put(id, new TreeSet<>(Set.of(users)));
        return this;
    }

    public FakeDirectory withMailGroup(String id, String name) {
        groups.put(id, new Group(id, name, false));
        return this;
    }

    public FakeDirectory withDevice(String id, String owner, String system, @Nullable String version) {
        return withDevice(new OwnedDevice(
                id,
                "object-" + id,
                "Phone " + id.substring(0, 2),
                system,
                version,
                null,
                true,
                owner,
                owner + "@x.example"));
    }

    public FakeDirectory withDevice(OwnedDevice device) {
        devices.add(device);
        return this;
    }

    public void removeDevice(String id) {
        devices.removeIf(device -> device.deviceId().equals(id));
    }

    public void removeGroup(String id) {
        groups.remove(id);
        members.remove(id);
    }

    /** From now on reading devices fails after so many of them. */
    public void failAfterDevices(int count, UpstreamException e) {
        failure = e;
        devicesBeforeFailure = count;
    }

    /** The next read of a group by its id fails with this. */
    public void failGroups(UpstreamException e) {
        groupFailure = e;
    }

    public void heal() {
        failure = null;
    }

    @Override
    public List<Group> groupsNamed(String tenantId, String displayName) {
        return groups.values().stream()
                .filter(group -> group.displayName().equalsIgnoreCase(displayName))
                .toList();
    }

    @Override
    public Group group(String tenantId, String groupId) {
        UpstreamException planned = groupFailure;
        if (planned != null) {
            groupFailure = null;
            throw planned;
        }
        Group group = groups.get(groupId);
        if (group == null) {
            throw gone(groupId);
        }
        return group;
    }

    @Override
    public Set<String> users(String tenantId, String groupId) {
        Set<String> users = members.get(groupId);
        if (users == null) {
            throw gone(groupId);
        }
        return Set.copyOf(users);
    }

    @Override
    public void devicesOf(String tenantId, Collection<String> userIds, Consumer<OwnedDevice> consumer) {
        int handedOver = 0;
        for (OwnedDevice device : devices) {
            if (userIds.contains(device.userId())) {
                failIfDue(handedOver++);
                consumer.accept(device);
            }
        }
        failIfDue(Integer.MAX_VALUE);
    }

    private void failIfDue(int handedOver) {
        if (failure != null && handedOver >= devicesBeforeFailure) {
            throw failure;
        }
    }

    private static UpstreamException gone(String groupId) {
        return new UpstreamException(Service.GRAPH, Kind.NOT_FOUND, "No group " + groupId);
    }
}

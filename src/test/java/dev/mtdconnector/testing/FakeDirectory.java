package dev.mtdconnector.testing;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.enrollment.DirectoryChanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory, the same for every tenant. A link remembers what there was when it was given out: what follows it
 * is the difference. Pages hold {@link #pageSize} members; words about a group may come over several.
 */
public final class FakeDirectory implements Directory, DirectoryChanges {

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final Map<String, Set<String>> children = new LinkedHashMap<>();
    private final Map<String, Link> links = new HashMap<>();
    private final List<OwnedDevice> devices = new ArrayList<>();
    private final FakeManagement management = new FakeManagement();
    private int users = 1_000;
    private int listings;
    private int linksGiven;
    private int requests;
    private int pageSize = 100;
    private @Nullable UpstreamException failure;
    private @Nullable UpstreamException groupFailure;
    private int devicesBeforeFailure;
    private Kind lost = Kind.GONE;
    private boolean areLinksRefused;
    private @Nullable Map<String, Set<String>> index;

    public FakeDirectory withGroup(String id, String name, String... users) {
        groups.put(id, new Group(id, name, true));
        members.put(id, new TreeSet<>(Set.of(users)));
        return this;
    }

    /** A group as it is given, with these users. */
    public FakeDirectory withGroup(Group group, String... users) {
        groups.put(group.id(), group);
        members.put(group.id(), new TreeSet<>(Set.of(users)));
        return this;
    }

    public FakeDirectory rename(String id, String name) {
        return withGroup(new Group(id, name, true), members(id).toArray(String[]::new));
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

    /** From now on reading devices fails after so many of them; after none, every reading does. */
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
    public List<Group> groupsBeginning(String tenantId, String prefix) {
        return groups.values().stream()
                .filter(group -> group.displayName().regionMatches(true, 0, prefix, 0, prefix.length()))
                .toList();
    }

    @Override
    public boolean isEmpty(String tenantId, String groupId) {
        return members(groupId).isEmpty() && children(groupId).isEmpty();
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

    /** From now on the child is within the parent, or no longer. */
    public FakeDirectory nest(String parentId, String childId, boolean isMember) {
        Set<String> of = children.computeIfAbsent(parentId, id -> new TreeSet<>());
        if (isMember) {
            of.add(childId);
        } else {
            of.remove(childId);
        }
        return this;
    }

    /** What is said to be within groups stays as it is now, whatever changes: the index is behind. */
    public FakeDirectory freezeIndex() {
        index = copy(children);
        return this;
    }

    public FakeDirectory join(String groupId, String userId) {
        members.computeIfAbsent(groupId, id -> new TreeSet<>()).add(userId);
        return this;
    }

    public FakeDirectory leave(String groupId, String userId) {
        members.getOrDefault(groupId, new TreeSet<>()).remove(userId);
        return this;
    }

    public FakeDirectory withPageSize(int size) {
        pageSize = size;
        return this;
    }

    /** All links given out so far are too old. */
    public void forgetLinks() {
        forgetLinks(Kind.GONE);
    }

    /** No link given out so far is taken; whoever follows one gets this. */
    public void forgetLinks(Kind failure) {
        links.clear();
        lost = failure;
    }

    /** No link to a further page of devices that was given out so far is taken. */
    public void forgetPages(Kind failure) {
        links.values().removeIf(link -> link.from() > 0);
        lost = failure;
    }

    /** No link at all is taken, or they are again. */
    public void refuseLinks(boolean areRefused) {
        areLinksRefused = areRefused;
    }

    /** What Intune knows. */
    public FakeManagement management() {
        return management;
    }

    /** As many users as the directory says it has. */
    public FakeDirectory withUserCount(int count) {
        users = count;
        return this;
    }

    /** How often something was asked for changes or owners. */
    public int requests() {
        return requests;
    }

    /** How many pages of devices were read without their owners. */
    public int listings() {
        return listings;
    }

    public List<OwnedDevice> devices() {
        return List.copyOf(devices);
    }

    /** Direct users of a group. */
    public Set<String> members(String groupId) {
        return members.getOrDefault(groupId, Set.of());
    }

    /** Groups within a group. */
    public Set<String> children(String groupId) {
        return children.getOrDefault(groupId, Set.of());
    }

    @Override
    public Reading open(String tenantId, Meter meter) {
        return new FakeReading(meter);
    }

    private record Word(String groupId, String id, boolean isGroup, boolean isRemoved) {}

    /** What a link stands for: words still to be said, and what there was then. */
    private record Link(
            Set<String> groupIds,
            List<Word> words,
            Set<String> known,
            Map<String, Set<String>> members,
            Map<String, Set<String>> children,
            List<OwnedDevice> devices,
            int from) {}

    private String link(Link link) {
        String name = "https://graph.example/link/" + links.size() + "-" + ++linksGiven;
        links.put(name, link);
        return name;
    }

    private Link followed(String name) {
        Link link = links.get(name);
        if (areLinksRefused) {
            throw new UpstreamException(Service.GRAPH, Kind.REFUSED, "No link is taken");
        }
        if (link == null) {
            throw new UpstreamException(Service.GRAPH, lost, "The link is not taken");
        }
        return link;
    }

    private static Map<String, Set<String>> copy(Map<String, Set<String>> sets) {
        Map<String, Set<String>> copy = new TreeMap<>();
        sets.forEach((id, set) -> copy.put(id, new TreeSet<>(set)));
        return copy;
    }

    private Link now(Set<String> groupIds, List<Word> words) {
        return new Link(groupIds, words, new TreeSet<>(groups.keySet()), copy(members), copy(children), devices(), 0);
    }

    private static void differ(
            String groupId, Set<String> before, Set<String> after, boolean isGroup, List<Word> words) {
        before.stream()
                .filter(id -> !after.contains(id))
                .forEach(id -> words.add(new Word(groupId, id, isGroup, true)));
        after.stream()
                .filter(id -> !before.contains(id))
                .forEach(id -> words.add(new Word(groupId, id, isGroup, false)));
    }

    private final class FakeReading implements Reading {

        private final Meter meter;

        private FakeReading(Meter meter) {
            this.meter = meter;
        }

        private void ask() {
            requests++;
            meter.request();
            failIfDue(0);
        }

        @Override
        public void groupsWithin(Collection<String> groupIds, Consumer<String> consumer) {
            ask();
            Map<String, Set<String>> known = index == null ? children : index;
            Set<String> found = new TreeSet<>();
            Deque<String> open = new ArrayDeque<>(groupIds);
            while (!open.isEmpty()) {
                for (String child : known.getOrDefault(open.remove(), Set.of())) {
                    if (found.add(child)) {
                        open.add(child);
                    }
                }
            }
            found.forEach(consumer);
        }

        @Override
        public Position groups(Collection<String> groupIds, GroupSink sink) {
            ask();
            List<Word> words = new ArrayList<>();
            for (String id : groupIds) {
                if (groups.containsKey(id)) {
                    sink.group(id, groups.get(id).displayName());
                    differ(id, Set.of(), members(id), false, words);
                    differ(id, Set.of(), children(id), true, words);
                }
            }
            return say(now(new TreeSet<>(groupIds), words), sink);
        }

        @Override
        public Position groups(String link, GroupSink sink) {
            ask();
            Link followed = followed(link);
            if (!followed.words().isEmpty()) {
                return say(followed, sink);
            }
            List<Word> words = new ArrayList<>();
            for (String id : followed.groupIds()) {
                if (!groups.containsKey(id)) {
                    if (followed.known().contains(id)) {
                        sink.groupGone(id);
                    }
                    continue;
                }
                sink.group(id, groups.get(id).displayName());
                differ(id, followed.members().getOrDefault(id, Set.of()), members(id), false, words);
                differ(id, followed.children().getOrDefault(id, Set.of()), children(id), true, words);
            }
            return say(now(followed.groupIds(), words), sink);
        }

        private Position say(Link all, GroupSink sink) {
            meter.page();
            List<Word> words = all.words();
            int to = Math.min(words.size(), pageSize);
            for (Word word : words.subList(0, to)) {
                sink.group(word.groupId(), null);
                UUID id = UUID.fromString(word.id());
                if (word.isGroup()) {
                    sink.child(word.groupId(), word.id(), word.isRemoved());
                } else {
                    sink.user(
                            word.groupId(),
                            id.getMostSignificantBits(),
                            id.getLeastSignificantBits(),
                            word.isRemoved());
                }
            }
            Link rest = new Link(
                    all.groupIds(),
                    List.copyOf(words.subList(to, words.size())),
                    all.known(),
                    all.members(),
                    all.children(),
                    all.devices(),
                    0);
            return new Position(link(rest), to == words.size());
        }

        @Override
        public Position devicesFromNow() {
            ask();
            return new Position(link(now(Set.of(), List.of())), true);
        }

        @Override
        public Position devices(String link, DeviceSink sink) {
            ask();
            meter.page();
            List<OwnedDevice> before = followed(link).devices();
            for (OwnedDevice device : devices) {
                if (before.stream().noneMatch(other -> unowned(other).equals(unowned(device)))) {
                    sink.device(unowned(device));
                }
            }
            for (OwnedDevice device : before) {
                if (devices.stream().noneMatch(other -> other.objectId().equals(device.objectId()))) {
                    sink.deviceGone(device.objectId());
                }
            }
            return new Position(link(now(Set.of(), List.of())), true);
        }

        @Override
        public int deviceCount() {
            ask();
            return devices.size();
        }

        @Override
        public int userCount() {
            ask();
            return users;
        }

        @Override
        public Position devicesAlone(@Nullable String link, Consumer<OwnedDevice> consumer) {
            listings++;
            return paged(link, devices, device -> consumer.accept(unowned(device)));
        }

        @Override
        public int managedCount() {
            ask();
            management.failIfDue();
            return management.managed().size();
        }

        @Override
        public Position managedDevices(@Nullable String link, Consumer<ManagedDevice> consumer) {
            management.failIfDue();
            return paged(link, management.managed(), consumer);
        }

        @Override
        public void managedOf(List<String> deviceIds, Consumer<ManagedDevice> consumer) {
            ask();
            management.failIfDue();
            management.managed().stream()
                    .filter(device -> deviceIds.contains(device.deviceId()))
                    .forEach(consumer);
        }

        @Override
        public Position appRegistrations(@Nullable String link, Consumer<AppRegistration> consumer) {
            management.failIfDue();
            return paged(link, management.apps(), consumer);
        }

        private <T> Position paged(@Nullable String link, List<T> all, Consumer<? super T> consumer) {
            ask();
            meter.page();
            int from = link == null ? 0 : followed(link).from();
            int to = Math.min(all.size(), from + pageSize);
            all.subList(Math.min(from, to), to).forEach(consumer);
            Link rest = new Link(Set.of(), List.of(), Set.of(), Map.of(), Map.of(), List.of(), to);
            return to == all.size() ? new Position(null, true) : new Position(link(rest), false);
        }

        @Override
        public Position allDevices(@Nullable String link, Consumer<OwnedDevice> consumer) {
            return paged(link, devices, consumer);
        }

        @Override
        public void devicesOf(List<String> userIds, Consumer<OwnedDevice> consumer) {
            ask();
            int handedOver = 0;
            for (OwnedDevice device : devices) {
                if (userIds.contains(device.userId())) {
                    failIfDue(handedOver++);
                    consumer.accept(device);
                }
            }
            failIfDue(Integer.MAX_VALUE);
        }

        @Override
        public void namesOf(List<String> userIds, BiConsumer<String, String> consumer) {
            ask();
            userIds.forEach(id -> consumer.accept(id, id + "@x.example"));
        }

        @Override
        public void ownersOf(List<String> objectIds, Consumer<OwnedDevice> consumer) {
            ask();
            int handedOver = 0;
            for (OwnedDevice device : devices) {
                if (objectIds.contains(device.objectId())) {
                    failIfDue(handedOver++);
                    consumer.accept(device);
                }
            }
            failIfDue(Integer.MAX_VALUE);
        }

        @Override
        public Set<String> deletedOf(List<String> deviceIds) {
            ask();
            Set<String> deleted = new TreeSet<>(deviceIds);
            devices.forEach(device -> deleted.remove(device.deviceId()));
            return deleted;
        }
    }

    private static OwnedDevice unowned(OwnedDevice device) {
        return device.of("", null);
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

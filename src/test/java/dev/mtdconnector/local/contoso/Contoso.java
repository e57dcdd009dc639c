package dev.mtdconnector.local.contoso;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tenant Contoso: people, groups, devices, and which applications were granted what.
 *
 * <p>Safe for use by several threads. Whatever is returned is a copy. It is changed through {@link Changes}, inside
 * {@link #atomically}.
 */
public final class Contoso {

    private final long seed;
    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, String> userIdByName = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<String, String> objectIdByDeviceId = new LinkedHashMap<>();
    private final Map<String, Set<String>> devicesByOwner = new LinkedHashMap<>();
    private final Map<String, AppRegistration> registrations = new LinkedHashMap<>();
    private final Map<String, ServicePrincipal> principals = new LinkedHashMap<>();
    private IntuneSettings intune = new IntuneSettings(false, false, null);
    private @Nullable Deque<Runnable> undo;

    Contoso(long seed) {
        this.seed = seed;
    }

    /** Generates the tenant: the same arguments give the same tenant. */
    public static Contoso generate(long seed, int users, List<AppRegistration> registrations) {
        return new ContosoGenerator(seed, users, registrations).generate();
    }

    public long seed() {
        return seed;
    }

    // ---- reading ----

    public synchronized List<User> users() {
        return List.copyOf(users.values());
    }

    /** A user by object id or user principal name, in any letter case. */
    public synchronized Optional<User> user(String idOrName) {
        String key = lower(idOrName);
        return Optional.ofNullable(users.get(userIdByName.getOrDefault(key, key)));
    }

    public synchronized List<Group> groups() {
        return List.copyOf(groups.values());
    }

    public synchronized Optional<Group> group(String id) {
        return Optional.ofNullable(groups.get(lower(id)));
    }

    /** Groups of this display name, in any letter case: names are not unique. */
    public synchronized List<Group> groupsNamed(String displayName) {
        return groups.values().stream()
                .filter(group -> group.displayName().equalsIgnoreCase(displayName))
                .toList();
    }

    /** Object ids of the direct members, in the order of joining. */
    public synchronized List<String> members(String groupId) {
        return List.copyOf(members.getOrDefault(lower(groupId), Set.of()));
    }

    /** Object ids of all members through nested groups, each once; the groups in between are among them. */
    public synchronized List<String> transitiveMembers(String groupId) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(lower(groupId)));
        while (!open.isEmpty()) {
            for (String member : members.getOrDefault(open.remove(), Set.of())) {
                if (found.add(member) && groups.containsKey(member)) {
                    open.add(member);
                }
            }
        }
        return List.copyOf(found);
    }

    public synchronized List<Device> devices() {
        return List.copyOf(devices.values());
    }

    /** A device by the id of its directory object. */
    public synchronized Optional<Device> device(String objectId) {
        return Optional.ofNullable(devices.get(lower(objectId)));
    }

    /** A device by its Entra device id. */
    public synchronized Optional<Device> deviceByDeviceId(String deviceId) {
        return Optional.ofNullable(objectIdByDeviceId.get(lower(deviceId))).map(devices::get);
    }

    /** The devices whose registered owner is this user. */
    public synchronized List<Device> devicesOf(String userId) {
        return devicesByOwner.getOrDefault(lower(userId), Set.of()).stream()
                .map(devices::get)
                .toList();
    }

    /** The registered owner. */
    public synchronized Optional<User> owner(Device device) {
        return Optional.ofNullable(device.owner()).map(users::get);
    }

    public synchronized List<AppRegistration> registrations() {
        return List.copyOf(registrations.values());
    }

    /** One of the vendor's registrations by client id or label. */
    public synchronized Optional<AppRegistration> registration(String clientIdOrLabel) {
        String key = lower(clientIdOrLabel);
        return registrations.values().stream()
                .filter(one -> one.clientId().equals(key) || one.label().equals(key))
                .findFirst();
    }

    public synchronized List<ServicePrincipal> principals() {
        return List.copyOf(principals.values());
    }

    /** A service principal by the id of its directory object. */
    public synchronized Optional<ServicePrincipal> principal(String objectId) {
        return Optional.ofNullable(principals.get(lower(objectId)));
    }

    /** A service principal by the client id of its application. */
    public synchronized Optional<ServicePrincipal> principalOf(String appId) {
        return principals.values().stream()
                .filter(one -> one.appId().equals(lower(appId)))
                .findFirst();
    }

    public synchronized IntuneSettings intune() {
        return intune;
    }

    /** An id that depends on the seed and the name alone. */
    public String idFor(String name) {
        return UUID.nameUUIDFromBytes((seed + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    // ---- changing, inside atomically ----

    /** Runs the change; if it throws, all that it did is taken back. */
    synchronized <T> T atomically(Supplier<T> change) {
        Deque<Runnable> steps = new ArrayDeque<>();
        undo = steps;
        try {
            return change.get();
        } catch (RuntimeException e) {
            undo = null;
            while (!steps.isEmpty()) {
                steps.pop().run();
            }
            throw e;
        } finally {
            undo = null;
        }
    }

    synchronized void put(User user) {
        set(users, user.id(), user);
        set(userIdByName, lower(user.userPrincipalName()), user.id());
    }

    synchronized void remove(User user) {
        devicesOf(user.id()).forEach(device -> put(device.ownedBy(null)));
        removeMemberEverywhere(user.id());
        unset(userIdByName, lower(user.userPrincipalName()));
        unset(users, user.id());
    }

    synchronized void put(Group group) {
        set(groups, group.id(), group);
        if (!members.containsKey(group.id())) {
            set(members, group.id(), new LinkedHashSet<>());
        }
    }

    synchronized void remove(Group group) {
        removeMemberEverywhere(group.id());
        unset(members, group.id());
        unset(groups, group.id());
    }

    /** False when it was a member already. */
    synchronized boolean addMember(String groupId, String memberId) {
        return add(membersOf(groupId), memberId);
    }

    /** False when it was none. */
    synchronized boolean removeMember(String groupId, String memberId) {
        return drop(membersOf(groupId), memberId);
    }

    synchronized void put(Device device) {
        Device before = devices.get(device.id());
        if (before != null) {
            disown(before);
        }
        set(devices, device.id(), device);
        set(objectIdByDeviceId, device.deviceId(), device.id());
        String owner = device.owner();
        if (owner != null) {
            if (!devicesByOwner.containsKey(owner)) {
                set(devicesByOwner, owner, new LinkedHashSet<>());
            }
            add(owned(owner), device.id());
        }
    }

    synchronized void remove(Device device) {
        disown(device);
        removeMemberEverywhere(device.id());
        unset(objectIdByDeviceId, device.deviceId());
        unset(devices, device.id());
    }

    synchronized void put(AppRegistration registration) {
        set(registrations, registration.clientId(), registration);
    }

    synchronized void put(ServicePrincipal principal) {
        set(principals, principal.id(), principal);
    }

    synchronized void remove(ServicePrincipal principal) {
        unset(principals, principal.id());
    }

    synchronized void put(IntuneSettings settings) {
        IntuneSettings before = intune;
        intune = settings;
        undoBy(() -> intune = before);
    }

    /** The service principal of an application, made now if the tenant has none yet. */
    synchronized ServicePrincipal instantiate(String appId, String displayName, String ownerTenant, Instant at) {
        return principalOf(appId).orElseGet(() -> {
            ServicePrincipal made =
                    new ServicePrincipal(idFor("principal/" + appId + "/" + at), appId, displayName, ownerTenant, at, List.of());
            put(made);
            return made;
        });
    }

    private void disown(Device device) {
        String owner = device.owner();
        if (owner != null) {
            drop(owned(owner), device.id());
        }
    }

    private Set<String> owned(String owner) {
        return devicesByOwner.getOrDefault(owner, Set.of());
    }

    private Set<String> membersOf(String groupId) {
        return members.getOrDefault(groupId, Set.of());
    }

    private void removeMemberEverywhere(String memberId) {
        Collection<Set<String>> all = members.values();
        all.forEach(one -> drop(one, memberId));
    }

    private <V> void set(Map<String, V> map, String key, V value) {
        V before = map.put(key, value);
        undoBy(() -> {
            if (before == null) {
                map.remove(key);
            } else {
                map.put(key, before);
            }
        });
    }

    private <V> void unset(Map<String, V> map, String key) {
        V before = map.remove(key);
        if (before != null) {
            undoBy(() -> map.put(key, before));
        }
    }

    private boolean add(Set<String> set, String value) {
        boolean added = set.add(value);
        if (added) {
            undoBy(() -> set.remove(value));
        }
        return added;
    }

    private boolean drop(Set<String> set, String value) {
        boolean removed = set.remove(value);
        if (removed) {
            undoBy(() -> set.add(value));
        }
        return removed;
    }

    private void undoBy(Runnable step) {
        if (undo != null) {
            undo.push(step);
        }
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}

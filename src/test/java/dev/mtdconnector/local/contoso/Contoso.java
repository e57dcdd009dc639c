package dev.mtdconnector.local.contoso;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
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
    private final Ordered<User> users = new Ordered<>();
    private final Ordered<User> deletedUsers = new Ordered<>();
    private final Ordered<String> userIdByName = new Ordered<>();
    private final Ordered<Group> groups = new Ordered<>();
    private final Ordered<Ordered<Boolean>> members = new Ordered<>();
    private final Ordered<Device> devices = new Ordered<>();
    private final Ordered<String> objectIdByDeviceId = new Ordered<>();
    private final Ordered<Map<Integer, String>> attributes = new Ordered<>();
    private final Ordered<Map<String, InstalledApp>> apps = new Ordered<>();
    private final Ordered<Ordered<Boolean>> devicesByOwner = new Ordered<>();
    private final Ordered<AppRegistration> registrations = new Ordered<>();
    private final Ordered<ServicePrincipal> principals = new Ordered<>();
    private final ChangeLog groupLog = new ChangeLog();
    private final ChangeLog deviceLog = new ChangeLog();
    private final List<Runnable> noted = new ArrayList<>();
    private final Map<String, List<String>> closures = new HashMap<>();
    private IntuneSettings intune = new IntuneSettings(false, false, null);
    private SigningKeys.Generations keys = SigningKeys.Generations.FIRST;
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
        return users.values();
    }

    public synchronized int userCount() {
        return users.size();
    }

    public synchronized int deviceCount() {
        return devices.size();
    }

    /** A user who was deleted and can be restored. */
    synchronized Optional<User> deletedUser(String id) {
        return Optional.ofNullable(deletedUsers.get(lower(id)));
    }

    /** Some users, from a place on; with the next place. */
    synchronized Slice<User> users(int from, int most, Predicate<User> filter) {
        return users.slice(from, most, filter);
    }

    /** Some devices, from a place on; with the next place. */
    synchronized Slice<Device> devices(int from, int most, Predicate<Device> filter) {
        return devices.slice(from, most, filter);
    }

    /** Some groups, from a place on; with the next place. */
    synchronized Slice<Group> groups(int from, int most, Predicate<Group> filter) {
        return groups.slice(from, most, filter);
    }

    /** Where a group stands among all; -1 when it does not. */
    synchronized int groupPlace(String id) {
        return groups.placeOf(id);
    }

    public synchronized int memberCount(String groupId) {
        Ordered<Boolean> all = members.get(lower(groupId));
        return all == null
                ? 0
                : deletedUsers.size() == 0 ? all.size() : members(groupId).size();
    }

    /** Some direct members, from a place on; with the next place. Deleted users keep their place, and are left out. */
    synchronized Slice<String> members(String groupId, int from, int most, Predicate<String> filter) {
        Ordered<Boolean> all = members.get(lower(groupId));
        return all == null
                ? new Slice<>(List.of(), Slice.END)
                : all.keySlice(from, most, id -> exists(id) && filter.test(id));
    }

    /** Lets nobody change anything while something is read in several steps. */
    synchronized <T> T reading(Supplier<T> reader) {
        return reader.get();
    }

    /** What changed in groups and their members; to be used while {@link #reading}. */
    ChangeLog groupLog() {
        return groupLog;
    }

    /** What changed in devices; to be used while {@link #reading}. */
    ChangeLog deviceLog() {
        return deviceLog;
    }

    /** A user by object id or user principal name, in any letter case. */
    public synchronized Optional<User> user(String idOrName) {
        String key = lower(idOrName);
        String id = userIdByName.get(key);
        return Optional.ofNullable(users.get(id == null ? key : id));
    }

    public synchronized List<Group> groups() {
        return groups.values();
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
        return members(groupId, 0, Integer.MAX_VALUE, id -> true).items();
    }

    /** Object ids of all members through nested groups, each once; the groups in between are among them. */
    public synchronized List<String> transitiveMembers(String groupId) {
        return closures.computeIfAbsent(lower(groupId), root -> {
            Set<String> found = new LinkedHashSet<>();
            Deque<String> open = new ArrayDeque<>(List.of(root));
            while (!open.isEmpty()) {
                for (String member : members(open.remove())) {
                    if (found.add(member) && groups.contains(member)) {
                        open.add(member);
                    }
                }
            }
            return List.copyOf(found);
        });
    }

    /** As {@link #transitiveMembers(String)}, without what is in groups with hidden membership. */
    synchronized List<String> shownTransitiveMembers(String groupId) {
        if (groups.values().stream().noneMatch(Group::hiddenMembership)) {
            return transitiveMembers(groupId);
        }
        Set<String> found = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(lower(groupId)));
        while (!open.isEmpty()) {
            Group group = groups.get(open.remove());
            if (group == null || group.hiddenMembership()) {
                continue;
            }
            for (String member : members(group.id())) {
                if (found.add(member) && groups.contains(member)) {
                    open.add(member);
                }
            }
        }
        return List.copyOf(found);
    }

    /** The kind of an object, as Graph names it; empty for one that is not there. */
    synchronized String typeOf(String id) {
        if (users.contains(id) || deletedUsers.contains(id)) {
            return "user";
        }
        return groups.contains(id) ? "group" : devices.contains(id) ? "device" : "";
    }

    private boolean exists(String id) {
        return users.contains(id) || groups.contains(id) || devices.contains(id);
    }

    public synchronized List<Device> devices() {
        return devices.values();
    }

    /** A device by the id of its directory object. */
    public synchronized Optional<Device> device(String objectId) {
        return Optional.ofNullable(devices.get(lower(objectId)));
    }

    /** A device by its Entra device id. */
    public synchronized Optional<Device> deviceByDeviceId(String deviceId) {
        String id = objectIdByDeviceId.get(lower(deviceId));
        return id == null ? Optional.empty() : Optional.ofNullable(devices.get(id));
    }

    /** The extension attributes of a device that hold something, by number. */
    public synchronized Map<Integer, String> attributes(Device device) {
        Map<Integer, String> held = attributes.get(device.id());
        return held == null ? Map.of() : held;
    }

    /** The devices whose registered owner is this user. */
    public synchronized List<Device> devicesOf(String userId) {
        return keys(devicesByOwner.get(lower(userId))).stream()
                .flatMap(id -> device(id).stream())
                .toList();
    }

    /** The registered owner. */
    public synchronized Optional<User> owner(Device device) {
        String owner = device.owner();
        return owner == null ? Optional.empty() : Optional.ofNullable(users.get(owner));
    }

    public synchronized List<AppRegistration> registrations() {
        return registrations.values();
    }

    /** One of the vendor's registrations by client id or label. */
    public synchronized Optional<AppRegistration> registration(String clientIdOrLabel) {
        String key = lower(clientIdOrLabel);
        return registrations.values().stream()
                .filter(one -> one.clientId().equals(key) || one.label().equals(key))
                .findFirst();
    }

    public synchronized List<ServicePrincipal> principals() {
        return principals.values();
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

    /** The apps that somebody put on a device, by name. */
    synchronized Map<String, InstalledApp> appsOn(Device device) {
        Map<String, InstalledApp> on = apps.get(device.id());
        return on == null ? Map.of() : on;
    }

    /** The managed devices on which there are such apps. */
    synchronized List<Device> devicesWithApps() {
        List<Device> found = new ArrayList<>();
        for (String id : apps.keys()) {
            Device device = devices.get(id);
            if (device != null && device.managed()) {
                found.add(device);
            }
        }
        return found;
    }

    public synchronized IntuneSettings intune() {
        return intune;
    }

    synchronized SigningKeys.Generations keys() {
        return keys;
    }

    /** An id that depends on the seed and the name alone. */
    public String idFor(String name) {
        return UUID.nameUUIDFromBytes((seed + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Intune's id of a device that it manages. */
    String intuneId(Device device) {
        String moved = device.extra().intuneId();
        return moved == null ? idFor("managedDevice/" + device.deviceId()) : moved;
    }

    // ---- changing, inside atomically ----

    /** Runs the change; if it throws, all that it did is taken back. */
    synchronized <T> T atomically(Supplier<T> change) {
        Deque<Runnable> steps = new ArrayDeque<>();
        undo = steps;
        noted.clear();
        try {
            T result = change.get();
            noted.forEach(Runnable::run);
            return result;
        } catch (RuntimeException e) {
            undo = null;
            while (!steps.isEmpty()) {
                steps.pop().run();
            }
            throw e;
        } finally {
            undo = null;
            noted.clear();
            closures.clear();
        }
    }

    /** Makes every delta token useless, as maintenance of a tenant does. */
    synchronized void resetLogs() {
        noted.add(groupLog::reset);
        noted.add(deviceLog::reset);
    }

    synchronized void put(User user) {
        did(users.put(user.id(), user));
        did(userIdByName.put(lower(user.userPrincipalName()), user.id()));
    }

    /** Deletes a user so that it can be restored: memberships and devices wait for that. */
    synchronized void softRemove(User user) {
        did(userIdByName.remove(lower(user.userPrincipalName())));
        did(users.remove(user.id()));
        did(deletedUsers.put(user.id(), user));
    }

    synchronized void restore(User user) {
        did(deletedUsers.remove(user.id()));
        put(user);
    }

    synchronized void remove(User user) {
        keys(devicesByOwner.get(user.id())).stream()
                .flatMap(id -> device(id).stream())
                .forEach(device -> put(device.ownedBy(null)));
        removeMemberEverywhere(user.id());
        if (users.contains(user.id())) {
            did(userIdByName.remove(lower(user.userPrincipalName())));
            did(users.remove(user.id()));
        }
        did(deletedUsers.remove(user.id()));
    }

    synchronized void put(Group group) {
        Group before = groups.get(group.id());
        Set<String> changed = before == null ? Set.of(ChangeLog.ALL) : group.differences(before);
        did(groups.put(group.id(), group));
        if (!members.contains(group.id())) {
            did(members.put(group.id(), new Ordered<>()));
        }
        if (!changed.isEmpty()) {
            note(groupLog, ChangeLog.Change.ofObject(group.id(), null, changed));
        }
    }

    /**
     * Deletes a group.
     *
     * @param restorable whether Graph says that it can be restored
     */
    synchronized void remove(Group group, boolean restorable) {
        removeMemberEverywhere(group.id());
        did(members.remove(group.id()));
        did(groups.remove(group.id()));
        note(groupLog, ChangeLog.Change.ofObject(group.id(), restorable ? "changed" : "deleted", Set.of()));
    }

    /** False when it was a member already. */
    synchronized boolean addMember(String groupId, String memberId) {
        Ordered<Boolean> all = members.get(groupId);
        boolean added = all != null && !all.contains(memberId) && did(all.put(memberId, true));
        if (added) {
            note(groupLog, ChangeLog.Change.ofMember(groupId, memberId, typeOf(memberId), null));
        }
        return added;
    }

    /** False when it was none. */
    synchronized boolean removeMember(String groupId, String memberId) {
        Ordered<Boolean> all = members.get(groupId);
        boolean removed = all != null && did(all.remove(memberId));
        if (removed) {
            // Graph's own examples give this reason whether the membership or the user ended.
            note(groupLog, ChangeLog.Change.ofMember(groupId, memberId, typeOf(memberId), "deleted"));
        }
        return removed;
    }

    /** A change of the owner is in no log: Graph does not track it. */
    synchronized void put(Device device) {
        Device before = devices.get(device.id());
        String owner = device.owner();
        Set<String> changed = before == null ? Set.of(ChangeLog.ALL) : device.differences(before);
        did(devices.put(device.id(), device));
        if (before == null) {
            did(objectIdByDeviceId.put(device.deviceId(), device.id()));
        }
        if (before == null || !Objects.equals(before.owner(), owner)) {
            if (before != null) {
                disown(before);
            }
            own(device);
        }
        if (!changed.isEmpty()) {
            note(deviceLog, ChangeLog.Change.ofObject(device.id(), null, changed));
        }
    }

    private void own(Device device) {
        String owner = device.owner();
        if (owner == null) {
            return;
        }
        Ordered<Boolean> owned = devicesByOwner.get(owner);
        if (owned == null) {
            owned = new Ordered<>();
            did(devicesByOwner.put(owner, owned));
        }
        did(owned.put(device.id(), true));
    }

    /** Sets an extension attribute; null clears it. */
    synchronized void putAttribute(Device device, int number, @Nullable String value) {
        Map<Integer, String> changed = new TreeMap<>(attributes(device));
        if (value == null) {
            changed.remove(number);
        } else {
            changed.put(number, value);
        }
        did(attributes.put(device.id(), Map.copyOf(changed)));
        note(deviceLog, ChangeLog.Change.ofObject(device.id(), null, Set.of("extensionAttributes")));
    }

    synchronized void remove(Device device) {
        did(attributes.remove(device.id()));
        did(apps.remove(device.id()));
        disown(device);
        removeMemberEverywhere(device.id());
        did(objectIdByDeviceId.remove(device.deviceId()));
        did(devices.remove(device.id()));
        note(deviceLog, ChangeLog.Change.ofObject(device.id(), "deleted", Set.of()));
    }

    /** Puts the app on the device, in place of another version of it. */
    synchronized void install(Device device, InstalledApp app) {
        Map<String, InstalledApp> changed = new TreeMap<>(appsOn(device));
        changed.put(app.name(), app);
        did(apps.put(device.id(), Map.copyOf(changed)));
    }

    /** False when the device has no app of that name. */
    synchronized boolean uninstall(Device device, String name) {
        Map<String, InstalledApp> changed = new TreeMap<>(appsOn(device));
        boolean there = changed.remove(name) != null;
        did(apps.put(device.id(), Map.copyOf(changed)));
        return there;
    }

    synchronized void put(AppRegistration registration) {
        did(registrations.put(registration.clientId(), registration));
    }

    synchronized void put(ServicePrincipal principal) {
        did(principals.put(principal.id(), principal));
    }

    synchronized void remove(ServicePrincipal principal) {
        did(principals.remove(principal.id()));
    }

    synchronized void put(IntuneSettings settings) {
        IntuneSettings before = intune;
        intune = settings;
        did(() -> intune = before);
    }

    synchronized void put(SigningKeys.Generations generations) {
        SigningKeys.Generations before = keys;
        keys = generations;
        did(() -> keys = before);
    }

    /** The service principal of an application, made now if the tenant has none yet. */
    synchronized ServicePrincipal instantiate(String appId, String displayName, String ownerTenant, Instant at) {
        return principalOf(appId).orElseGet(() -> {
            ServicePrincipal made = new ServicePrincipal(
                    idFor("principal/" + appId + "/" + at), appId, displayName, ownerTenant, at, List.of());
            put(made);
            return made;
        });
    }

    private void disown(Device device) {
        String owner = device.owner();
        Ordered<Boolean> owned = owner == null ? null : devicesByOwner.get(owner);
        if (owned != null) {
            did(owned.remove(device.id()));
        }
    }

    private void removeMemberEverywhere(String memberId) {
        groups.keys().forEach(group -> removeMember(group, memberId));
    }

    /** Goes into the log when the whole change succeeded; what is generated is no change. */
    private void note(ChangeLog log, ChangeLog.Change change) {
        if (undo != null) {
            noted.add(() -> log.add(change));
        }
    }

    /** Notes how a step is taken back; false when nothing was done. */
    private boolean did(@Nullable Runnable back) {
        if (back == null) {
            return false;
        }
        closures.clear();
        if (undo != null) {
            undo.push(back);
        }
        return true;
    }

    private static List<String> keys(@Nullable Ordered<Boolean> set) {
        return set == null ? List.of() : set.keys();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}

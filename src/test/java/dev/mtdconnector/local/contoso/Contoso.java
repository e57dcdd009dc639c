package dev.mtdconnector.local.contoso;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    private final Ordered<User> users = new Ordered<>();
    private final Ordered<String> userIdByName = new Ordered<>();
    private final Ordered<Group> groups = new Ordered<>();
    private final Ordered<Ordered<Boolean>> members = new Ordered<>();
    private final Ordered<Device> devices = new Ordered<>();
    private final Ordered<String> objectIdByDeviceId = new Ordered<>();
    private final Ordered<Ordered<Boolean>> devicesByOwner = new Ordered<>();
    private final Ordered<AppRegistration> registrations = new Ordered<>();
    private final Ordered<ServicePrincipal> principals = new Ordered<>();
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
        return keys(members.get(lower(groupId)));
    }

    /** Object ids of all members through nested groups, each once; the groups in between are among them. */
    public synchronized List<String> transitiveMembers(String groupId) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(lower(groupId)));
        while (!open.isEmpty()) {
            for (String member : keys(members.get(open.remove()))) {
                if (found.add(member) && groups.contains(member)) {
                    open.add(member);
                }
            }
        }
        return List.copyOf(found);
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
        did(users.put(user.id(), user));
        did(userIdByName.put(lower(user.userPrincipalName()), user.id()));
    }

    synchronized void remove(User user) {
        devicesOf(user.id()).forEach(device -> put(device.ownedBy(null)));
        removeMemberEverywhere(user.id());
        did(userIdByName.remove(lower(user.userPrincipalName())));
        did(users.remove(user.id()));
    }

    synchronized void put(Group group) {
        did(groups.put(group.id(), group));
        if (!members.contains(group.id())) {
            did(members.put(group.id(), new Ordered<>()));
        }
    }

    synchronized void remove(Group group) {
        removeMemberEverywhere(group.id());
        did(members.remove(group.id()));
        did(groups.remove(group.id()));
    }

    /** False when it was a member already. */
    synchronized boolean addMember(String groupId, String memberId) {
        Ordered<Boolean> all = members.get(groupId);
        return all != null && !all.contains(memberId) && did(all.put(memberId, true));
    }

    /** False when it was none. */
    synchronized boolean removeMember(String groupId, String memberId) {
        Ordered<Boolean> all = members.get(groupId);
        return all != null && did(all.remove(memberId));
    }

    synchronized void put(Device device) {
        Device before = devices.get(device.id());
        if (before != null) {
            disown(before);
        }
        did(devices.put(device.id(), device));
        did(objectIdByDeviceId.put(device.deviceId(), device.id()));
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

    synchronized void remove(Device device) {
        disown(device);
        removeMemberEverywhere(device.id());
        did(objectIdByDeviceId.remove(device.deviceId()));
        did(devices.remove(device.id()));
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
        members.values().forEach(one -> did(one.remove(memberId)));
    }

    /** Notes how a step is taken back; false when nothing was done. */
    private boolean did(@Nullable Runnable back) {
        if (back == null) {
            return false;
        }
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

package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can happen to Contoso: the changes of the control API, and consent. Each is checked, applied all or
 * none, and remembered; what was remembered is applied again when this is made.
 */
public final class Changes {

    private static final String CHANGES = "changes";
    private static final String CONSENT = "consent";
    private static final Set<String> LEVELS = Set.of("secured", "low", "medium", "high");
    private static final Set<String> SYSTEMS = Set.of("iOS", "IPhone", "IPad", "Android", "Windows");

    private final Contoso contoso;
    private final Journal journal;
    private final Clock clock;
    private final BulkChanges bulk;

    public Changes(Contoso contoso, Journal journal, Clock clock) {
        this.contoso = contoso;
        this.journal = journal;
        this.clock = clock;
        this.bulk = new BulkChanges(contoso);
        // Consent and changes depend on one another, so they are replayed in one order.
        journal.replay(CHANGES, data -> {
            Instant at = Instant.parse(data.path("at").asText());
            if (data.has(CONSENT)) {
                contoso.atomically(() -> grant(data.path(CONSENT).asText(), at));
            } else {
                applyAll(data.path(CHANGES), at);
            }
        });
    }

    /**
     * Applies changes of the control API.
     *
     * @return the changes as applied, with the ids that were chosen
     * @throws IllegalArgumentException that says what is wrong; then nothing was changed
     */
    public synchronized ArrayNode apply(List<? extends JsonNode> changes) {
        Instant now = clock.instant();
        ArrayNode complete = Json.array();
        changes.forEach(change -> complete.add(withIds(change)));
        applyAll(complete, now);
        ObjectNode entry = Json.object().put("at", now.toString());
        entry.set(CHANGES, complete);
        journal.append(CHANGES, entry);
        return complete;
    }

    /**
     * What an administrator's consent does: the application gets a service principal and every application permission
     * that its registration declares. Idempotent; what was granted before stays.
     */
    public synchronized ServicePrincipal consent(String clientId) {
        Instant now = clock.instant();
        ServicePrincipal granted = contoso.atomically(() -> grant(clientId, now));
        journal.append(CHANGES, Json.object().put("at", now.toString()).put(CONSENT, clientId));
        return granted;
    }

    private ServicePrincipal grant(String clientId, Instant at) {
        AppRegistration registration = registration(clientId);
        ServicePrincipal principal =
                contoso.instantiate(registration.clientId(), registration.displayName(), WellKnown.VENDOR_TENANT, at);
        for (AppRole role : registration.declared()) {
            boolean granted =
                    principal.assignments().stream().anyMatch(one -> one.role().equals(role));
            if (!granted) {
                principal =
                        principal.with(new AppRoleAssignment(assignmentId(principal.id() + role.id() + at), role, at));
            }
        }
        contoso.put(principal);
        return principal;
    }

    /** Assignment ids are no GUIDs in Graph but 43 characters of base64url. */
    private String assignmentId(String name) {
        return (contoso.idFor("assignment/" + name) + contoso.idFor("assignment2/" + name))
                .replace("-", "")
                .substring(0, 43);
    }

    private void applyAll(JsonNode changes, Instant at) {
        contoso.atomically(() -> {
            int index = 0;
            for (JsonNode change : changes) {
                try {
                    apply(change, at);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("changes[" + index + "]: " + e.getMessage(), e);
                }
                index++;
            }
            return index;
        });
    }

    private static JsonNode withIds(JsonNode change) {
        if (!(change instanceof ObjectNode object)) {
            return change;
        }
        ObjectNode complete = object.deepCopy();
        String type = complete.path("type").asText();
        if (type.endsWith("Created")) {
            fill(complete, "id");
        }
        if (type.equals("deviceCreated")) {
            fill(complete, "deviceId");
        }
        if (type.equals("deviceReregistered")) {
            fill(complete, "newId");
            fill(complete, "newDeviceId");
        }
        if (type.equals("usersGenerated")) {
            fill(complete, "batch");
        }
        return complete;
    }

    private static void fill(ObjectNode change, String field) {
        if (!change.hasNonNull(field)) {
            change.put(field, UUID.randomUUID().toString());
        }
    }

    private void apply(JsonNode change, Instant at) {
        Fields fields = new Fields(change);
        String type = fields.text("type");
        switch (type) {
            case "userCreated" -> userCreated(fields, at);
            case "userDeleted" -> userDeleted(fields.text("user"), fields.flag("permanently", true));
            case "userRestored" ->
                contoso.restore(found(
                        contoso.deletedUser(fields.text("user")),
                        () -> "There is no deleted user " + fields.text("user")));
            case "groupCreated" -> groupCreated(fields, at);
            case "groupRenamed" -> contoso.put(group(fields.text("group")).renamed(fields.text("displayName")));
            case "groupDeleted" -> {
                Group group = group(fields.text("group"));
                contoso.remove(group, !fields.flag("permanently", !group.unified()));
            }
            case "memberAdded" -> memberAdded(group(fields.text("group")), member(fields.text("member")));
            case "memberRemoved" -> memberRemoved(group(fields.text("group")), member(fields.text("member")));
            case "deviceCreated" -> deviceCreated(fields, at);
            case "deviceChanged" -> deviceChanged(fields);
            case "deviceReregistered" -> deviceReregistered(fields, at);
            case "deviceSignedIn" -> contoso.put(device(fields.text("deviceId")).signedIn(at));
            case "deviceAttribute" ->
                contoso.putAttribute(
                        device(fields.text("deviceId")),
                        Objects.requireNonNullElse(fields.optionalNumber("number", 1, 15), 1L)
                                .intValue(),
                        fields.optionalText("value"));
            case "deviceDeleted" -> contoso.remove(device(fields.text("deviceId")));
            case "ownerChanged" ->
                contoso.put(device(fields.text("deviceId"))
                        .ownedBy(user(fields.text("owner")).id()));
            case "members" -> bulk.members(group(fields.text("group")), fields, this::member);
            case "membersExchanged" -> bulk.exchange(group(fields.text("group")), fields);
            case "usersGenerated" -> {
                String group = fields.optionalText("group");
                bulk.users(group == null ? null : group(group), fields, at);
            }
            case "devicesUpdated" -> bulk.devices(fields);
            case "deltaReset" -> contoso.resetLogs();
            case "platformToggled" -> platformToggled(fields.text("platform"), fields.flag("enabled"));
            case "appSyncToggled" ->
                contoso.put(contoso.intune().withAppSync(fields.flag("enabled"), fields.flag("personal", false)));
            case "ownershipChanged" -> ownershipChanged(fields);
            case "appInstalled" -> appInstalled(device(fields.text("deviceId")), fields);
            case "appRemoved" -> appRemoved(device(fields.text("deviceId")), fields.text("app"));
            case "complianceRule" -> complianceRule(fields.optionalText("level"));
            case "consentRevoked" -> contoso.remove(principal(fields.text("clientId")));
            case "roleRemoved" -> roleRemoved(principal(fields.text("clientId")), role(fields.text("role")));
            case "roleDeclared" ->
                roleDeclared(registration(fields.text("clientId")), role(fields.text("role")), fields.flag("declared"));
            case "keysRolledOver" -> contoso.put(contoso.keys().rolledOver(fields.flag("oldKept", true)));
            default -> throw new IllegalArgumentException("There is no change of type " + type);
        }
        fields.done();
    }

    private void userCreated(Fields fields, Instant at) {
        String id = freshId(fields.optionalGuid("id"));
        String name = fields.text("userPrincipalName");
        if (!name.matches("[^@\\s]+@[^@\\s]+")) {
            throw new IllegalArgumentException("A userPrincipalName looks like name@" + WellKnown.DOMAIN);
        }
        if (contoso.user(name).isPresent()) {
            throw new IllegalArgumentException("There is a user " + name);
        }
        String displayName = fields.text("displayName");
        int space = displayName.indexOf(' ');
        contoso.put(new User(
                id,
                displayName,
                space < 0 ? displayName : displayName.substring(0, space),
                space < 0 ? "" : displayName.substring(space + 1),
                name,
                Set.of(),
                at));
    }

    private void userDeleted(String idOrName, boolean permanently) {
        Optional<User> deleted = permanently ? contoso.deletedUser(idOrName) : Optional.empty();
        User user = deleted.orElseGet(() -> user(idOrName));
        if (permanently) {
            contoso.remove(user);
        } else {
            contoso.softRemove(user);
        }
    }

    private void groupCreated(Fields fields, Instant at) {
        boolean hidden = fields.flag("hiddenMembership", false);
        // Only Microsoft 365 groups can hide who is in them.
        boolean unified = fields.flag("unified", hidden);
        if (hidden && !unified) {
            throw new IllegalArgumentException("Only a unified group can have hiddenMembership");
        }
        contoso.put(new Group(
                freshId(fields.optionalGuid("id")),
                fields.text("displayName"),
                Objects.requireNonNullElse(fields.optionalText("description"), ""),
                fields.flag("securityEnabled", !unified),
                unified,
                fields.flag("dynamic", false),
                fields.flag("mailEnabled", unified),
                hidden,
                fields.flag("roleAssignable", false),
                fields.flag("synced", false),
                at));
    }

    private void deviceChanged(Fields fields) {
        Device device = device(fields.text("deviceId"));
        contoso.put(device.changed(
                        Objects.requireNonNullElse(fields.optionalText("displayName"), device.displayName()),
                        Objects.requireNonNullElse(
                                fields.optionalText("operatingSystemVersion"), device.operatingSystemVersion()),
                        fields.flag("managed", device.managed()))
                .enabled(fields.flag("enabled", device.extra().enabled())));
    }

    /** The phone gets another object and another id; Intune's record, if there is one, moves with it. */
    private void deviceReregistered(Fields fields, Instant at) {
        Device device = device(fields.text("deviceId"));
        String deviceId = required(fields.optionalGuid("newDeviceId"));
        if (contoso.deviceByDeviceId(deviceId).isPresent()) {
            throw new IllegalArgumentException("There is a device " + deviceId);
        }
        String intuneId = device.managed() ? contoso.intuneId(device) : null;
        contoso.put(device.registeredAnew(freshId(fields.optionalGuid("newId")), deviceId, intuneId, at));
        contoso.put(device.changed(device.displayName(), device.operatingSystemVersion(), false));
    }

    private void memberAdded(Group group, String member) {
        if (member.equals(group.id()) || contoso.transitiveMembers(member).contains(group.id())) {
            throw new IllegalArgumentException("A group cannot be a member of itself");
        }
        if (!contoso.addMember(group.id(), member)) {
            throw new IllegalArgumentException(group.displayName() + " has that member already");
        }
    }

    private void memberRemoved(Group group, String member) {
        if (!contoso.removeMember(group.id(), member)) {
            throw new IllegalArgumentException(group.displayName() + " has no such member");
        }
    }

    private void deviceCreated(Fields fields, Instant at) {
        String deviceId = required(fields.optionalGuid("deviceId"));
        if (contoso.deviceByDeviceId(deviceId).isPresent()) {
            throw new IllegalArgumentException("There is a device " + deviceId);
        }
        String system = fields.text("operatingSystem");
        if (!SYSTEMS.contains(system)) {
            throw new IllegalArgumentException("operatingSystem must be one of " + SYSTEMS);
        }
        String enroller = fields.optionalText("enrolledBy");
        boolean apple = !system.equals("Android") && !system.equals("Windows");
        contoso.put(new Device(
                freshId(fields.optionalGuid("id")),
                deviceId,
                fields.text("displayName"),
                system,
                fields.text("operatingSystemVersion"),
                apple ? "Apple" : "Contoso Hardware",
                apple ? "iPhone" : system + " device",
                fields.flag("managed", true),
                user(fields.text("owner")).id(),
                enroller == null ? null : user(enroller).id(),
                at,
                Device.Extra.NONE));
    }

    private void ownershipChanged(Fields fields) {
        String ownership = fields.text("ownership");
        if (!ownership.equals("company") && !ownership.equals("personal")) {
            throw new IllegalArgumentException("ownership must be company or personal");
        }
        contoso.put(device(fields.text("deviceId")).personal(ownership.equals("personal")));
    }

    private void appInstalled(Device device, Fields fields) {
        contoso.install(
                device,
                new InstalledApp(
                        fields.text("app"),
                        fields.optionalText("publisher"),
                        Objects.requireNonNullElse(fields.optionalText("version"), "1.0"),
                        fields.flag("managed", false)));
    }

    private void appRemoved(Device device, String app) {
        if (!contoso.uninstall(device, app)) {
            throw new IllegalArgumentException(device.displayName() + " has no such app");
        }
    }

    private void platformToggled(String platform, boolean enabled) {
        IntuneSettings now = contoso.intune();
        switch (platform.toLowerCase(Locale.ROOT)) {
            case "ios" -> contoso.put(now.withIos(enabled));
            case "android" -> contoso.put(now.withAndroid(enabled));
            default -> throw new IllegalArgumentException("platform must be ios or android");
        }
    }

    private void complianceRule(@Nullable String level) {
        if (level != null && !LEVELS.contains(level)) {
            throw new IllegalArgumentException("level must be one of secured, low, medium, high, or null");
        }
        contoso.put(contoso.intune().withRule(level));
    }

    private void roleRemoved(ServicePrincipal principal, AppRole role) {
        List<AppRoleAssignment> left = new ArrayList<>(principal.assignments());
        if (!left.removeIf(assignment -> assignment.role().equals(role))) {
            throw new IllegalArgumentException(principal.displayName() + " was not granted " + role.value());
        }
        contoso.put(principal.with(left));
    }

    private void roleDeclared(AppRegistration registration, AppRole role, boolean declared) {
        List<AppRole> roles = new ArrayList<>(registration.declared());
        if (declared && !roles.contains(role)) {
            roles.add(role);
        } else if (!declared) {
            roles.remove(role);
        }
        contoso.put(registration.declaring(roles));
    }

    private String freshId(@Nullable String id) {
        String given = required(id);
        if (contoso.user(given).isPresent()
                || contoso.group(given).isPresent()
                || contoso.device(given).isPresent()) {
            throw new IllegalArgumentException("The id " + given + " is taken");
        }
        return given;
    }

    private static String required(@Nullable String id) {
        if (id == null) {
            throw new IllegalArgumentException("An id is missing");
        }
        return id;
    }

    private User user(String idOrName) {
        return found(contoso.user(idOrName), () -> "There is no user " + idOrName);
    }

    private Group group(String idOrName) {
        Optional<Group> byId = contoso.group(idOrName);
        if (byId.isPresent()) {
            return byId.get();
        }
        List<Group> named = contoso.groupsNamed(idOrName);
        if (named.size() > 1) {
            throw new IllegalArgumentException("There are several groups " + idOrName + ": give the id");
        }
        return found(named.stream().findFirst(), () -> "There is no group " + idOrName);
    }

    private String member(String idOrName) {
        Optional<User> user = contoso.user(idOrName);
        if (user.isPresent()) {
            return user.get().id();
        }
        Optional<Device> device = contoso.deviceByDeviceId(idOrName).or(() -> contoso.device(idOrName));
        return device.isPresent() ? device.get().id() : group(idOrName).id();
    }

    private Device device(String deviceId) {
        return found(contoso.deviceByDeviceId(deviceId), () -> "There is no device " + deviceId);
    }

    private AppRegistration registration(String clientId) {
        return found(contoso.registration(clientId), () -> "There is no registration " + clientId);
    }

    private ServicePrincipal principal(String clientId) {
        return found(
                contoso.principalOf(registration(clientId).clientId()),
                () -> "Contoso has not consented to " + clientId);
    }

    private static AppRole role(String name) {
        return found(WellKnown.role(name), () -> "There is no application role " + name);
    }

    private static <T> T found(Optional<T> value, Supplier<String> problem) {
        return value.orElseThrow(() -> new IllegalArgumentException(problem.get()));
    }
}

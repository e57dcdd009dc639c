package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes Contoso's objects as Graph does: every property of the metadata, null or empty where Contoso has none. */
final class GraphEntities {

    static final List<String> USER_DEFAULTS = List.of(
            "businessPhones",
            "displayName",
            "givenName",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
            "id");

    /** Documented as returned only when selected. */
    private static final Set<String> GROUP_ON_SELECT = Set.of(
            "accessType",
            "allowExternalSenders",
            "assignedLabels",
            "assignedLicenses",
            "autoSubscribeNewMembers",
            "hasMembersWithLicenseErrors",
            "hideFromAddressLists",
            "hideFromOutlookClients",
            "isArchived",
            "isFavorite",
            "isSubscribedByMail",
            "licenseProcessingState",
            "unseenCount");

    private GraphEntities() {}

    /**
     * A user.
     *
     * @param whole with the properties that Contoso has nothing for
     */
    static ObjectNode of(User user, boolean whole) {
        ObjectNode node = blank("user", whole)
                .put("id", user.id())
                .put("accountEnabled", true)
                .put("displayName", user.displayName())
                .put("givenName", user.givenName())
                .put("mail", user.userPrincipalName())
                .put("mailNickname", user.userPrincipalName().replaceAll("@.*", ""))
                .put("surname", user.surname())
                .put("userPrincipalName", user.userPrincipalName())
                .put("userType", "Member");
        return put(node, "createdDateTime", user.createdAt());
    }

    static ObjectNode of(Group group, boolean whole) {
        ObjectNode node = blank("group", whole)
                .put("id", group.id())
                .put("displayName", group.displayName())
                .put("mailEnabled", group.mailEnabled())
                .put("mailNickname", group.displayName().replaceAll("[^A-Za-z0-9]", ""))
                .put("securityEnabled", group.securityEnabled());
        if (group.roleAssignable()) {
            node.put("isAssignableToRole", true);
        }
        if (group.synced()) {
            node.put("onPremisesSyncEnabled", true);
        }
        if (!group.description().isEmpty()) {
            node.put("description", group.description());
        }
        ArrayNode types = node.putArray("groupTypes");
        if (group.unified()) {
            types.add("Unified");
            node.put("visibility", group.hiddenMembership() ? "HiddenMembership" : "Public");
        }
        if (group.dynamic()) {
            types.add("DynamicMembership");
            node.put("membershipRule", "(user.accountEnabled -eq true)").put("membershipRuleProcessingState", "On");
        }
        if (group.mailEnabled()) {
            node.put("mail", node.get("mailNickname").asText() + "@" + WellKnown.DOMAIN);
        }
        return put(put(node, "createdDateTime", group.createdAt()), "renewedDateTime", group.createdAt());
    }

    static ObjectNode of(Device device, Map<Integer, String> attributes, boolean compliant, boolean whole) {
        boolean mobile = !device.operatingSystem().equals("Windows");
        ObjectNode node = blank("device", whole)
                .put("id", device.id())
                .put("accountEnabled", device.extra().enabled())
                .put("deviceId", device.deviceId())
                .put("deviceVersion", 2)
                .put("displayName", device.displayName())
                .put("isManaged", device.managed())
                .put("isCompliant", device.managed() && compliant)
                .put("manufacturer", device.manufacturer())
                .put("model", device.model())
                .put("operatingSystem", device.operatingSystem())
                .put("operatingSystemVersion", device.operatingSystemVersion())
                .put("profileType", "RegisteredDevice")
                .put("trustType", mobile ? "Workplace" : "AzureAd");
        if (!device.managed()) {
            node.putNull("isManaged").putNull("isCompliant");
        }
        if (device.managed()) {
            node.put("deviceOwnership", device.extra().personal() ? "Personal" : "Company");
        }
        ObjectNode held = node.putObject("extensionAttributes");
        for (int i = 1; i <= 15; i++) {
            held.put("extensionAttribute" + i, attributes.get(i));
        }
        put(node, "approximateLastSignInDateTime", device.lastSignInAt());
        return put(node, "registrationDateTime", device.registeredAt());
    }

    static ObjectNode of(ServicePrincipal principal, List<AppRole> offered) {
        ObjectNode node = blank("servicePrincipal", true)
                .put("id", principal.id())
                .put("accountEnabled", true)
                .put("appDisplayName", principal.displayName())
                .put("appId", principal.appId())
                .put("appOwnerOrganizationId", principal.ownerTenant())
                .put("appRoleAssignmentRequired", false)
                .put("displayName", principal.displayName())
                .put("servicePrincipalType", "Application")
                .put("signInAudience", "AzureADMultipleOrgs");
        node.putArray("servicePrincipalNames").add(principal.appId());
        for (AppRole role : offered) {
            ObjectNode one = node.withArray("appRoles").addObject();
            one.putArray("allowedMemberTypes").add("Application");
            one.put("description", role.words())
                    .put("displayName", role.words())
                    .put("id", role.id())
                    .put("isEnabled", true)
                    .put("origin", "Application")
                    .put("value", role.value());
        }
        return node;
    }

    static ObjectNode of(AppRoleAssignment assignment, ServicePrincipal principal, ServicePrincipal resource) {
        ObjectNode node = blank("appRoleAssignment", true)
                .put("id", assignment.id())
                .put("appRoleId", assignment.role().id())
                .put("principalDisplayName", principal.displayName())
                .put("principalId", principal.id())
                .put("principalType", "ServicePrincipal")
                .put("resourceDisplayName", resource.displayName())
                .put("resourceId", resource.id());
        return put(node, "createdDateTime", assignment.createdAt());
    }

    static ObjectNode endpoint(String id, String providerName, URI uri) {
        return blank("endpoint", true)
                .put("id", id)
                .put("capability", providerName)
                .put("providerId", WellKnown.INTUNE_API)
                .put("providerName", providerName)
                .put("uri", uri.toString());
    }

    static ObjectNode connector(IntuneView.Connector connector, IntuneSettings settings) {
        Instant heartbeat = connector.lastHeartbeat();
        ObjectNode node = blank("mobileThreatDefenseConnector", true)
                .put("id", String.valueOf(connector.id()))
                .put("allowPartnerToCollectIOSApplicationMetadata", settings.appSync())
                .put("allowPartnerToCollectIOSPersonalApplicationMetadata", settings.personalAppSync())
                .put("androidDeviceBlockedOnMissingPartnerData", false)
                .put("androidEnabled", settings.androidEnabled())
                .put("androidMobileApplicationManagementEnabled", false)
                .put("iosDeviceBlockedOnMissingPartnerData", false)
                .put("iosEnabled", settings.iosEnabled())
                .put("iosMobileApplicationManagementEnabled", false)
                .put("microsoftDefenderForEndpointAttachEnabled", false)
                .put("partnerState", connector.state())
                .put("partnerUnresponsivenessThresholdInDays", 7)
                .put("partnerUnsupportedOsVersionBlocked", false)
                .put("windowsDeviceBlockedOnMissingPartnerData", false)
                .put("windowsEnabled", false);
        return put(
                node, "lastHeartbeatDateTime", heartbeat == null ? Instant.parse("0001-01-01T00:00:00Z") : heartbeat);
    }

    /**
     * A device as Intune lists it.
     *
     * @param user who enrolled it; null when nobody is known any more, which Intune writes as empty texts
     */
    static ObjectNode managedDevice(
            String id, Device device, @Nullable User user, IntuneView.DeviceState state, boolean whole) {
        Instant at = device.registeredAt();
        String name = user == null ? "" : user.userPrincipalName();
        ObjectNode node = blank("managedDevice", whole)
                .put("id", id)
                .put("azureADDeviceId", device.deviceId())
                .put("azureADRegistered", true)
                .put("complianceState", state.compliance())
                .put("deviceEnrollmentType", "userEnrollment")
                .put("deviceName", device.displayName())
                .put("deviceRegistrationState", "registered")
                .put("easActivated", false)
                .put("emailAddress", name)
                .put("exchangeAccessState", "none")
                .put("exchangeAccessStateReason", "none")
                .put("freeStorageSpaceInBytes", 0)
                .put("isEncrypted", true)
                .put("isSupervised", false)
                .put("jailBroken", "Unknown")
                .put("managedDeviceOwnerType", device.extra().personal() ? "personal" : "company")
                .put("managementAgent", "mdm")
                .put("managementState", "managed")
                .put("manufacturer", device.manufacturer())
                .put("model", device.model())
                .put("operatingSystem", device.operatingSystem())
                .put("osVersion", device.operatingSystemVersion())
                .put("partnerReportedThreatState", state.threatState())
                .put("physicalMemoryInBytes", 0)
                .put("totalStorageSpaceInBytes", 0)
                .put("userDisplayName", user == null ? "" : user.displayName())
                .put("userId", user == null ? "" : user.id())
                .put("userPrincipalName", name);
        Instant never = Instant.parse("9999-12-31T23:59:59Z");
        put(node, "complianceGracePeriodExpirationDateTime", never);
        put(node, "managementCertificateExpirationDate", never);
        put(node, "easActivationDateTime", Instant.parse("0001-01-01T00:00:00Z"));
        put(node, "exchangeLastSuccessfulSyncDateTime", Instant.parse("0001-01-01T00:00:00Z"));
        put(node, "lastSyncDateTime", at);
        return put(node, "enrolledDateTime", at);
    }

    /** An app that Intune detected. It has no bundle id, nor has the metadata a name for one. */
    static ObjectNode detectedApp(String id, InstalledApp app, String platform, int devices, boolean whole) {
        return blank("detectedApp", whole)
                .put("id", id)
                .put("deviceCount", devices)
                .put("displayName", app.name())
                .put("platform", platform)
                .put("publisher", app.publisher())
                .put("sizeInByte", 0)
                .put("version", app.version());
    }

    /** An app under app protection: Intune knows its user and the name of a device, and no id of Entra's. */
    static ObjectNode managedAppRegistration(String id, Device device, User user, String tag, String app) {
        boolean apple = !device.operatingSystem().equals("Android");
        ObjectNode node = Json.object()
                .put("@odata.type", "#microsoft.graph." + (apple ? "ios" : "android") + "ManagedAppRegistration");
        node.setAll(blank("managedAppRegistration", true));
        node.put("id", id)
                .put("applicationVersion", "4.2600.0")
                .put("deviceName", device.displayName())
                .put("deviceTag", tag)
                .put("deviceType", apple ? device.model() : "Android")
                .put("managementSdkVersion", apple ? "20.4.0" : "11.1.0")
                .put("platformVersion", device.operatingSystemVersion())
                .put("userId", user.id())
                .put("version", "\"1\"");
        node.putArray("flaggedReasons").add("none");
        node.putObject("appIdentifier")
                .put("@odata.type", "#microsoft.graph." + (apple ? "ios" : "android") + "MobileAppIdentifier")
                .put(apple ? "bundleId" : "packageId", app);
        return put(put(node, "createdDateTime", device.registeredAt()), "lastSyncDateTime", device.registeredAt());
    }

    /** Only the selected properties; the default set of the type when none is selected. */
    static ObjectNode project(String type, ObjectNode full, List<String> select, boolean userDefaults) {
        if (!select.isEmpty()) {
            ObjectNode some = Json.object();
            for (String name : select) {
                JsonNode value = full.get(name);
                if (value != null) {
                    some.set(name, value);
                } else {
                    Csdl.v1().property(type, name).ifPresent(property -> empty(some, property));
                }
            }
            return some;
        }
        if (type.equals("user") && userDefaults) {
            ObjectNode some = Json.object();
            USER_DEFAULTS.forEach(name -> some.set(name, full.get(name)));
            return some;
        }
        if (type.equals("group")) {
            return (ObjectNode) full.remove(GROUP_ON_SELECT);
        }
        return full;
    }

    /** What is shown of an object whose type the caller may not read: its id; all else reads null or empty. */
    static ObjectNode withheld(String type, ObjectNode shown) {
        Map<String, Csdl.Property> properties = Csdl.v1().properties(type);
        ObjectNode poor = Json.object();
        shown.fieldNames().forEachRemaining(name -> {
            Csdl.Property property = properties.get(Contoso.lower(name));
            if (name.equals("id")) {
                poor.set(name, shown.get(name));
            } else if (property != null && property.isCollection()) {
                poor.putArray(name);
            } else {
                poor.putNull(name);
            }
        });
        return poor;
    }

    private static ObjectNode blank(String type, boolean whole) {
        ObjectNode node = Json.object();
        if (whole) {
            Csdl.v1().properties(type).values().forEach(property -> empty(node, property));
        }
        return node;
    }

    private static void empty(ObjectNode node, Csdl.Property property) {
        if (property.isCollection()) {
            node.putArray(property.name());
        } else {
            node.putNull(property.name());
        }
    }

    private static ObjectNode put(ObjectNode node, String name, Instant at) {
        return node.put(name, at.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}

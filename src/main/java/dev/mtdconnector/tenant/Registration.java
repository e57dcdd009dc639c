package dev.mtdconnector.tenant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One of our app registrations at Microsoft, each with a consent of its own: a tenant grants only what it uses.
 *
 * <p>Application permissions can only be asked for all at once, so what is needed stands here and what was granted is
 * read from the directory. Role ids are Microsoft's published constants.
 */
public enum Registration {
    /** Reads the directory; every tenant needs it. */
    BASE(
            List.of(
                    graphRole(
                            Roles.APPLICATIONS,
                            "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
                            "reads which permissions it was granted, and where your Intune is reached"),
                    graphRole(
                            Roles.DEVICES,
                            "7438b122-aefc-4978-80ed-43db9fcc7715",
                            "reads the devices of the users in the enrollment groups"),
                    graphRole(
                            Roles.MEMBERS,
                            "98830695-27a2-44f7-8c18-0c3ebc9698f6",
                            "reads who is in the enrollment groups and in the access groups"),
                    graphRole(
                            Roles.USERS,
                            "df021288-bdef-4463-88db-98f22de89214",
                            "reads the users in these groups, and which devices they own")),
            List.of(
                    graphRole(
                            Roles.MANAGED_DEVICES,
                            "2f51be20-0bb4-4fed-bf7b-db946066c75e",
                            "reads which devices Intune manages, with Intune's id of each"),
                    graphRole(
                            Roles.PROTECTED_APPS,
                            "7a6ee1e7-141e-4cec-ae74-d9db155731ff",
                            "reads who uses apps under Intune app protection"))),
    /** Sends device and threat states to Intune as a Mobile Threat Defense partner; needed with that publisher only. */
    PARTNER(
            List.of(new ApplicationRole(
                    ApplicationRole.INTUNE_API,
                    Roles.DEVICE_HEALTH,
                    UUID.fromString("a5438881-186a-48f0-bc41-a93ae8a195fe"),
                    "tells Microsoft Intune the threat level of each device")),
            List.of()),
    /** Writes an extension attribute of devices; needed with that publisher only. */
    ATTRIBUTE(
            List.of(graphRole(
                    Roles.WRITE_DEVICES,
                    Roles.WRITE_DEVICES_ID,
                    "writes the threat level of each device into one extension attribute of the device")),
            List.of()),
    /** Puts users into a group; needed with the risk group of users only. */
    GROUP(
            List.of(graphRole(
                    Roles.WRITE_MEMBERS,
                    Roles.WRITE_MEMBERS_ID,
                    "puts users at risk into one group, and takes them out again")),
            List.of()),
    /** Puts devices into a group, for which Microsoft asks for a second permission; needed with that risk group only. */
    DEVICE_GROUP(
            List.of(
                    graphRole(
                            Roles.WRITE_MEMBERS,
                            Roles.WRITE_MEMBERS_ID,
                            "puts devices at risk into one group, and takes them out again"),
                    graphRole(
                            Roles.WRITE_DEVICES,
                            Roles.WRITE_DEVICES_ID,
                            "adds devices to a group, for which Microsoft asks for this permission too")),
            List.of());

    /** The names of the roles, by which jobs say what they need. */
    static final class Roles {
        static final String APPLICATIONS = "Application.Read.All";
        static final String DEVICES = "Device.Read.All";
        static final String MEMBERS = "GroupMember.Read.All";
        static final String USERS = "User.Read.All";
        static final String MANAGED_DEVICES = "DeviceManagementManagedDevices.Read.All";
        static final String PROTECTED_APPS = "DeviceManagementApps.Read.All";
        static final String DEVICE_HEALTH = "update_device_health";
        static final String WRITE_DEVICES = "Device.ReadWrite.All";
        static final String WRITE_MEMBERS = "GroupMember.ReadWrite.All";

        private static final String WRITE_DEVICES_ID = "1138cb37-bd11-4084-a2b7-9f71582aeddb";
        private static final String WRITE_MEMBERS_ID = "dbaae8cf-10b5-4b86-a4a1-f871c94c6695";

        private Roles() {}
    }

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of, which the type does not say
    private final List<ApplicationRole> requiredRoles;

    @SuppressWarnings("ImmutableEnumChecker") // likewise
    private final List<ApplicationRole> optionalRoles;

    Registration(List<ApplicationRole> requiredRoles, List<ApplicationRole> optionalRoles) {
        this.requiredRoles = requiredRoles;
        this.optionalRoles = optionalRoles;
    }

    /** The application roles without which the registration cannot do all of its work. */
    public List<ApplicationRole> requiredRoles() {
        return requiredRoles;
    }

    /** The application roles that make its work cheaper or its answers richer where they are granted; never missed. */
    public List<ApplicationRole> optionalRoles() {
        return optionalRoles;
    }

    /** The name in the API and in links: {@code base}, {@code device-group}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Registration> ofLabel(String label) {
        for (Registration registration : values()) {
            if (registration.label().equals(label)) {
                return Optional.of(registration);
            }
        }
        return Optional.empty();
    }

    private static ApplicationRole graphRole(String value, String id, String purpose) {
        return new ApplicationRole(ApplicationRole.MICROSOFT_GRAPH, value, UUID.fromString(id), purpose);
    }
}

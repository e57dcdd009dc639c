package dev.mtdconnector.local.contoso;

import java.util.Set;

/** Which application permissions Graph documents for a call: the least and the higher ones. */
enum GraphAccess {
    GROUPS(
            "GroupMember.Read.All",
            "Group.Read.All",
            "Directory.Read.All",
            "Group.ReadWrite.All",
            "GroupMember.ReadWrite.All",
            "Directory.ReadWrite.All"),
    USERS("User.Read.All", "Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"),
    DEVICES("Device.Read.All", "Directory.Read.All", "Device.ReadWrite.All", "Directory.ReadWrite.All"),
    PRINCIPALS(
            "Application.Read.All",
            "Directory.Read.All",
            "Application.ReadWrite.All",
            "Application.ReadWrite.OwnedBy",
            "Directory.ReadWrite.All"),
    CONNECTORS("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"),
    MANAGED_DEVICES("DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All"),
    MANAGED_APPS("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All"),
    WRITE_DEVICES("Device.ReadWrite.All", "Directory.ReadWrite.All"),
    WRITE_MEMBERS("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"),
    WRITE_ROLE_GROUPS("RoleManagement.ReadWrite.Directory"),
    /** Beside {@link #GROUPS}, for groups whose membership is hidden. */
    HIDDEN_MEMBERS("Member.Read.Hidden");

    @SuppressWarnings("ImmutableEnumChecker") // Made by Set.of.
    private final Set<String> roles;

    GraphAccess(String... roles) {
        this.roles = Set.of(roles);
    }

    Set<String> roles() {
        return roles;
    }

    /** What is needed to read more than the id of a member of this type. */
    static GraphAccess ofType(String type) {
        return switch (type) {
            case "user" -> USERS;
            case "group" -> GROUPS;
            case "device" -> DEVICES;
            default -> PRINCIPALS;
        };
    }

    boolean allows(TokenCheck.Caller caller) {
        return caller.hasAny(roles);
    }

    /** Refuses the call when the caller has none of them. */
    void require(TokenCheck.Caller caller, Set<Rule> off) {
        if (caller.hasAny(roles) || off.contains(Rule.ROLES_NEEDED)) {
            return;
        }
        if (this == CONNECTORS || this == MANAGED_DEVICES || this == MANAGED_APPS) {
            throw new GraphError(
                    403,
                    "Forbidden",
                    "{\r\n  \"_version\": 3,\r\n  \"Message\": \"Application is not authorized to perform this operation. "
                            + "Application must have one of the following scopes: "
                            + String.join(", ", roles.stream().sorted().toList()) + "\"\r\n}");
        }
        throw new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    }
}

package dev.mtdconnector.local.contoso;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Ids that stand in every Contoso (docs/local-world.md), and ids that Microsoft publishes. */
public final class WellKnown {

    public static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    public static final String DOMAIN = "contoso.example";
    /** The directory in which the vendor's registrations live. */
    public static final String VENDOR_TENANT = "1f2d9b1e-7c55-4c38-8f0e-0c1f7a3f5a10";

    public static final String BASE_CLIENT = "5fc0ed1c-af1c-4677-827b-76718586c874";
    public static final String PARTNER_CLIENT = "0f445670-4b58-44e7-8afa-48335ce0baa0";
    public static final String ATTRIBUTE_CLIENT = "5b7a2f5e-8c6d-4a3e-9b59-6f1f2f0a7c21";
    public static final String GROUP_CLIENT = "c0d4a1be-2b0e-4d0f-8a4b-7a5f0f3d9e32";
    public static final String DEVICE_GROUP_CLIENT = "e8f1c7d2-6f3a-4b8c-a1d5-0c9b8a7f6e43";
    public static final String AGENT_CLIENT = "f4578075-f2ac-4717-ab2b-efc43e07e7cf";
    /** The scope that the base registration exposes and for which the agent app is pre-authorized. */
    public static final String ACTIVATE_SCOPE = "Device.Activate";
    /** The app role that the base registration exposes, and that the vendor's operators hold in his own directory. */
    public static final String OPERATOR_ROLE = "Operator.All";

    public static final String FULL_ACCESS_GROUP = "e31a58da-0c7f-410e-9c5a-9fa15675e5d8";
    public static final String RESTRICTED_ACCESS_GROUP = "c93fceeb-10f8-48db-bf81-b7696460a38c";
    public static final String READ_ONLY_ACCESS_GROUP = "2be56fe0-f0e6-4cc3-b7dc-4fe60847b09b";
    /** A member of the full-access group: who is in it has full access through it alone. */
    public static final String SECURITY_OPERATIONS_GROUP = "553fb6a9-7d9f-488a-8791-ce24eb9c7bff";

    public static final String ENROLLMENT_GROUP = "c5ede0fb-5408-4064-8c79-5f36af8f57d9";
    public static final String FIELD_SALES_GROUP = "cfdcb12f-cab8-40dc-a9d8-2b4f739806ca";

    public static final String INES = "8c6e9c1f-08ff-4b1e-8e6b-d300466cfd6a";
    public static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";
    public static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    /** In the restricted-access group. */
    public static final String PRIYA = "ad6cd577-9b41-3179-ad5e-4212c7ef022b";
    /** In the read-only group. */
    public static final String ZOE = "959f22aa-4a73-38c8-b110-29cd612dfcc2";
    /** In Security Operations. */
    public static final String AHMED = "904a655d-f4e1-3599-8c84-b9a5a92ba797";

    public static final String LENAS_IPHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    public static final String OSCARS_ANDROID = "9f764685-f44a-4e98-8fe7-e477a6c0937f";

    /** Directory role templates, the same in every tenant. */
    public static final String GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";

    public static final String PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814";

    public static final String MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";
    public static final String INTUNE_API = "0000000a-0000-0000-c000-000000000000";
    public static final String MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

    public static final String GRAPH_AUDIENCE = "https://graph.microsoft.com";
    public static final String INTUNE_AUDIENCE = "https://api.manage.microsoft.com/";

    /** The application permissions that the simulator's resources offer, with the ids that Microsoft publishes. */
    public static final List<AppRole> ROLES = List.of(
            graph("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Application.Read.All", "Read all applications"),
            graph("7438b122-aefc-4978-80ed-43db9fcc7715", "Device.Read.All", "Read all devices"),
            graph("98830695-27a2-44f7-8c18-0c3ebc9698f6", "GroupMember.Read.All", "Read all group memberships"),
            graph("df021288-bdef-4463-88db-98f22de89214", "User.Read.All", "Read all users' full profiles"),
            graph("5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All", "Read all groups"),
            graph("7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Directory.Read.All", "Read directory data"),
            graph(
                    "2f51be20-0bb4-4fed-bf7b-db946066c75e",
                    "DeviceManagementManagedDevices.Read.All",
                    "Read Microsoft Intune devices"),
            graph(
                    "06a5fe6d-c49d-46a7-b082-56b1b14103c7",
                    "DeviceManagementServiceConfig.Read.All",
                    "Read Microsoft Intune configuration"),
            graph(
                    "7a6ee1e7-141e-4cec-ae74-d9db155731ff",
                    "DeviceManagementApps.Read.All",
                    "Read Microsoft Intune apps"),
            graph("1138cb37-bd11-4084-a2b7-9f71582aeddb", "Device.ReadWrite.All", "Read and write devices"),
            graph(
                    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
                    "GroupMember.ReadWrite.All",
                    "Read and write all group memberships"),
            graph("658aa5d8-239f-45c4-aa12-864f4fc7e490", "Member.Read.Hidden", "Read all hidden memberships"),
            new AppRole(
                    INTUNE_API,
                    "a5438881-186a-48f0-bc41-a93ae8a195fe",
                    "update_device_health",
                    "Send device threat information to Microsoft Intune"));

    private WellKnown() {}

    /** The role of this name or id. */
    public static Optional<AppRole> role(String valueOrId) {
        String lower = valueOrId.toLowerCase(Locale.ROOT);
        return ROLES.stream()
                .filter(role -> role.value().toLowerCase(Locale.ROOT).equals(lower)
                        || role.id().equals(lower))
                .findFirst();
    }

    /** How Microsoft names one of its resources. */
    public static String resourceName(String resourceAppId) {
        return resourceAppId.equals(MICROSOFT_GRAPH) ? "Microsoft Graph" : "Microsoft Intune API";
    }

    private static AppRole graph(String id, String value, String words) {
        return new AppRole(MICROSOFT_GRAPH, id, value, words);
    }
}

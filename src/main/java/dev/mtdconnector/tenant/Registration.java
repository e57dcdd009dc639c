package dev.mtdconnector.tenant;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * One of our app registrations at Microsoft, each with a consent of its own: a tenant grants only what it uses.
 *
 * <p>Application permissions can only be asked for all at once, so what is needed stands here and what was granted is
 * read from the directory. Role ids are Microsoft's published constants.
 */
public enum Registration {
    /** Reads the directory; every tenant needs it. */
    BASE(List.of(
            graphRole("Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
            graphRole("Device.Read.All", "7438b122-aefc-4978-80ed-43db9fcc7715"),
            graphRole("GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
            graphRole("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"))),
    /** Sends device and threat states to Intune as a Mobile Threat Defense partner. */
    PARTNER(List.of(new ApplicationRole(
            ApplicationRole.INTUNE_API,
            "update_device_health",
            UUID.fromString("a5438881-186a-48f0-bc41-a93ae8a195fe"))));

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of, which the type does not say
    private final List<ApplicationRole> requiredRoles;

    Registration(List<ApplicationRole> requiredRoles) {
        this.requiredRoles = requiredRoles;
    }

    /** The application roles without which the registration cannot do its work. */
    public List<ApplicationRole> requiredRoles() {
        return requiredRoles;
    }

    /** The name in the API and in links: {@code base}, {@code partner}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static ApplicationRole graphRole(String value, String id) {
        return new ApplicationRole(ApplicationRole.MICROSOFT_GRAPH, value, UUID.fromString(id));
    }
}

package dev.mtdconnector.tenant;

import dev.mtdconnector.signin.Role;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A customer's onboarding record. Its id is its Entra directory id: one directory, one account.
 *
 * @param tenantId the directory id, lower case
 * @param enterpriseGuid what the threat feed calls this customer; events that name another are refused
 * @param groupChecks what the directory said of the access groups; a role whose group was never looked up has none
 */
public record Tenant(
        String tenantId,
        Details details,
        String enterpriseGuid,
        Standing standing,
        Map<Role, GroupCheck> groupChecks,
        Instant createdAt) {

    /** Where a tenant stands. */
    public enum Status {
        /** Served. */
        ACTIVE,
        /** Nobody of the tenant gets in and no job runs; everything is kept, and comes back when resumed. */
        SUSPENDED,
        /** Left: deprovisioned at Intune, kept for the retention time, then deleted. */
        OFFBOARDED,
        /** What was kept is being deleted; nothing brings it back. */
        DELETING;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Tenant {
        groupChecks = Map.copyOf(groupChecks);
    }

    public @Nullable String name() {
        return details.name();
    }

    public String fullAccessGroupId() {
        return details.fullAccessGroupId();
    }

    public @Nullable String restrictedAccessGroupId() {
        return details.restrictedAccessGroupId();
    }

    public @Nullable String readOnlyAccessGroupId() {
        return details.readOnlyAccessGroupId();
    }

    public String primaryContact() {
        return details.primaryContact();
    }

    public String language() {
        return details.language();
    }

    public Status status() {
        return standing.status();
    }

    /** What the directory said of the group that gives this role now; empty when that group was not looked up yet. */
    public Optional<GroupCheck> groupCheck(Role role) {
        return Optional.ofNullable(groupChecks.get(role))
                .filter(check -> check.groupId().equals(details.accessGroups().get(role)));
    }

    public Tenant with(Details newDetails) {
        return new Tenant(tenantId, newDetails, enterpriseGuid, standing, groupChecks, createdAt);
    }

    public Tenant with(Standing newStanding) {
        return new Tenant(tenantId, details, enterpriseGuid, newStanding, groupChecks, createdAt);
    }

    /** With these checks in the place of what was known; those of other groups than the tenant's are left out. */
    public Tenant with(Map<Role, GroupCheck> newChecks) {
        Tenant changed = new Tenant(tenantId, details, enterpriseGuid, standing, newChecks, createdAt);
        Map<Role, GroupCheck> current = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            changed.groupCheck(role).ifPresent(check -> current.put(role, check));
        }
        return new Tenant(tenantId, details, enterpriseGuid, standing, current, createdAt);
    }
}

package dev.mtdconnector.tenant;

import java.util.Set;
import java.util.UUID;

/** Which application roles a tenant really granted. */
@FunctionalInterface
public interface GrantedRoles {

    /**
     * Reads {@code servicePrincipals(appId='…')/appRoleAssignments} of the tenant with a token of the base
     * registration. A token alone proves nothing: Entra issues app-only tokens without any role.
     *
     * @param tenantId the tenant's directory id
     * @return ids of the granted roles; empty when the service principal exists and has none
     * @throws dev.mtdconnector.common.UpstreamException of kind CONSENT_MISSING when the tenant has no service
     *     principal of ours (or not yet: a directory replicates), FORBIDDEN when the base registration may not read
     */
    Set<UUID> of(String tenantId, Registration registration);
}

package dev.mtdconnector.local.contoso;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An application as it stands in the tenant, with what it was granted there. */
public record ServicePrincipal(
        String id,
        String appId,
        String displayName,
        String ownerTenant,
        Instant createdAt,
        List<AppRoleAssignment> assignments) {

    public ServicePrincipal {
        assignments = List.copyOf(assignments);
    }

    /** The values of the granted roles on one resource, as a token carries them. */
    public List<String> roles(String resourceAppId) {
        return assignments.stream()
                .map(AppRoleAssignment::role)
                .filter(role -> role.resourceAppId().equals(resourceAppId))
                .map(AppRole::value)
                .sorted()
                .toList();
    }

    ServicePrincipal with(AppRoleAssignment assignment) {
        List<AppRoleAssignment> more = new ArrayList<>(assignments);
        more.add(assignment);
        return with(more);
    }

    ServicePrincipal with(List<AppRoleAssignment> others) {
        return new ServicePrincipal(id, appId, displayName, ownerTenant, createdAt, others);
    }
}

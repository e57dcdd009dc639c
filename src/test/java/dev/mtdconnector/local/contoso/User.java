package dev.mtdconnector.local.contoso;

import java.time.Instant;
import java.util.Set;

/**
 * A person of the tenant.
 *
 * @param directoryRoles template ids of the directory roles held
 */
public record User(
        String id,
        String displayName,
        String givenName,
        String surname,
        String userPrincipalName,
        Set<String> directoryRoles,
        Instant createdAt) {

    public User {
        directoryRoles = Set.copyOf(directoryRoles);
    }

    /** May grant application permissions for the whole tenant. */
    public boolean mayConsentForTenant() {
        return directoryRoles.contains(WellKnown.GLOBAL_ADMINISTRATOR)
                || directoryRoles.contains(WellKnown.PRIVILEGED_ROLE_ADMINISTRATOR);
    }
}

package dev.mtdconnector.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A customer's onboarding record. Its id is its Entra directory id: one directory, one account.
 *
 * @param tenantId the directory id, lower case
 * @param fullAccessGroupId object id of the group whose members have full access
 * @param restrictedAccessGroupId the same for restricted access; null when there is none
 * @param primaryContact the e-mail address that gets the invitation
 * @param enterpriseGuid what the threat feed calls this customer; events that name another are refused
 */
public record Tenant(
        String tenantId,
        @Nullable String name,
        String fullAccessGroupId,
        @Nullable String restrictedAccessGroupId,
        String primaryContact,
        String enterpriseGuid,
        Instant createdAt) {}

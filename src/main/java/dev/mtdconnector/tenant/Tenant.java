package dev.mtdconnector.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A customer's onboarding record. Its id is its Entra directory id: one directory, one account.
 *
 * @param tenantId the directory id, lower case
 * @param fullAccessGroupId object id of the group whose members have full access
 * @param restrictedAccessGroupId the same for restricted access; null when there is none
 * @param readOnlyAccessGroupId the same for read-only access; null when there is none
 * @param primaryContact the e-mail address that gets the invitation and what concerns the account
 * @param language of mail to the primary contact: {@code en}, {@code nl}, {@code sv}, {@code fr} or {@code ko}
 * @param enterpriseGuid what the threat feed calls this customer; events that name another are refused
 */
public record Tenant(
        String tenantId,
        @Nullable String name,
        String fullAccessGroupId,
        @Nullable String restrictedAccessGroupId,
        @Nullable String readOnlyAccessGroupId,
        String primaryContact,
        String language,
        String enterpriseGuid,
        Status status,
        Instant createdAt) {

    /** Where a tenant stands. */
    public enum Status {
        /** Served. */
        ACTIVE,
        /** Nobody of the tenant gets in and no job runs; everything is kept, and comes back when resumed. */
        SUSPENDED,
        /** Left: deprovisioned at Intune, kept for the retention time, then deleted. */
        OFFBOARDED
    }
}

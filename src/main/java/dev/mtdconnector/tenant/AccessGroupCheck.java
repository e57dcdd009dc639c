package dev.mtdconnector.tenant;

/** Looks an access group up in the tenant's directory. */
@FunctionalInterface
public interface AccessGroupCheck {

    /**
     * @throws dev.mtdconnector.common.UpstreamException when the directory cannot be asked; of kind CONSENT_MISSING or
     *     FORBIDDEN when the tenant does not let us
     */
    GroupCheck of(String tenantId, String groupId);
}

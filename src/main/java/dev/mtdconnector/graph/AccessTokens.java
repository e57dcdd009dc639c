package dev.mtdconnector.graph;

import dev.mtdconnector.tenant.Registration;

/** Access tokens of our app registrations, for a tenant and a resource. */
public interface AccessTokens {

    /**
     * A token that is valid for some minutes at least, where the sign-in service issues such.
     *
     * @throws dev.mtdconnector.common.UpstreamException of service LOGIN. CONSENT_MISSING: the tenant does not know the
     *     registration, or no longer. FORBIDDEN: our credential is refused. NOT_FOUND: the tenant has no such resource.
     *     NOT_CONFIGURED: the registration has no usable credential here
     */
    String token(Key key);

    /**
     * Forgets a token that its resource refused; the next call asks the sign-in service. Does nothing when another token
     * has taken its place.
     */
    void drop(Key key, String refused);

    /**
     * Whose token, and for what.
     *
     * @param tenantId the tenant's directory id, a GUID
     * @param scope the resource, as {@code …/.default}
     */
    record Key(Registration registration, String tenantId, String scope) {
        public Key {
            tenantId = Guids.checked(tenantId);
        }
    }
}

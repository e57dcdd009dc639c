package dev.mtdconnector.signin;

/** Establishes whom an ID token names. */
@FunctionalInterface
public interface IdTokenCheck {

    /**
     * @param tenantId the directory that was asked to sign somebody in: no other may answer
     * @param nonce what the request carried
     * @throws dev.mtdconnector.common.AppException when the token is not one that we accept, whatever the reason;
     *     DIRECTORY_UNAVAILABLE when the tenant's keys cannot be had
     */
    Identity verify(String idToken, String tenantId, String nonce);
}

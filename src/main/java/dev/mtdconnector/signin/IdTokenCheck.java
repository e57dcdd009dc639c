package dev.mtdconnector.signin;

/** Checks the ID token that a sign-in ended with. */
@FunctionalInterface
public interface IdTokenCheck {

    /**
     * Who signed in.
     *
     * @param tenantId the directory that the sign-in was started for: another one's tokens are not accepted
     * @param nonce that the sign-in was started with
     * @throws dev.mtdconnector.common.AppException SIGN_IN_DECLINED when the token is not one that we accept, whatever
     *     the reason; DIRECTORY_UNAVAILABLE when the tenant's keys cannot be had
     */
    Identity verify(String idToken, String tenantId, String nonce);
}

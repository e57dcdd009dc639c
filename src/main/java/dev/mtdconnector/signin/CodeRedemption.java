package dev.mtdconnector.signin;

/** Redeems authorization codes at the tenant's sign-in service, as the base registration. */
@FunctionalInterface
public interface CodeRedemption {

    /**
     * Redeems a code, which works once.
     *
     * @param redirectUri the address that the code was sent to
     * @param codeVerifier what the request's code challenge was made of (PKCE, S256)
     * @return the ID token as it came: nothing of it is checked yet
     * @throws dev.mtdconnector.common.UpstreamException of service LOGIN: of kind REFUSED when the code is not (or no
     *     longer) good, CONSENT_MISSING when the tenant has not consented, else as for any other token
     */
    String redeem(String tenantId, String code, String redirectUri, String codeVerifier);
}

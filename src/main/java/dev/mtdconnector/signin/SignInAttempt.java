package dev.mtdconnector.signin;

import java.time.Instant;

/**
 * A sign-in on its way: the state parameter that the browser carries, stored as a hash.
 *
 * @param browserHash hash of the secret in the cookie that the same browser must present on its return
 * @param returnPath where the browser goes afterwards, see {@link ReturnPath}
 * @param purpose what else the sign-in proves, see {@link Witness}; empty when nothing
 * @param expiresAt no longer accepted from then on
 */
public record SignInAttempt(
        String tenantId, String stateHash, String browserHash, String returnPath, String purpose, Instant expiresAt) {}

package dev.mtdconnector.device;

import java.time.Instant;
import java.util.Optional;

/** Keeps the hash of each device's credential. */
public interface CredentialStore {

    /** Stores the credential in place of an earlier one. */
    void save(String tenantId, String deviceId, String secretHash, Instant at);

    /**
     * Removes the credential: it is accepted no longer.
     *
     * @return false when there was none
     */
    boolean remove(String tenantId, String deviceId);

    Optional<String> hash(String tenantId, String deviceId);
}

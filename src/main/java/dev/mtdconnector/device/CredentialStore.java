package dev.mtdconnector.device;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the hash of each device's credential, and whose it is. */
public interface CredentialStore {

    /**
     * A device's credential.
     *
     * @param userId who activated the device with it; null where an earlier version did not note that
     */
    record Credential(String secretHash, @Nullable String userId) {}

    /** Stores the credential in place of an earlier one. */
    void save(String tenantId, String deviceId, Credential credential, Instant at);

    /**
     * Removes the credential: it is accepted no longer.
     *
     * @return false when there was none
     */
    boolean remove(String tenantId, String deviceId);

    Optional<Credential> find(String tenantId, String deviceId);
}

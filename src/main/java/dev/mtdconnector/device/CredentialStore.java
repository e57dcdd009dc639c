package dev.mtdconnector.device;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the hash of each device's credential, whose it is, and the hash of the one that is to take its place. */
public interface CredentialStore {

    /** Stores the credential of this user in place of an earlier one, and of what was to take its place. */
    void save(String tenantId, String deviceId, @Nullable String userId, String secretHash, Instant at);

    /**
     * Removes the credential: it is accepted no longer.
     *
     * @return false when there was none
     */
    boolean remove(String tenantId, String deviceId);

    Optional<Credential> find(String tenantId, String deviceId);

    /**
     * Stores what is to take the credential's place, which stays valid until that is used. An earlier such is forgotten.
     *
     * @return false, and nothing written, when the credential changed since it was read
     */
    boolean offer(String tenantId, String deviceId, Credential current, String nextHash, Instant at);

    /** What was to take the credential's place takes it. Does nothing when something else is to by now. */
    void promote(String tenantId, String deviceId, String nextHash, Instant at);

    /**
     * @param userId who activated the device with it; null where an earlier version did not note that
     * @param createdAt when it was first used, or given out by an activation
     * @param nextHash hash of what is to take its place; null when nothing is
     * @param nextAt when that was given out
     */
    record Credential(
            String secretHash,
            @Nullable String userId,
            Instant createdAt,
            @Nullable String nextHash,
            @Nullable Instant nextAt,
            String version) {}
}

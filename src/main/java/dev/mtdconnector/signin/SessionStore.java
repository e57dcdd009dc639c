package dev.mtdconnector.signin;

import java.time.Instant;
import java.util.Optional;

/** Keeps sessions, and sign-ins that are under way. What is deleted is gone for every instance at its next read. */
public interface SessionStore {

    /** Stores a new session. This also clears away some that ended before {@code now}: they do not pile up. */
    void save(Session session, Instant now);

    Optional<Session> find(String tenantId, String secretHash);

    /**
     * Replaces a session as it was read.
     *
     * @return false, and nothing written, when it changed or ended meanwhile: what ended does not come back
     */
    boolean update(Session session);

    /** Does nothing when there is no such session. */
    void delete(String tenantId, String secretHash);

    /** All sessions of one person. */
    void deleteOfUser(String tenantId, String userId);

    /** All sessions of a tenant, and its sign-ins that are under way. */
    void deleteOfTenant(String tenantId);

    /**
     * Stores a sign-in that was started in a browser. Anybody can start one, so this also clears away some of those that
     * had expired by {@code now}.
     */
    void saveAttempt(SignInAttempt attempt, Instant now);

    Optional<SignInAttempt> attempt(String tenantId, String stateHash);

    /**
     * Uses an attempt up.
     *
     * @return true for exactly one of those who try
     */
    boolean useUp(SignInAttempt attempt);
}

package dev.mtdconnector.threat;

import java.util.List;
import java.util.Optional;

/**
 * Keeps a tenant's policy with every version it had, and how far the latest was carried out. Reading the policy is a point
 * read, and nothing is kept in memory: who asks after a change sees it.
 */
public interface PolicyStore extends Policies {

    /** The latest version, {@link Policy#DEFAULT} before the first. */
    @Override
    Policy of(String tenantId);

    /**
     * Stores the next version; those before it stay.
     *
     * @param policy of a version that is one more than that of the policy it was made from
     * @return false, and nothing written, when somebody else stored that version
     */
    boolean add(String tenantId, Policy policy);

    /** Versions below this one, newest first; version 0 is in no list. */
    List<Policy> versions(String tenantId, int below, int limit);

    /** Empty when the policy never changed. */
    Optional<Rerating> rerating(String tenantId);

    /**
     * @return the same with its new ETag, or empty, and nothing written, when somebody else wrote since it was read
     */
    Optional<Rerating> save(String tenantId, Rerating rerating);
}

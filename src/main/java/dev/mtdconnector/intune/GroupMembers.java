package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishOptions.Of;
import dev.mtdconnector.connector.RiskGroups;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Direct members of a group of the directory. Every call may throw {@link dev.mtdconnector.common.UpstreamException} for
 * what concerns all of them; of kind NOT_FOUND when there is no such group.
 */
public interface GroupMembers {

    /** Those of the ids that are direct members now. */
    Set<String> present(RiskGroup group, Collection<String> memberIds);

    /**
     * Adds members. Idempotent: one that is a member already counts as added.
     *
     * @param checkpoint called right before each request: it may refuse to let it go out
     * @return ids that were not taken, with the reason
     */
    Map<String, String> add(RiskGroup group, Collection<String> memberIds, Runnable checkpoint);

    /** The same for taking members out: one that is no member counts as taken out. */
    Map<String, String> remove(RiskGroup group, Collection<String> memberIds, Runnable checkpoint);

    /** Object ids of devices by their device ids; what is not in the directory is left out. */
    Map<String, String> objectIds(String tenantId, Collection<String> deviceIds);

    /**
     * Shows that the group can be read with the permission for changing it.
     *
     * @return the group as it is now; of others that it may be within nothing is said
     */
    RiskGroups.Candidate prove(RiskGroup group);

    /**
     * A group, and whom we put into it.
     *
     * @param of decides which permission is used
     */
    record RiskGroup(String tenantId, String id, Of of) {}
}

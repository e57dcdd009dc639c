package dev.mtdconnector.signin;

import java.util.Set;

/** Asks the directory who is in which group. */
@FunctionalInterface
public interface GroupMembership {

    /**
     * Those of the groups that the user is in, directly or through other groups.
     *
     * @param groupIds at most 20
     * @throws dev.mtdconnector.common.UpstreamException of service GRAPH; of kind NOT_FOUND when there is no such user
     */
    Set<String> of(String tenantId, String userId, Set<String> groupIds);
}

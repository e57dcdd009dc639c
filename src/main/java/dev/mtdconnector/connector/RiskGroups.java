package dev.mtdconnector.connector;

import java.util.Set;

/** Looks up the group that an administrator chose as risk group. */
@FunctionalInterface
public interface RiskGroups {

    /**
     * @param taken groups that decide about access or enrollment
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_FOUND when there is no such group
     */
    Candidate look(String tenantId, String groupId, Set<String> taken);

    /**
     * A group as the directory describes it.
     *
     * @param isSecurityEnabled false for groups that only carry mail
     * @param isUnified a Microsoft 365 group
     * @param isDynamic its members follow a rule
     * @param isRoleAssignable its members may hold roles of the directory
     * @param isSynced its members are those of a group on premises
     * @param within those of the groups asked for that it is in, itself or through others: its members are theirs
     */
    record Candidate(
            String displayName,
            boolean isSecurityEnabled,
            boolean isUnified,
            boolean isDynamic,
            boolean isRoleAssignable,
            boolean isSynced,
            Set<String> within) {
        public Candidate {
            within = Set.copyOf(within);
        }
    }
}

package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import java.util.Optional;
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

        /** Why nobody can be put into it by us, or would get something by it; empty for a group that is fit. */
        public Optional<ErrorCode> refusal() {
            if (!within.isEmpty()) {
                return Optional.of(ErrorCode.RISK_GROUP_TAKEN);
            }
            if (isRoleAssignable) {
                return Optional.of(ErrorCode.RISK_GROUP_ROLE_ASSIGNABLE);
            }
            if (isDynamic) {
                return Optional.of(ErrorCode.RISK_GROUP_DYNAMIC);
            }
            if (isSynced) {
                return Optional.of(ErrorCode.RISK_GROUP_SYNCED);
            }
            return isUnified || !isSecurityEnabled
                    ? Optional.of(ErrorCode.RISK_GROUP_NO_SECURITY_GROUP)
                    : Optional.empty();
        }
    }
}

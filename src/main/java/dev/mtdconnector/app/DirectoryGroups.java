package dev.mtdconnector.app;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.tenant.AccessGroupCheck;
import dev.mtdconnector.tenant.GroupCheck;

/** Looks access groups up where enrollment looks its groups up. */
final class DirectoryGroups implements AccessGroupCheck {

    private final Directory directory;

    DirectoryGroups(Directory directory) {
        this.directory = directory;
    }

    @Override
    public GroupCheck of(String tenantId, String groupId) {
        try {
            Directory.Group group = directory.group(tenantId, groupId);
            return new GroupCheck(
                    groupId,
                    group.securityEnabled() ? GroupCheck.State.FOUND : GroupCheck.State.NOT_SECURITY_ENABLED,
                    group.displayName());
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                return new GroupCheck(groupId, GroupCheck.State.NOT_FOUND, null);
            }
            throw e;
        }
    }
}

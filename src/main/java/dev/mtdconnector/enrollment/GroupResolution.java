package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.enrollment.Directory.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the groups that an administrator named and pins them by id.
 *
 * <p>A name counts when it equals the group's display name letter for letter; the directory itself compares without
 * regard to case, and two groups may bear one name.
 */
public final class GroupResolution {

    private final Directory directory;

    public GroupResolution(Directory directory) {
        this.directory = directory;
    }

    /**
     * @throws AppException REQUEST_INVALID naming each group that was not found, or not found once
     */
    public List<EnrollmentGroup> resolve(String tenantId, List<String> names) {
        List<EnrollmentGroup> groups = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String field = "groups[" + i + "]";
            List<Group> matches = directory.groupsNamed(tenantId, name);
            List<Group> exact = matches.stream()
                    .filter(group -> group.displayName().equals(name))
                    .distinct()
                    .toList();
            if (exact.size() == 1) {
                Group group = exact.get(0);
                if (!group.securityEnabled()) {
                    errors.add(new FieldError(field, "is not a security group"));
                } else if (seen.add(group.id())) {
                    groups.add(new EnrollmentGroup(group.id(), group.displayName()));
                }
            } else if (exact.size() > 1) {
                errors.add(new FieldError(field, "is the name of " + exact.size() + " groups in the directory"));
            } else if (!matches.isEmpty()) {
                errors.add(new FieldError(
                        field,
                        "is written differently in the directory: "
                                + matches.get(0).displayName()));
            } else {
                errors.add(new FieldError(field, "is the name of no group in the directory"));
            }
        }
        if (!errors.isEmpty()) {
            throw AppException.invalid(errors);
        }
        return groups;
    }
}

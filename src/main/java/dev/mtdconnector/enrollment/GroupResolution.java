package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.http.Fields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the groups that an administrator named, by display name or object id, and pins them by id.
 *
 * <p>A name counts when it equals the group's display name letter for letter; the directory itself compares without
 * regard to case, and two groups may bear one name.
 */
public final class GroupResolution {

    private static final int MOST_NAMED = 5;

    private final Directory directory;

    public GroupResolution(Directory directory) {
        this.directory = directory;
    }

    /** Groups that were found, and what an administrator should know of them. */
    public record Resolved(List<EnrollmentGroup> groups, List<Notice> notices) {
        public Resolved {
            groups = List.copyOf(groups);
            notices = List.copyOf(notices);
        }
    }

    /**
     * Something that does not keep a group from being chosen.
     *
     * @param group its object id
     * @param code {@code microsoft-365}, {@code dynamic} or {@code empty}
     */
    public record Notice(String group, String displayName, String code, String message) {}

    /**
     * @param names display names or object ids
     * @param known ids of groups that are chosen already: whether they are empty is not asked again
     * @throws AppException REQUEST_INVALID naming each group that was not found, not found once, or cannot be used
     */
    public Resolved resolve(String tenantId, List<String> names, Set<String> known) {
        List<EnrollmentGroup> groups = new ArrayList<>();
        List<Notice> notices = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String field = "groups[" + i + "]";
            Optional<Group> found = find(tenantId, names.get(i), field, errors);
            if (found.isEmpty() || isRefused(found.get(), field, errors)) {
                continue;
            }
            Group group = found.get();
            if (seen.add(group.id())) {
                groups.add(new EnrollmentGroup(group.id(), group.displayName()));
                addNotices(tenantId, group, known.contains(group.id()), notices);
            }
        }
        if (!errors.isEmpty()) {
            throw AppException.invalid(errors);
        }
        return new Resolved(groups, notices);
    }

    private Optional<Group> find(String tenantId, String name, String field, List<FieldError> errors) {
        if (Fields.isGuid(name)) {
            try {
                return Optional.of(directory.group(tenantId, name.toLowerCase(Locale.ROOT)));
            } catch (UpstreamException e) {
                if (e.kind() != UpstreamException.Kind.NOT_FOUND) {
                    throw e;
                }
                errors.add(new FieldError(field, "is the id of no group in the directory"));
                return Optional.empty();
            }
        }
        List<Group> matches = directory.groupsNamed(tenantId, name).stream()
                .distinct()
                .sorted(Comparator.comparing(Group::id))
                .toList();
        List<Group> exact = matches.stream()
                .filter(group -> group.displayName().equals(name))
                .toList();
        if (exact.size() == 1) {
            return Optional.of(exact.get(0));
        }
        errors.add(new FieldError(field, exact.isEmpty() ? notFound(tenantId, name, matches) : several(exact)));
        return Optional.empty();
    }

    private static String several(List<Group> groups) {
        return "is the name of " + groups.size() + " groups in the directory; choose one by its id: "
                + groups.stream().limit(MOST_NAMED).map(Group::id).collect(Collectors.joining(", "))
                + (groups.size() > MOST_NAMED ? " …" : "");
    }

    private String notFound(String tenantId, String name, List<Group> otherCase) {
        if (!otherCase.isEmpty()) {
            return "is written differently in the directory: " + listed(otherCase);
        }
        List<Group> similar = similar(tenantId, name);
        return similar.isEmpty()
                ? "is the name of no group in the directory"
                : "is the name of no group in the directory; similar: " + listed(similar);
    }

    private static String listed(List<Group> groups) {
        return groups.stream()
                .limit(MOST_NAMED)
                .map(group -> group.displayName() + " (" + group.id() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Groups that begin alike and differ in few letters: the directory itself finds only the beginning. */
    private List<Group> similar(String tenantId, String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        int most = Math.max(2, wanted.length() / 4);
        for (int length : new int[] {wanted.length() / 2, Math.min(3, wanted.length())}) {
            String beginning = beginning(wanted, length);
            if (beginning.isEmpty()) {
                continue;
            }
            List<Group> begun = directory.groupsBeginning(tenantId, beginning);
            Map<Group, Integer> distances = begun.stream()
                    .distinct()
                    .collect(Collectors.toMap(
                            group -> group,
                            group -> Spelling.distance(
                                    wanted, group.displayName().strip().toLowerCase(Locale.ROOT), most)));
            List<Group> near = distances.entrySet().stream()
                    .filter(entry -> entry.getValue() <= most)
                    .sorted(Map.Entry.<Group, Integer>comparingByValue()
                            .thenComparing(entry -> entry.getKey().id()))
                    .map(Map.Entry::getKey)
                    .limit(MOST_NAMED)
                    .toList();
            if (!near.isEmpty()) {
                return near;
            }
        }
        return List.of();
    }

    /** Not cut in the middle of an emoji. */
    private static String beginning(String text, int length) {
        boolean isCut = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
        return text.substring(0, isCut ? length - 1 : length);
    }

    private static boolean isRefused(Group group, String field, List<FieldError> errors) {
        if (group.isHidden()) {
            errors.add(new FieldError(
                    field,
                    "has a hidden membership, which the connector has no permission to read; choose another group"));
            return true;
        }
        if (!group.securityEnabled() && !group.isUnified()) {
            errors.add(new FieldError(field, "is not a security group"));
            return true;
        }
        return false;
    }

    private void addNotices(String tenantId, Group group, boolean isKnown, List<Notice> notices) {
        if (group.isUnified()) {
            notices.add(notice(
                    group,
                    "microsoft-365",
                    "A Microsoft 365 group: its owners decide who is in it, and so who is enrolled."));
        }
        if (group.isDynamic()) {
            notices.add(notice(
                    group, "dynamic", "Its members follow a rule: a change of the rule enrolls or removes devices."));
        }
        if (!isKnown && directory.isEmpty(tenantId, group.id())) {
            notices.add(notice(group, "empty", "Nobody is in this group at the moment."));
        }
    }

    private static Notice notice(Group group, String code, String message) {
        return new Notice(group.id(), group.displayName(), code, message);
    }
}

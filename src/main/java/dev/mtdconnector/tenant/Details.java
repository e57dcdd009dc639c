package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.signin.Role;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator says of a tenant and may change.
 *
 * @param fullAccessGroupId object id of the group whose members have full access
 * @param restrictedAccessGroupId the same for restricted access; null when there is none
 * @param readOnlyAccessGroupId the same for read-only access; null when there is none
 * @param primaryContact the e-mail address that gets the invitation and what concerns the account
 * @param language of mail to the primary contact, one of {@link #LANGUAGES}
 */
public record Details(
        @Nullable String name,
        String fullAccessGroupId,
        @Nullable String restrictedAccessGroupId,
        @Nullable String readOnlyAccessGroupId,
        String primaryContact,
        String language) {

    public static final List<String> LANGUAGES = List.of("en", "nl", "sv", "fr", "ko");

    /** The language of those who named none. */
    public static final String DEFAULT_LANGUAGE = "en";

    private static final int LONGEST_NAME = 200;

    /**
     * Reads the fields of a new tenant. Call {@link #checkGroups()} after {@link Fields#done()}.
     */
    static Details ofNew(Fields fields) {
        return new Details(
                fields.optionalText("name", LONGEST_NAME),
                fields.guid(field(Role.FULL)),
                fields.optionalGuid(field(Role.RESTRICTED)),
                fields.optionalGuid(field(Role.READ_ONLY)),
                fields.email("primaryContact"),
                fields.oneOfOr("language", LANGUAGES, DEFAULT_LANGUAGE));
    }

    /**
     * These details with the fields that are given; the others stay. A null takes an optional one away. Call
     * {@link #checkGroups()} after {@link Fields#done()}.
     */
    public Details changedBy(Fields fields) {
        return new Details(
                fields.has("name") ? fields.optionalText("name", LONGEST_NAME) : name,
                fields.has(field(Role.FULL)) ? fields.guid(field(Role.FULL)) : fullAccessGroupId,
                fields.has(field(Role.RESTRICTED))
                        ? fields.optionalGuid(field(Role.RESTRICTED))
                        : restrictedAccessGroupId,
                fields.has(field(Role.READ_ONLY)) ? fields.optionalGuid(field(Role.READ_ONLY)) : readOnlyAccessGroupId,
                fields.has("primaryContact") ? fields.email("primaryContact") : primaryContact,
                fields.has("language") ? fields.oneOf("language", LANGUAGES) : language);
    }

    /** The field of the API that names the group of a role. */
    static String field(Role role) {
        return switch (role) {
            case FULL -> "fullAccessGroupId";
            case RESTRICTED -> "restrictedAccessGroupId";
            case READ_ONLY -> "readOnlyAccessGroupId";
        };
    }

    /** The group of each role, by object id; roles without a group are left out. */
    public Map<Role, String> accessGroups() {
        Map<Role, String> groups = new EnumMap<>(Role.class);
        groups.put(Role.FULL, fullAccessGroupId);
        if (restrictedAccessGroupId != null) {
            groups.put(Role.RESTRICTED, restrictedAccessGroupId);
        }
        if (readOnlyAccessGroupId != null) {
            groups.put(Role.READ_ONLY, readOnlyAccessGroupId);
        }
        return groups;
    }

    /**
     * Two roles by one group would give everybody the greater one, which nobody can have meant.
     *
     * @throws AppException REQUEST_INVALID naming each role's group that is another role's too
     */
    public Details checkGroups() {
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        accessGroups().forEach((role, group) -> {
            if (!seen.add(group)) {
                errors.add(new FieldError(field(role), "must be another group than those of the other roles"));
            }
        });
        if (!errors.isEmpty()) {
            throw AppException.invalid(errors);
        }
        return this;
    }
}

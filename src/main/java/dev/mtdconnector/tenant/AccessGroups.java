package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.signin.Role;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a tenant's access groups are in its directory. Before the base consent nobody can know, so they are looked
 * up when they change and the consent is there, and all of them when it is found granted.
 */
public final class AccessGroups {

    /** Under this name a group that is missing stands among the tenant's errors. */
    public static final String ERRORS = "access-groups";

    private static final Logger LOG = LoggerFactory.getLogger(AccessGroups.class);

    private final TenantStore store;
    private final AccessGroupCheck directory;
    private final Predicate<String> isConsented;
    private final ErrorRecords errors;

    /**
     * @param isConsented whether the base consent of a tenant is granted
     */
    public AccessGroups(
            TenantStore store, AccessGroupCheck directory, Predicate<String> isConsented, ErrorRecords errors) {
        this.store = store;
        this.directory = directory;
        this.isConsented = isConsented;
        this.errors = errors;
    }

    /**
     * Looks up the groups that are new in {@code after}, where the tenant's consent lets us.
     *
     * @return what was found; empty when the directory may not be asked
     * @throws AppException REQUEST_INVALID naming each group that is no security group of the directory
     * @throws UpstreamException when the directory cannot be asked at the moment
     */
    public Map<Role, GroupCheck> require(Tenant before, Details after) {
        Map<Role, GroupCheck> found = new EnumMap<>(Role.class);
        Map<Role, String> fresh = after.accessGroups();
        fresh.entrySet().removeAll(before.details().accessGroups().entrySet());
        if (fresh.isEmpty() || !isConsented.test(before.tenantId())) {
            return found;
        }
        List<FieldError> wrong = new ArrayList<>();
        for (Map.Entry<Role, String> group : fresh.entrySet()) {
            try {
                GroupCheck check = directory.of(before.tenantId(), group.getValue());
                found.put(group.getKey(), check);
                if (check.state() != GroupCheck.State.FOUND) {
                    wrong.add(new FieldError(Details.field(group.getKey()), inWords(check.state())));
                }
            } catch (UpstreamException e) {
                if (UpstreamErrors.codeOf(e) != ErrorCode.DIRECTORY_CONSENT_MISSING) {
                    throw e;
                }
                // The consent was taken back or cut down since it was read: it will be looked up when it is granted.
                return Map.of();
            }
        }
        if (!wrong.isEmpty()) {
            throw AppException.invalid(wrong);
        }
        return found;
    }

    /**
     * Looks all groups up and stores what was found. Idempotent. Where the directory cannot be asked nothing changes: the
     * groups stay unknown until the consent is checked again.
     */
    public void check(String tenantId) {
        Map<Role, GroupCheck> found = new EnumMap<>(Role.class);
        try {
            store.find(tenantId)
                    .ifPresent(tenant -> tenant.details()
                            .accessGroups()
                            .forEach((role, group) -> found.put(role, directory.of(tenantId, group))));
        } catch (UpstreamException e) {
            LOG.warn("The access groups of {} could not be looked up: {}", tenantId, e.getMessage());
            return;
        }
        store.change(tenantId, tenant -> tenant.with(found)).ifPresent(this::report);
    }

    /** Records a group that is missing among the tenant's errors, or that none is missing any more. */
    public void report(Tenant tenant) {
        List<String> wrong = new ArrayList<>();
        for (Role role : Role.values()) {
            tenant.groupCheck(role)
                    .filter(check -> check.state() != GroupCheck.State.FOUND)
                    .ifPresent(check -> wrong.add(Details.field(role) + " " + inWords(check.state())));
        }
        if (wrong.isEmpty()) {
            errors.recovered(tenant.tenantId(), ERRORS);
        } else {
            errors.failed(
                    tenant.tenantId(),
                    ERRORS,
                    new Outcome.Failed(ErrorCode.ACCESS_GROUP_MISSING, String.join("; ", wrong), null));
        }
    }

    private static String inWords(GroupCheck.State state) {
        return switch (state) {
            case FOUND -> "is found";
            case NOT_FOUND -> "is no group of the directory";
            case NOT_SECURITY_ENABLED -> "is not a security group";
        };
    }
}

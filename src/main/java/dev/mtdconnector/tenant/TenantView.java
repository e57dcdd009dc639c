package dev.mtdconnector.tenant;

import dev.mtdconnector.signin.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tenant as the API shows it: to itself, and with what concerns the operator alone. */
public final class TenantView {

    private final Consents consents;

    public TenantView(Consents consents) {
        this.consents = consents;
    }

    /** What the tenant's administrators see. */
    public Map<String, Object> ofTenant(Tenant tenant) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("tenantId", tenant.tenantId());
        view.put("name", tenant.name());
        view.put("status", tenant.status().label());
        view.put("enterpriseGuid", tenant.enterpriseGuid());
        view.put("fullAccessGroupId", tenant.fullAccessGroupId());
        view.put("restrictedAccessGroupId", tenant.restrictedAccessGroupId());
        view.put("readOnlyAccessGroupId", tenant.readOnlyAccessGroupId());
        Map<String, Object> groups = new LinkedHashMap<>();
        groups.put("full", group(tenant, Role.FULL));
        groups.put("restricted", group(tenant, Role.RESTRICTED));
        groups.put("readOnly", group(tenant, Role.READ_ONLY));
        view.put("accessGroups", groups);
        view.put("primaryContact", tenant.primaryContact());
        view.put("language", tenant.language());
        view.put("consents", consents(tenant));
        return view;
    }

    /** What the operator sees. */
    public Map<String, Object> ofOperator(Tenant tenant) {
        Map<String, Object> view = ofTenant(tenant);
        Standing standing = tenant.standing();
        view.put("suspendedReason", standing.suspendedReason());
        view.put("offboardedAt", standing.offboardedAt());
        view.put("deletionDueAt", standing.deletionDueAt());
        view.put("withdrawal", standing.withdrawal());
        view.put("deprovision", standing.deprovision());
        view.put("createdAt", tenant.createdAt());
        return view;
    }

    private static @Nullable Map<String, Object> group(Tenant tenant, Role role) {
        String id = tenant.details().accessGroups().get(role);
        if (id == null) {
            return null;
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", id);
        view.put(
                "displayName",
                tenant.groupCheck(role).map(GroupCheck::displayName).orElse(null));
        view.put(
                "state",
                tenant.groupCheck(role).map(check -> check.state().label()).orElse("unknown"));
        return view;
    }

    private Map<String, Object> consents(Tenant tenant) {
        Map<String, Object> views = new LinkedHashMap<>();
        for (Registration registration : Registration.values()) {
            views.put(registration.label(), ConsentView.of(consents.of(tenant.tenantId(), registration)));
        }
        return views;
    }
}

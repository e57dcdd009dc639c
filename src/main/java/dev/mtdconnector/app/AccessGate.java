package dev.mtdconnector.app;

import dev.mtdconnector.signin.TenantGate;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.NeededRoles;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.Objects;
import java.util.Optional;

/** What the onboarding record says about letting people of a tenant in. */
final class AccessGate implements TenantGate {

    private final TenantStore tenants;
    private final ConsentStore consents;

    AccessGate(TenantStore tenants, ConsentStore consents) {
        this.tenants = tenants;
        this.consents = consents;
    }

    @Override
    public Optional<Entry> find(String tenantId) {
        return tenants.find(tenantId)
                .map(tenant -> new Entry(
                        Objects.requireNonNullElse(tenant.name(), tenantId),
                        tenant.status() == Tenant.Status.ACTIVE,
                        consents.find(tenantId, Registration.BASE).allows(NeededRoles.SIGN_IN),
                        tenant.details().accessGroups()));
    }
}

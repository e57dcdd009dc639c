package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a directory a tenant, hands out its first keys, and invites its primary contact.
 *
 * <p>A creation that was interrupted either stored nothing or stored all: a second one answers TENANT_EXISTS, and keys
 * whose answer was lost are replaced with {@link TenantKeys#issue}. The invitation is recorded before the tenant is, so it is
 * not lost with the answer.
 */
public final class Onboarding {

    private final TenantStore store;
    private final Enterprises enterprises;
    private final Invitations invitations;
    private final MailOutbox mailOutbox;
    private final TenantKeys keys;
    private final String publicUrl;
    private final Clock clock;

    public Onboarding(
            TenantStore store,
            Enterprises enterprises,
            Invitations invitations,
            MailOutbox mailOutbox,
            TenantKeys keys,
            String publicUrl,
            Clock clock) {
        this.store = store;
        this.enterprises = enterprises;
        this.invitations = invitations;
        this.mailOutbox = mailOutbox;
        this.keys = keys;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /** What an operator asks for, checked for form. */
    public record Order(
            String directoryId, Details details, @Nullable String enterpriseGuid) {}

    /** The new tenant and its keys, which are shown now and never again. */
    public record Onboarded(Tenant tenant, Key apiKey, Key feedKey) {}

    /**
     * @throws AppException TENANT_EXISTS when the directory is onboarded already, TENANT_OFFBOARDED when it was and its
     *     data is still kept, ENTERPRISE_TAKEN when the enterprise is another tenant's
     */
    public Onboarded create(Order order) {
        store.find(order.directoryId()).ifPresent(Onboarding::refuse);
        Tenant tenant = new Tenant(
                order.directoryId(),
                order.details(),
                order.enterpriseGuid() == null ? UUID.randomUUID().toString() : order.enterpriseGuid(),
                Standing.ACTIVE,
                Map.of(),
                clock.instant());
        TenantKeys.Issued apiKey = keys.create(tenant.tenantId(), first(Key.Kind.API, Role.FULL, "First key"));
        TenantKeys.Issued feedKey = keys.create(tenant.tenantId(), first(Key.Kind.FEED, null, "Feed"));
        enterprises.claim(tenant.enterpriseGuid(), tenant.tenantId());
        invitations.first(tenant);
        keys.beforeAdding(tenant.tenantId());
        if (!store.create(tenant, List.of(apiKey.kept(), feedKey.kept()))) {
            Optional<Tenant> faster = store.find(tenant.tenantId());
            if (faster.isPresent() && !faster.get().enterpriseGuid().equals(tenant.enterpriseGuid())) {
                enterprises.giveBack(tenant.enterpriseGuid(), tenant.tenantId());
            }
            throw new AppException(ErrorCode.TENANT_EXISTS);
        }
        keys.afterAdding(tenant.tenantId());
        mailOutbox.sendSoon(tenant.tenantId());
        return new Onboarded(tenant, apiKey.key(), feedKey.key());
    }

    private static void refuse(Tenant known) {
        known.standing().checkHasNotLeft();
        throw new AppException(ErrorCode.TENANT_EXISTS);
    }

    /** The address at which a Global Administrator of the tenant consents. */
    public String consentLink(String tenantId) {
        return publicUrl + "/les?action=consent&tenant=" + tenantId;
    }

    private static TenantKeys.Order first(Key.Kind kind, @Nullable Role role, String name) {
        return new TenantKeys.Order(kind, role, name, TenantKeys.MOST_DAYS, TenantKey.OPERATOR);
    }
}

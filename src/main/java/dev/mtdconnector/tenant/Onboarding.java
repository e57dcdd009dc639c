package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
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
    private final MailOutbox mailOutbox;
    private final TenantKeys keys;
    private final String publicUrl;
    private final Clock clock;

    public Onboarding(TenantStore store, MailOutbox mailOutbox, TenantKeys keys, String publicUrl, Clock clock) {
        this.store = store;
        this.mailOutbox = mailOutbox;
        this.keys = keys;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /** What an operator asks for, checked for form. */
    public record Order(
            String directoryId,
            @Nullable String name,
            String fullAccessGroupId,
            @Nullable String restrictedAccessGroupId,
            @Nullable String readOnlyAccessGroupId,
            String primaryContact,
            String language,
            @Nullable String enterpriseGuid) {}

    /** The new tenant and its keys, which are shown now and never again. */
    public record Onboarded(Tenant tenant, Key apiKey, Key feedKey) {}

    /**
     * @throws AppException TENANT_EXISTS when the directory is onboarded already
     */
    public Onboarded create(Order order) {
        if (store.find(order.directoryId()).isPresent()) {
            throw new AppException(ErrorCode.TENANT_EXISTS);
        }
        Tenant tenant = new Tenant(
                order.directoryId(),
                order.name(),
                order.fullAccessGroupId(),
                order.restrictedAccessGroupId(),
                order.readOnlyAccessGroupId(),
                order.primaryContact(),
                order.language(),
                order.enterpriseGuid() == null ? UUID.randomUUID().toString() : order.enterpriseGuid(),
                Tenant.Status.ACTIVE,
                clock.instant());
        TenantKeys.Issued apiKey = keys.create(tenant.tenantId(), first(Key.Kind.API, Role.FULL, "First key"));
        TenantKeys.Issued feedKey = keys.create(tenant.tenantId(), first(Key.Kind.FEED, null, "Feed"));
        mailOutbox.record(tenant.tenantId(), invitation(tenant));
        keys.beforeAdding(tenant.tenantId());
        if (!store.create(tenant, List.of(apiKey.kept(), feedKey.kept()))) {
            throw new AppException(ErrorCode.TENANT_EXISTS);
        }
        keys.afterAdding(tenant.tenantId());
        mailOutbox.sendSoon(tenant.tenantId());
        return new Onboarded(tenant, apiKey.key(), feedKey.key());
    }

    /** The address at which a Global Administrator of the tenant consents. */
    public String consentLink(String tenantId) {
        return publicUrl + "/les?action=consent&tenant=" + tenantId;
    }

    private static TenantKeys.Order first(Key.Kind kind, @Nullable Role role, String name) {
        return new TenantKeys.Order(kind, role, name, TenantKeys.MOST_DAYS, TenantKey.OPERATOR);
    }

    private MailOutbox.Draft invitation(Tenant tenant) {
        return new MailOutbox.Draft(
                "invitation-" + tenant.tenantId(),
                tenant.primaryContact(),
                "Connect your organization to the MTD connector for Microsoft Intune",
                String.format(Locale.ROOT, """
                        Your organization's account on the MTD connector for Microsoft Intune is ready.

                        To connect it, open this address and accept the permissions that Microsoft shows you. You need to
                        be a Global Administrator of the directory %s.

                        %s

                        Opening the address changes nothing: you decide on Microsoft's page.
                        """, tenant.tenantId(), consentLink(tenant.tenantId())));
    }
}

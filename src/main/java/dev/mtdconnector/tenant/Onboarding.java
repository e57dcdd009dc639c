package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Secrets;
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
 * whose answer was lost are replaced with {@link #addKey}. The invitation is recorded before the tenant is, so it is
 * not lost with the answer.
 */
public final class Onboarding {

    private final TenantStore store;
    private final Enterprises enterprises;
    private final Invitations invitations;
    private final MailOutbox mailOutbox;
    private final Secrets secrets;
    private final String publicUrl;
    private final Clock clock;

    public Onboarding(
            TenantStore store,
            Enterprises enterprises,
            Invitations invitations,
            MailOutbox mailOutbox,
            Secrets secrets,
            String publicUrl,
            Clock clock) {
        this.store = store;
        this.enterprises = enterprises;
        this.invitations = invitations;
        this.mailOutbox = mailOutbox;
        this.secrets = secrets;
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
        enterprises.claim(tenant.enterpriseGuid(), tenant.tenantId());
        Key apiKey = newKey(Key.Kind.API, tenant.tenantId());
        Key feedKey = newKey(Key.Kind.FEED, tenant.tenantId());
        invitations.first(tenant);
        if (!store.create(tenant, List.of(stored(apiKey), stored(feedKey)))) {
            Optional<Tenant> faster = store.find(tenant.tenantId());
            if (faster.isPresent() && !faster.get().enterpriseGuid().equals(tenant.enterpriseGuid())) {
                enterprises.giveBack(tenant.enterpriseGuid(), tenant.tenantId());
            }
            throw new AppException(ErrorCode.TENANT_EXISTS);
        }
        mailOutbox.sendSoon(tenant.tenantId());
        return new Onboarded(tenant, apiKey, feedKey);
    }

    private static void refuse(Tenant known) {
        known.standing().checkHasNotLeft();
        throw new AppException(ErrorCode.TENANT_EXISTS);
    }

    /**
     * Gives the tenant one more key; the others stay valid.
     *
     * @throws AppException TENANT_UNKNOWN
     */
    public Key addKey(String tenantId, Key.Kind kind) {
        if (store.find(tenantId).isEmpty()) {
            throw new AppException(ErrorCode.TENANT_UNKNOWN);
        }
        Key key = newKey(kind, tenantId);
        store.addKey(tenantId, stored(key));
        return key;
    }

    /** The address at which a Global Administrator of the tenant consents. */
    public String consentLink(String tenantId) {
        return publicUrl + "/les?action=consent&tenant=" + tenantId;
    }

    private Key newKey(Key.Kind kind, String tenantId) {
        return new Key(kind, tenantId, secrets.createId(), secrets.create());
    }

    private TenantStore.StoredKey stored(Key key) {
        return new TenantStore.StoredKey(key.kind(), key.id(), Secrets.hash(key.secret()), clock.instant());
    }
}

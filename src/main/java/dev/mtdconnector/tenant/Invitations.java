package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Invites a tenant's primary contact by mail to consent. The link carries an invitation, {@code <tenantId>.<id>}, which
 * nothing uses up: whoever opens the link, however often, learns for which organization it is, until it expires.
 */
public final class Invitations {

    static final Duration VALIDITY = Duration.ofDays(30);

    /** A directory id in front of the dot. */
    private static final int GUID_LENGTH = 36;

    private final ConsentStore store;
    private final TenantStore tenants;
    private final MailOutbox mailOutbox;
    private final Secrets secrets;
    private final String publicUrl;
    private final Clock clock;

    public Invitations(
            ConsentStore store,
            TenantStore tenants,
            MailOutbox mailOutbox,
            Secrets secrets,
            String publicUrl,
            Clock clock) {
        this.store = store;
        this.tenants = tenants;
        this.mailOutbox = mailOutbox;
        this.secrets = secrets;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /**
     * Records the first invitation of a tenant that is about to be stored; sent within a minute. Recorded once, however
     * often it is repeated.
     */
    void first(Tenant tenant) {
        record(tenant, "invitation-" + tenant.tenantId());
    }

    /**
     * Sends one more invitation. Those that were sent before stay valid until they expire.
     *
     * @return until when it is valid
     * @throws AppException TENANT_UNKNOWN, or TENANT_SUSPENDED when the tenant is not served
     */
    Instant renew(String tenantId) {
        Tenant tenant = tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
        if (tenant.status() != Tenant.Status.ACTIVE) {
            throw new AppException(ErrorCode.TENANT_SUSPENDED);
        }
        Instant validUntil = record(tenant, "invitation-" + tenantId + "-" + secrets.createId());
        mailOutbox.sendSoon(tenantId);
        return validUntil;
    }

    /** The tenant that a valid invitation is for; empty for any other text. */
    Optional<Tenant> tenantOf(String invitation) {
        if (invitation.length() <= GUID_LENGTH
                || invitation.charAt(GUID_LENGTH) != '.'
                || !Fields.isGuid(invitation.substring(0, GUID_LENGTH))) {
            return Optional.empty();
        }
        String tenantId = invitation.substring(0, GUID_LENGTH);
        return store.invitation(tenantId, Secrets.hash(invitation.substring(GUID_LENGTH + 1)))
                .filter(validUntil -> validUntil.isAfter(clock.instant()))
                .flatMap(validUntil -> tenants.find(tenantId))
                .filter(tenant -> tenant.status() == Tenant.Status.ACTIVE);
    }

    private Instant record(Tenant tenant, String mailId) {
        String id = secrets.create();
        Instant now = clock.instant();
        Instant validUntil = now.plus(VALIDITY);
        // Before the mail that names it: a link that is sent works.
        store.saveInvitation(tenant.tenantId(), Secrets.hash(id), validUntil, now);
        MailTexts texts = MailTexts.in(tenant.language());
        mailOutbox.record(
                tenant.tenantId(),
                new MailOutbox.Draft(
                        mailId,
                        tenant.primaryContact(),
                        texts.subject("invitation.subject"),
                        texts.text(
                                "invitation.text",
                                ConsentNotices.nameOf(tenant),
                                tenant.tenantId(),
                                publicUrl + "/les?action=consent&invitation=" + tenant.tenantId() + "." + id,
                                Long.toString(VALIDITY.toDays()))));
        return validUntil;
    }
}

package dev.mtdconnector.enrollment;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.Objects;
import java.util.Optional;

/**
 * The mail that removals are held and wait for an administrator: to whoever gets the connector's errors, else to the
 * tenant's primary contact. One mail a set, however often it is told. It names no user and no device: they are shown to who
 * signs in.
 */
public final class HeldNotice {

    private final TenantStore tenants;
    private final MailOutbox mailOutbox;
    private final String publicUrl;

    public HeldNotice(TenantStore tenants, MailOutbox mailOutbox, String publicUrl) {
        this.tenants = tenants;
        this.mailOutbox = mailOutbox;
        this.publicUrl = publicUrl;
    }

    /**
     * @param devices how many are held in this set
     */
    void held(Connector connector, int set, int devices) {
        String tenantId = connector.tenantId();
        Optional<Tenant> tenant = tenants.find(tenantId);
        if (tenant.isEmpty()) {
            return;
        }
        String name = MailTexts.oneLine(Objects.requireNonNullElse(tenant.get().name(), tenantId));
        MailTexts texts = MailTexts.in(tenant.get().language());
        String to =
                Objects.requireNonNullElse(connector.errorEmail(), tenant.get().primaryContact());
        mailOutbox.record(
                tenantId,
                new MailOutbox.Draft(
                        "held-removals-" + set,
                        to,
                        texts.subject("held.subject", name),
                        texts.text("held.text", name, devices, String.valueOf(set), publicUrl)));
        mailOutbox.sendSoon(tenantId);
    }
}

package dev.mtdconnector.tenant;

import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.schedule.JobKind;
import java.util.ArrayList;
import java.util.List;

/** Tells a tenant's primary contact what became of a consent, in the tenant's language; the same thing once. */
public final class ConsentNotices {

    private final TenantStore tenants;
    private final MailOutbox mailOutbox;
    private final String publicUrl;

    public ConsentNotices(TenantStore tenants, MailOutbox mailOutbox, String publicUrl) {
        this.tenants = tenants;
        this.mailOutbox = mailOutbox;
        this.publicUrl = publicUrl;
    }

    /** Something that was granted is gone, or a release needs more. */
    void begun(String tenantId, Consent consent, Consent.Trouble trouble) {
        boolean isMore = trouble.kind() == Consent.Trouble.Kind.MORE_NEEDED;
        List<String> missing = consent.known() ? consent.missing() : all(consent.registration());
        send(tenantId, isMore ? "consent-more" : "consent-revoked", consent.registration(), missing, trouble);
    }

    /** It is granted again. What a release needed more, nobody was without, so there is nothing to tell. */
    void over(String tenantId, Consent consent, Consent.Trouble trouble) {
        if (trouble.kind() == Consent.Trouble.Kind.REVOKED) {
            send(tenantId, "consent-back", consent.registration(), List.of(), trouble);
        }
    }

    private void send(
            String tenantId, String what, Registration registration, List<String> missing, Consent.Trouble trouble) {
        tenants.find(tenantId)
                .filter(tenant -> tenant.status() != Tenant.Status.OFFBOARDED)
                .ifPresent(tenant -> {
                    String id = what + "-" + registration.label() + "-"
                            + trouble.since().toEpochMilli();
                    mailOutbox.record(tenantId, draft(id, what, tenant, registration, missing));
                    mailOutbox.sendSoon(tenantId);
                });
    }

    private MailOutbox.Draft draft(
            String id, String what, Tenant tenant, Registration registration, List<String> missing) {
        MailTexts texts = MailTexts.in(tenant.language());
        String name = nameOf(tenant);
        return new MailOutbox.Draft(
                id,
                tenant.primaryContact(),
                texts.subject(what + ".subject", name),
                texts.text(
                        what + ".text",
                        name,
                        tenant.tenantId(),
                        list(stopped(texts, registration, missing)),
                        list(missing),
                        link(tenant.tenantId(), registration)));
    }

    /** What stands still while these roles are missing, in words. */
    private static List<String> stopped(MailTexts texts, Registration registration, List<String> missing) {
        List<String> stopped = new ArrayList<>();
        if (registration == Registration.BASE && missing.stream().anyMatch(NeededRoles.SIGN_IN::contains)) {
            stopped.add(texts.text("work.sign-in"));
        }
        for (JobKind kind : NeededRoles.jobsThatNeed(registration, missing)) {
            stopped.add(texts.text("work." + kind.queue()));
        }
        return stopped;
    }

    private static List<String> all(Registration registration) {
        return registration.requiredRoles().stream().map(ApplicationRole::value).toList();
    }

    private static String list(List<String> lines) {
        return lines.isEmpty() ? "-" : "- " + String.join("\n- ", lines);
    }

    private String link(String tenantId, Registration registration) {
        return publicUrl + "/les?action=consent&tenant=" + tenantId + "&registration=" + registration.label();
    }

    static String nameOf(Tenant tenant) {
        String name = tenant.name() == null ? "" : MailTexts.oneLine(tenant.name());
        return name.isEmpty() ? tenant.tenantId() : name;
    }
}

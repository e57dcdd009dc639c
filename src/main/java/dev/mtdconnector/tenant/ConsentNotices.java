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
    void begun(String tenantId, Consent consent, Consent.Trouble trouble, Registration publisher) {
        boolean isMore = trouble.kind() == Consent.Trouble.Kind.MORE_NEEDED;
        List<String> missing = consent.known() ? consent.missing() : all(consent.registration());
        Stopped stopped = new Stopped(consent.registration(), missing, publisher);
        send(tenantId, isMore ? "consent-more" : "consent-revoked", stopped, trouble);
    }

    /** It is granted again. What a release needed more, nobody was without, so there is nothing to tell. */
    void over(String tenantId, Consent consent, Consent.Trouble trouble, Registration publisher) {
        if (trouble.kind() == Consent.Trouble.Kind.REVOKED) {
            send(tenantId, "consent-back", new Stopped(consent.registration(), List.of(), publisher), trouble);
        }
    }

    /**
     * What is missing of a registration.
     *
     * @param publisher the registration of the publisher that the tenant chose
     */
    private record Stopped(Registration registration, List<String> missing, Registration publisher) {}

    private void send(String tenantId, String what, Stopped stopped, Consent.Trouble trouble) {
        tenants.find(tenantId)
                .filter(tenant -> tenant.status() != Tenant.Status.OFFBOARDED)
                .ifPresent(tenant -> {
                    String id = what + "-" + stopped.registration().label() + "-"
                            + trouble.since().toEpochMilli();
                    mailOutbox.record(tenantId, draft(id, what, tenant, stopped));
                    mailOutbox.sendSoon(tenantId);
                });
    }

    private MailOutbox.Draft draft(String id, String what, Tenant tenant, Stopped stopped) {
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
                        list(inWords(texts, stopped)),
                        list(stopped.missing()),
                        link(tenant.tenantId(), stopped.registration())));
    }

    /** What stands still while these roles are missing, in words. */
    private static List<String> inWords(MailTexts texts, Stopped what) {
        List<String> stopped = new ArrayList<>();
        if (what.registration() == Registration.BASE
                && what.missing().stream().anyMatch(NeededRoles.SIGN_IN::contains)) {
            stopped.add(texts.text("work.sign-in"));
        }
        for (JobKind kind : NeededRoles.jobsThatNeed(what.registration(), what.missing(), what.publisher())) {
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

package dev.mtdconnector.notify;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Sends a tenant's recorded mails. A mail that the mail service refuses for good is given up with the reason; one that
 * cannot be sent now is tried again for three days. One mail that fails does not hold up the others.
 */
public final class MailJob implements TenantJob {

    private static final int BATCH = 50;

    private final MailOutbox.Store store;
    private final Mailer mailer;
    private final Clock clock;

    public MailJob(MailOutbox.Store store, Mailer mailer, Clock clock) {
        this.store = store;
        this.mailer = mailer;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        UpstreamException failure = null;
        List<MailOutbox.Pending> pending = store.pending(tenantId, BATCH);
        for (MailOutbox.Pending mail : pending) {
            context.checkpoint();
            try {
                mailer.send(toMail(tenantId, mail.draft()));
                store.finish(tenantId, mail.draft().id(), clock.instant(), null);
            } catch (UpstreamException e) {
                failure = e;
                boolean tooOld =
                        mail.recordedAt().plus(MailOutbox.Pending.PATIENCE).isBefore(clock.instant());
                // A sign-in that is refused is our trouble, not the mail's: it waits until that is mended.
                if (e.kind() == UpstreamException.Kind.REFUSED || tooOld) {
                    store.finish(
                            tenantId,
                            mail.draft().id(),
                            clock.instant(),
                            e.kind().name());
                }
                if (e.kind() == UpstreamException.Kind.THROTTLED) {
                    break; // The others would only be refused as well, and put the end of it off.
                }
            }
        }
        if (failure != null) {
            return Outcome.failed(failure);
        }
        return pending.size() == BATCH ? Outcome.again(Duration.ZERO) : Outcome.finished();
    }

    /** The Message-ID is made of tenant and id, so that a second sending of the same mail carries the same. */
    private static Mailer.Mail toMail(String tenantId, MailOutbox.Draft draft) {
        String messageId = UUID.nameUUIDFromBytes((tenantId + "/" + draft.id()).getBytes(StandardCharsets.UTF_8))
                .toString();
        return new Mailer.Mail(
                messageId,
                draft.to(),
                draft.subject(),
                draft.text(),
                MailPage.of(draft.subject(), draft.text(), draft.language()),
                draft.unsubscribe());
    }
}

package dev.mtdconnector.notify;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends a tenant's recorded mails. A mail that the mail service refuses for good is given up with the reason; one that
 * cannot be sent now is tried again for three days. One mail that fails does not hold up the others.
 */
public final class MailJob implements TenantJob {

    private static final int BATCH = 50;

    private final MailOutbox.Store store;
    private final Mailer mailer;
    private final LastLook lastLook;
    private final Clock clock;

    public MailJob(MailOutbox.Store store, Mailer mailer, Clock clock) {
        this(store, mailer, LastLook.NONE, clock);
    }

    /**
     * @param lastLook at each mail right before it is sent
     */
    public MailJob(MailOutbox.Store store, Mailer mailer, LastLook lastLook, Clock clock) {
        this.lastLook = lastLook;
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
            Optional<MailOutbox.Draft> draft;
            try {
                draft = lastLook.at(tenantId, mail.draft());
            } catch (UpstreamException e) {
                failure = e;
                // Whom it may go to is not known now. This is not the mail's fault, but it is no use for ever.
                if (isTooOld(mail)) {
                    giveUp(tenantId, mail, e.kind().name());
                }
                continue;
            }
            if (draft.isEmpty()) {
                giveUp(tenantId, mail, LastLook.UNWANTED);
                continue;
            }
            try {
                mailer.send(toMail(tenantId, draft.get()));
                store.finish(tenantId, mail.draft().id(), clock.instant(), null);
            } catch (UpstreamException e) {
                failure = e;
                // A sign-in that is refused is our trouble, not the mail's: it waits until that is mended.
                if (e.kind() == UpstreamException.Kind.REFUSED || isTooOld(mail)) {
                    giveUp(tenantId, mail, e.kind().name());
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

    private boolean isTooOld(MailOutbox.Pending mail) {
        return mail.recordedAt().plus(MailOutbox.Pending.PATIENCE).isBefore(clock.instant());
    }

    private void giveUp(String tenantId, MailOutbox.Pending mail, String why) {
        store.finish(tenantId, mail.draft().id(), clock.instant(), why);
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

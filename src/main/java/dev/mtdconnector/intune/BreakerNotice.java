package dev.mtdconnector.intune;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.schedule.Outcome;
import java.util.function.UnaryOperator;

/** Asks somebody about worsened states that are held: an error record, and a mail to who gets the connector's errors. */
public final class BreakerNotice {

    /** Under which it is recorded. */
    public static final String SUBJECT = "held-publishes";

    private final ErrorRecords errors;
    private final MailOutbox mails;
    private final UnaryOperator<String> languageOf;
    private final String publicUrl;

    /**
     * @param languageOf of a tenant by its id
     */
    public BreakerNotice(ErrorRecords errors, MailOutbox mails, UnaryOperator<String> languageOf, String publicUrl) {
        this.errors = errors;
        this.mails = mails;
        this.languageOf = languageOf;
        this.publicUrl = publicUrl;
    }

    /** Asks about the books' present set. Idempotent, the mail included. */
    void ask(String tenantId, Connector connector, Books books) {
        errors.failed(
                tenantId,
                SUBJECT,
                new Outcome.Failed(ErrorCode.PUBLISHING_HELD, books.held() + " worsened states are held", null));
        String email = connector.errorEmail();
        if (email == null) {
            return;
        }
        MailTexts texts = MailTexts.in(languageOf.apply(tenantId));
        mails.record(
                tenantId,
                new MailOutbox.Draft(
                        SUBJECT + "-" + books.set(),
                        email,
                        texts.subject("publishes-held.subject", books.held()),
                        texts.text(
                                "publishes-held.text",
                                books.held(),
                                connector.publishing().breakerPercent(),
                                tenantId,
                                publicUrl)));
        mails.sendSoon(tenantId);
    }

    /** Nothing is held any more. Idempotent. */
    void over(String tenantId) {
        errors.recovered(tenantId, SUBJECT);
    }
}

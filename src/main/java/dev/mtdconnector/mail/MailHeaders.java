package dev.mtdconnector.mail;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.notify.Mailer.Mail;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What every mail says about itself beside its words. */
final class MailHeaders {

    private static final Pattern MESSAGE_ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    private MailHeaders() {}

    /**
     * That nothing of the mail can become a header of its own.
     *
     * @throws UpstreamException of kind REFUSED
     */
    static void check(Mail mail) {
        if (!MESSAGE_ID.matcher(mail.messageId()).matches()) {
            throw refused("A mail's id is not fit for a header");
        }
        if (Stream.of(mail.subject(), mail.to(), Objects.requireNonNullElse(mail.unsubscribe(), ""))
                .anyMatch(MailHeaders::hasLineBreak)) {
            throw refused("Mail " + mail.messageId() + " has a line break in a header");
        }
    }

    static Map<String, String> of(Mail mail) {
        Map<String, String> headers = new TreeMap<>();
        // Nobody's answering machine shall answer (RFC 3834).
        headers.put("Auto-Submitted", "auto-generated");
        if (mail.unsubscribe() != null) {
            // RFC 8058: a mail program asks its user and sends the POST by itself.
            headers.put("List-Unsubscribe", "<" + mail.unsubscribe() + ">");
            headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return headers;
    }

    static UpstreamException refused(String message) {
        return new UpstreamException(Service.MAIL, Kind.REFUSED, message);
    }

    private static boolean hasLineBreak(String header) {
        return header.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0);
    }
}

package dev.mtdconnector.notify;

import org.jspecify.annotations.Nullable;

/** Hands one mail to the mail service. */
@FunctionalInterface
public interface Mailer {

    /**
     * Sends. Not idempotent: the caller records the mail, with its fixed Message-ID, before it calls.
     *
     * @throws dev.mtdconnector.common.UpstreamException of service MAIL when the mail was not accepted, or may not have
     *     been
     */
    void send(Mail mail);

    /**
     * Connects as for a mail, signs in where that is asked for, and sends nothing.
     *
     * @return false when this way has no connection to try
     * @throws dev.mtdconnector.common.UpstreamException of service MAIL when that fails
     */
    default boolean reach() {
        return false;
    }

    /**
     * A mail.
     *
     * @param messageId the part of the Message-ID before the at sign; fixed, so that a repeat is recognised
     * @param subject one line
     * @param html the same as the text, for programs that show it
     * @param unsubscribe where a POST ends mails of this kind to this recipient (RFC 8058); null where they cannot be ended
     */
    record Mail(
            String messageId,
            String to,
            String subject,
            String text,
            String html,
            @Nullable String unsubscribe) {

        /** Without what is nobody's but the recipient's: links in the text may open something. */
        @Override
        public String toString() {
            return "Mail[" + messageId + "]";
        }
    }
}

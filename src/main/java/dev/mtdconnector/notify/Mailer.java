package dev.mtdconnector.notify;

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
     * A mail, plain text.
     *
     * @param messageId the part of the Message-ID before the at sign; fixed, so that a repeat is recognised
     * @param subject one line
     */
    record Mail(String messageId, String to, String subject, String text) {

        /** Without what is nobody's but the recipient's: links in the text may open something. */
        @Override
        public String toString() {
            return "Mail[" + messageId + "]";
        }
    }
}

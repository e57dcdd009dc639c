package dev.mtdconnector.mail;

import org.jspecify.annotations.Nullable;

/**
 * The mail server that takes our mail.
 *
 * @param user null for a server that wants no sign-in; then there is no password either
 * @param from the sender's address
 */
public record SmtpSettings(
        String host,
        int port,
        Security security,
        @Nullable String user,
        @Nullable String password,
        String from) implements MailSettings {

    /** How the connection is protected. */
    public enum Security {
        /** Not at all: for a server on the same machine. */
        NONE,
        /** Encrypted by STARTTLS, or not used. */
        STARTTLS,
        /** Encrypted from the first byte. */
        TLS
    }

    public SmtpSettings {
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("A mail user needs a password, and a password a user");
        }
        if (user != null && security == Security.NONE) {
            throw new IllegalArgumentException("A mail password is not sent over an open connection");
        }
    }

    @Override
    public String toString() {
        return "SmtpSettings[" + host + ":" + port + ", " + security + ", from=" + from + "]";
    }
}

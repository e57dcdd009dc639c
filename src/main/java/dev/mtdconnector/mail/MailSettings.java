package dev.mtdconnector.mail;

/** By which service mail is sent. */
public sealed interface MailSettings permits SmtpSettings, AcsSettings {

    /** The sender's address. */
    String from();
}

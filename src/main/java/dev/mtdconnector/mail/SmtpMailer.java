package dev.mtdconnector.mail;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.mail.SmtpSettings.Security;
import dev.mtdconnector.notify.Mailer;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/**
 * Sends each mail over a connection of its own: mails are few, and a kept connection is one more thing that goes stale.
 *
 * <p>What the server says for good (a 5xx) is REFUSED, as is a mail that cannot be one (a line break in a header, no
 * address); a refused sign-in is FORBIDDEN; everything else is UNAVAILABLE.
 */
public final class SmtpMailer implements Mailer {

    private static final String TIMEOUT_MILLIS = "10000";

    private final SmtpSettings settings;
    private final Clock clock;
    private final Session session;

    public SmtpMailer(SmtpSettings settings, Clock clock) {
        this(settings, clock, properties(settings));
    }

    SmtpMailer(SmtpSettings settings, Clock clock, Properties properties) {
        this.settings = settings;
        this.clock = clock;
        this.session = Session.getInstance(properties);
    }

    @Override
    public void send(Mail mail) {
        try {
            MimeMessage message = message(mail);
            try (Transport transport = session.getTransport("smtp")) {
                transport.connect(settings.user(), settings.password());
                transport.sendMessage(message, message.getAllRecipients());
            }
        } catch (AddressException e) {
            throw MailHeaders.refused("An address of mail " + mail.messageId() + " is none");
        } catch (AuthenticationFailedException e) {
            throw new UpstreamException(
                    Service.MAIL, Kind.FORBIDDEN, "The mail server " + settings.host() + " refused our sign-in");
        } catch (MessagingException e) {
            throw failure(mail, e);
        }
    }

    @Override
    public boolean reach() {
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(settings.user(), settings.password());
            return true;
        } catch (AuthenticationFailedException e) {
            throw new UpstreamException(
                    Service.MAIL, Kind.FORBIDDEN, "The mail server " + settings.host() + " refused our sign-in");
        } catch (MessagingException e) {
            throw new UpstreamException(
                    Service.MAIL,
                    Kind.UNAVAILABLE,
                    "The mail server " + settings.host() + " cannot be reached: "
                            + e.getClass().getSimpleName());
        }
    }

    private MimeMessage message(Mail mail) throws MessagingException {
        MailHeaders.check(mail);
        InternetAddress from = new InternetAddress(settings.from(), true);
        InternetAddress[] to = InternetAddress.parse(mail.to(), true);
        if (to.length != 1 || to[0].isGroup() || to[0].getAddress().indexOf('@') < 1) {
            throw MailHeaders.refused("Mail " + mail.messageId() + " is not for exactly one address");
        }
        String address = from.getAddress();
        String messageId = "<" + mail.messageId() + address.substring(address.lastIndexOf('@')) + ">";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", messageId);
            }
        };
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, to);
        message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
        // The last of the alternatives is the one that a program prefers (RFC 2046, section 5.1.4).
        message.setContent(new MimeMultipart("alternative", part(mail.text(), "plain"), part(mail.html(), "html")));
        for (Map.Entry<String, String> header : MailHeaders.of(mail).entrySet()) {
            message.setHeader(header.getKey(), header.getValue());
        }
        message.setSentDate(Date.from(clock.instant()));
        message.saveChanges();
        return message;
    }

    private static MimeBodyPart part(String content, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(content, StandardCharsets.UTF_8.name(), subtype);
        return part;
    }

    private UpstreamException failure(Mail mail, MessagingException failure) {
        int code = -1;
        for (Exception e = failure; e instanceof MessagingException m && code < 0; e = m.getNextException()) {
            code = replyCode(e);
        }
        Kind kind = code >= 500 && code < 600 ? Kind.REFUSED : Kind.UNAVAILABLE;
        String how = code < 0 ? failure.getClass().getSimpleName() : Integer.toString(code);
        // No cause: the library quotes the server, and the server may quote the mail.
        return new UpstreamException(
                Service.MAIL,
                kind,
                "The mail server " + settings.host() + " did not take mail " + mail.messageId() + ": " + how);
    }

    private static int replyCode(Exception e) {
        if (e instanceof SMTPAddressFailedException address) {
            return address.getReturnCode();
        }
        if (e instanceof SMTPSenderFailedException sender) {
            return sender.getReturnCode();
        }
        return e instanceof SMTPSendFailedException send ? send.getReturnCode() : -1;
    }

    static Properties properties(SmtpSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", settings.host());
        properties.setProperty("mail.smtp.port", Integer.toString(settings.port()));
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.auth", Boolean.toString(settings.user() != null));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        if (settings.security() == Security.STARTTLS) {
            properties.setProperty("mail.smtp.starttls.enable", "true");
            properties.setProperty("mail.smtp.starttls.required", "true");
        }
        if (settings.security() == Security.TLS) {
            properties.setProperty("mail.smtp.ssl.enable", "true");
        }
        return properties;
    }
}

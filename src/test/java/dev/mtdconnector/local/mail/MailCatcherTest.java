package dev.mtdconnector.local.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Traffic;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailCatcherTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final Journal journal = Journal.inMemory();
    private final MailCatcher catcher = new MailCatcher(0, CLOCK, journal);

    @AfterEach
    void stop() {
        catcher.close();
    }

    @Test
    void keeps_what_a_mail_says() throws MessagingException {
        MimeMessage mail = mail("ines@contoso.example");
        mail.setSubject("Zustimmung für Contoso – 3 Geräte ✓", "UTF-8");
        mail.setText("Open https://mtd.example/les?action=consent&tenant=1\n\nDanke für alles.\n", "UTF-8");
        mail.setHeader("Message-ID", "<consent-1@mtd.example>");
        mail.setHeader("List-Unsubscribe", "<https://mtd.example/unsubscribe?token=1>");
        send(mail);

        assertThat(catcher.mails())
                .containsExactly(new CaughtMail(
                        1,
                        "MTD Connector <no-reply@mtd.example>",
                        "ines@contoso.example",
                        "Zustimmung für Contoso – 3 Geräte ✓",
                        "consent-1@mtd.example",
                        "Open https://mtd.example/les?action=consent&tenant=1\n\nDanke für alles.",
                        "",
                        "https://mtd.example/unsubscribe?token=1",
                        NOW));
    }

    @Test
    void takes_the_plain_text_of_a_mail_in_parts() throws MessagingException {
        MimeBodyPart html = new MimeBodyPart();
        html.setContent("<b>Hello</b>", "text/html");
        MimeBodyPart plain = new MimeBodyPart();
        plain.setText("Hello");
        MimeMessage mail = mail("ines@contoso.example");
        mail.setSubject("Hello");
        mail.setContent(new MimeMultipart("alternative", html, plain));
        send(mail);

        assertThat(catcher.mails()).extracting(CaughtMail::text).containsExactly("Hello");
        assertThat(catcher.mails()).extracting(CaughtMail::html).containsExactly("<b>Hello</b>");
    }

    @Test
    void keeps_a_mail_once_for_each_recipient_whatever_its_headers_say() throws MessagingException {
        MimeMessage mail = mail("ines@contoso.example");
        mail.setRecipients(Message.RecipientType.BCC, "oscar@contoso.example");
        mail.setText("Hello");
        send(mail);

        assertThat(catcher.mails())
                .extracting(CaughtMail::to)
                .containsExactlyInAnyOrder("ines@contoso.example", "oscar@contoso.example");
    }

    @Test
    void still_has_its_mails_after_a_restart_and_forgets_when_told_to() throws MessagingException {
        sendText("one");
        sendText("two");

        try (MailCatcher restarted = new MailCatcher(0, CLOCK, journal)) {
            assertThat(restarted.mails()).isEqualTo(catcher.mails()).hasSize(2);
            restarted.clear();
            assertThat(restarted.mails()).isEmpty();
        }
        try (MailCatcher restarted = new MailCatcher(0, CLOCK, journal)) {
            assertThat(restarted.mails()).isEmpty();
        }
    }

    @Test
    void is_read_and_emptied_over_the_control_api() throws Exception {
        sendText("one");
        sendText("two");
        try (LocalServer server = LocalServer.http(0, new Traffic())) {
            new MailRoutes(catcher).register(server);
            server.start();

            JsonNode mails = Json.parse(control(server, "GET").body()).path("mails");
            assertThat(mails.findValuesAsText("text")).containsExactly("two", "one");
            assertThat(mails.get(0).path("to").textValue()).isEqualTo("ines@contoso.example");
            assertThat(mails.get(0).path("receivedAt").textValue()).isEqualTo(NOW.toString());

            assertThat(control(server, "DELETE").statusCode()).isEqualTo(204);
            assertThat(Json.parse(control(server, "GET").body()).path("mails")).isEmpty();
        }
    }

    private static HttpResponse<String> control(LocalServer server, String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/control/mails"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void sendText(String text) throws MessagingException {
        MimeMessage mail = mail("ines@contoso.example");
        mail.setText(text);
        send(mail);
    }

    private MimeMessage mail(String to) throws MessagingException {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "localhost");
        properties.put("mail.smtp.port", Integer.toString(catcher.port()));
        MimeMessage mail = new FixedId(Session.getInstance(properties));
        mail.setFrom(new InternetAddress("MTD Connector <no-reply@mtd.example>"));
        mail.setRecipients(Message.RecipientType.TO, to);
        return mail;
    }

    private static void send(MimeMessage mail) throws MessagingException {
        Transport.send(mail);
    }

    /** Keeps the Message-ID that the test sets, which the library would replace. */
    private static final class FixedId extends MimeMessage {
        FixedId(Session session) {
            super(session);
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            if (getHeader("Message-ID") == null) {
                super.updateMessageID();
            }
        }
    }
}

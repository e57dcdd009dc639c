package dev.mtdconnector.people;

import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mtdconnector.mail.SmtpMailer;
import dev.mtdconnector.mail.SmtpSettings;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestBrowser;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mails themselves: in each language, as a mail server gets them, and after runs that were cut off. */
class PeopleMailTest {

    private static final String ADDRESS = "ines.duarte@contoso.example";
    private static final Duration WINDOW = Duration.ofMinutes(6);

    private final TestApp app = new TestApp().ready();
    private final TestBrowser ines = app.signIn(INES);
    private int threats;

    @BeforeEach
    void theFirstLookIsOver() {
        app.activate(PHONE);
        app.feed(deviceEvent("tie", app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.pass(WINDOW);
    }

    private void anotherThreat() {
        String guid = "00000000-0000-4000-8000-%012d".formatted(++threats);
        app.feed(threatEvent("t-" + threats, app.clock.instant(), VENDOR_GUID, guid, "OPEN", "TROJAN"))
                .expect(200);
        app.drain();
    }

    private List<Mail> mails() {
        return app.mailer.mails().stream()
                .filter(mail -> mail.to().equals(ADDRESS) && mail.unsubscribe() != null)
                .toList();
    }

    @Test
    void mailsAreInTheLanguageThatThePersonChose() {
        for (String language : MailTexts.LANGUAGES) {
            ines.script("PUT", "/api/v1/me/preferences", """
                    {"threats": {"high": true, "medium": true, "low": true}, "language": "%s",
                     "summaries": {"daily": false, "weekly": false, "monthly": false, "quarterly": false}}
                    """.formatted(language))
                    .expect(200);
            anotherThreat();
            app.pass(WINDOW);
        }

        assertThat(mails()).hasSize(MailTexts.LANGUAGES.size());
        for (int i = 0; i < mails().size(); i++) {
            Mail mail = mails().get(i);
            MailTexts texts = MailTexts.in(MailTexts.LANGUAGES.get(i));
            assertThat(mail.html()).contains("<html lang=\"" + MailTexts.LANGUAGES.get(i) + "\">");
            assertThat(mail.text())
                    .contains("TROJAN", texts.text("meaning.partner"))
                    .contains(mail.unsubscribe())
                    .doesNotContain("{", "}");
            assertThat(mail.subject()).contains(texts.text("level.high")).doesNotContain("{");
        }
    }

    @Test
    void aMailServerGetsTextPageAndTheHeadersOfOneClick() throws Exception {
        anotherThreat();
        app.pass(WINDOW);
        Mail mail = mails().get(0);
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            new SmtpMailer(
                            new SmtpSettings(
                                    "127.0.0.1",
                                    server.getSmtp().getPort(),
                                    SmtpSettings.Security.NONE,
                                    null,
                                    null,
                                    "MTD Connector <noreply@connector.example>"),
                            app.clock)
                    .send(mail);
            MimeMessage received = server.getReceivedMessages()[0];

            assertThat(received.getSubject()).isEqualTo(mail.subject());
            assertThat(received.getMessageID()).contains(mail.messageId());
            assertThat(received.getContentType()).startsWith("multipart/alternative");
            assertThat(received.getHeader("List-Unsubscribe", null).replaceAll("\\s", ""))
                    .isEqualTo("<" + mail.unsubscribe() + ">");
            assertThat(received.getHeader("List-Unsubscribe-Post", null)).isEqualTo("List-Unsubscribe=One-Click");
        } finally {
            server.stop();
        }
    }

    @Test
    void aRunThatIsCutOffAnywhereTellsEverythingOnce() {
        boolean isCutOff = true;
        for (int call = 1; isCutOff; call++) {
            isCutOff = false;
            for (boolean isAfter : new boolean[] {false, true}) {
                anotherThreat();
                app.clock.advance(WINDOW);
                app.faults.dieAt(call, isAfter);
                try {
                    app.app().run(JobKind.NOTICE, TENANT);
                } catch (Faults.Death death) {
                    isCutOff = true;
                }
                app.faults.never();
                app.restart();
                app.clock.advance(Duration.ofMinutes(10));
                app.pass(Duration.ofMinutes(2));
                assertThat(mails().stream().collect(Collectors.toMap(Mail::messageId, Function.identity())))
                        .as("call %s, after it: %s", call, isAfter)
                        .hasSize(threats);
                assertThat(mails())
                        .allSatisfy(mail ->
                                assertThat(mail.text().split("Device: ", -1)).hasSize(2));
            }
        }
        assertThat(threats).isGreaterThan(20);
    }
}

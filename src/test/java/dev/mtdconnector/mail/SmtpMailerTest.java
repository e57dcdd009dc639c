package dev.mtdconnector.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.mail.SmtpSettings.Security;
import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.testing.SettableClock;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpMailerTest {

    private static final String CANARY = "canary-mail-password";
    private static final Mail MAIL = mail("invitation-7", "ines.duarte@contoso.example", "Gerät gefährdet – 보안", null);

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void sendsTextAndHtmlWithAFixedMessageId() throws Exception {
        mailer(port(), Security.NONE).send(MAIL);
        mailer(port(), Security.NONE).send(MAIL);
        MimeMessage[] received = server.getReceivedMessages();
        assertThat(received).hasSize(2);
        for (MimeMessage message : received) {
            assertThat(message.getMessageID()).isEqualTo("<invitation-7@connector.example>");
            assertThat(message.getSubject()).isEqualTo(MAIL.subject());
            assertThat(message.getContentType()).startsWith("multipart/alternative");
            MimeMultipart parts = (MimeMultipart) message.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getBodyPart(0).getContentType().toLowerCase(Locale.ROOT))
                    .contains("text/plain", "utf-8");
            assertThat(((String) parts.getBodyPart(0).getContent()).replace("\r\n", "\n"))
                    .isEqualTo(MAIL.text());
            assertThat(parts.getBodyPart(1).getContentType().toLowerCase(Locale.ROOT))
                    .contains("text/html", "utf-8");
            assertThat(parts.getBodyPart(1).getContent()).isEqualTo(MAIL.html());
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(message.getHeader("List-Unsubscribe")).isNull();
            assertThat(message.getFrom()[0].toString()).contains("MTD Connector", "noreply@connector.example");
            assertThat(message.getAllRecipients()).hasSize(1);
            assertThat(message.getSentDate().toInstant()).isEqualTo(SettableClock.MORNING);
        }
    }

    @Test
    void aMailThatCanBeEndedSaysHow() throws Exception {
        mailer(port(), Security.NONE)
                .send(mail("x", "a@contoso.example", "Hello", "https://mtd.example/unsubscribe?token=1"));
        MimeMessage message = server.getReceivedMessages()[0];
        assertThat(message.getHeader("List-Unsubscribe")).containsExactly("<https://mtd.example/unsubscribe?token=1>");
        assertThat(message.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(failure(
                                mailer(port(), Security.NONE),
                                mail("x", "a@contoso.example", "Hello", "https://a.example/\r\nBcc: b@c.example"))
                        .kind())
                .isEqualTo(Kind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "x, a@contoso.example, 'Hello\nBcc: everybody@contoso.example'",
        "x, a@contoso.example, 'Hello\rBcc: everybody@contoso.example'",
        "x, 'a@contoso.example\r\nBcc: b@contoso.example', Hello",
        "x, 'a@contoso.example, b@contoso.example', Hello",
        "x, nobody, Hello",
        "x, '', Hello",
        "'x>\r\nBcc: b', a@contoso.example, Hello",
    })
    void aMailThatWouldSayMoreThanItShouldIsNotSent(String id, String to, String subject) {
        UpstreamException failure = failure(mailer(port(), Security.NONE), mail(id, to, subject, null));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void reachingTheServerSendsNothing() {
        assertThat(mailer(port(), Security.NONE).reach()).isTrue();
        assertThat(server.getReceivedMessages()).isEmpty();
        int port = port();
        server.stop();
        assertThatThrownBy(() -> mailer(port, Security.NONE).reach())
                .isInstanceOfSatisfying(
                        UpstreamException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void aServerThatIsNotReachedIsUnavailable() {
        int port = port();
        server.stop();
        assertThat(failure(mailer(port, Security.NONE), MAIL).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aServerWithoutEncryptionGetsNoMailWhereEncryptionIsSet() {
        assertThat(failure(mailer(port(), Security.STARTTLS), MAIL).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure(mailer(port(), Security.TLS), MAIL).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550, REFUSED", "MAIL, 451, UNAVAILABLE",
        "RCPT, 550, REFUSED", "RCPT, 450, UNAVAILABLE",
        "DATA, 554, REFUSED", "DATA, 421, UNAVAILABLE",
        "., 552, REFUSED", "., 452, UNAVAILABLE",
    })
    void whatTheServerSaysForGoodIsRefused(String command, int reply, Kind kind) throws Exception {
        try (ScriptedServer scripted = new ScriptedServer(ServerSocketFactory.getDefault(), command, reply)) {
            UpstreamException failure = failure(mailer(scripted.port(), Security.NONE), MAIL);
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.getMessage()).contains("invitation-7", Integer.toString(reply));
            assertThat(scripted.commands).isNotEmpty();
        }
    }

    @Test
    void signsInOverTlsAndSaysWhenItIsRefused(@TempDir Path folder) throws Exception {
        SSLContext tls = LoopbackCertificate.in(folder).context();
        try (ScriptedServer taking = new ScriptedServer(tls.getServerSocketFactory(), "none", 0)) {
            secured(taking.port(), tls).send(MAIL);
            assertThat(taking.commands).containsSubsequence("EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".");
        }
        try (ScriptedServer refusing = new ScriptedServer(tls.getServerSocketFactory(), "AUTH", 535)) {
            UpstreamException failure = failure(secured(refusing.port(), tls), MAIL);
            assertThat(failure.kind()).isEqualTo(Kind.FORBIDDEN);
            assertThat(refusing.commands).doesNotContain("MAIL");
        }
    }

    @Test
    void signsInAfterStartTls(@TempDir Path folder) throws Exception {
        SSLContext tls = LoopbackCertificate.in(folder).context();
        try (ScriptedServer upgrading = new ScriptedServer(ServerSocketFactory.getDefault(), "none", 0, tls)) {
            SmtpSettings settings = new SmtpSettings(
                    "127.0.0.1", upgrading.port(), Security.STARTTLS, "user", CANARY, "noreply@connector.example");
            secured(settings, tls).send(MAIL);
            assertThat(upgrading.commands)
                    .containsSubsequence("EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".");
        }
    }

    @Test
    void aServerWhoseCertificateIsNotTrustedGetsNoPassword(@TempDir Path folder) throws Exception {
        SSLContext tls = LoopbackCertificate.in(folder).context();
        try (ScriptedServer unknown = new ScriptedServer(tls.getServerSocketFactory(), "none", 0)) {
            SmtpMailer mailer = new SmtpMailer(secured(unknown.port()), new SettableClock(SettableClock.MORNING));
            assertThat(failure(mailer, MAIL).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(unknown.commands).doesNotContain("AUTH");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSettingsKeepThePasswordToThemselves(boolean encrypted) {
        Security security = encrypted ? Security.STARTTLS : Security.TLS;
        SmtpSettings settings = new SmtpSettings("h", 25, security, "user", CANARY, "a@b.example");
        assertThat(settings.toString()).doesNotContain(CANARY);
    }

    @Test
    void aPasswordIsNotSentOverAnOpenConnection() {
        assertThatThrownBy(() -> new SmtpSettings("h", 25, Security.NONE, "user", CANARY, "a@b.example"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Mail mail(String id, String to, String subject, @Nullable String unsubscribe) {
        return new Mail(id, to, subject, "Grüße\n.\nzweite Zeile", "<p>Grüße</p>", unsubscribe);
    }

    private int port() {
        return server.getSmtp().getPort();
    }

    private static SmtpMailer mailer(int port, Security security) {
        return new SmtpMailer(
                new SmtpSettings("127.0.0.1", port, security, null, null, "MTD Connector <noreply@connector.example>"),
                new SettableClock(SettableClock.MORNING));
    }

    private static SmtpSettings secured(int port) {
        return new SmtpSettings("127.0.0.1", port, Security.TLS, "user", CANARY, "noreply@connector.example");
    }

    /** Trusts the test's certificate. */
    private static SmtpMailer secured(int port, SSLContext tls) {
        return secured(secured(port), tls);
    }

    private static SmtpMailer secured(SmtpSettings settings, SSLContext tls) {
        Properties properties = SmtpMailer.properties(settings);
        properties.put("mail.smtp.ssl.socketFactory", tls.getSocketFactory());
        return new SmtpMailer(settings, new SettableClock(SettableClock.MORNING), properties);
    }

    private static UpstreamException failure(SmtpMailer mailer, Mail mail) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> mailer.send(mail));
        assertThat(failure).isNotNull();
        assertThat(failure.service()).isEqualTo(Service.MAIL);
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("contoso.example", "zweite Zeile", CANARY);
        return failure;
    }

    /** Speaks enough SMTP to refuse one command. */
    private static final class ScriptedServer implements AutoCloseable {

        private final ServerSocket socket;
        private final List<String> commands = new CopyOnWriteArrayList<>();
        private final String refused;
        private final int reply;
        private final @Nullable SSLContext upgrade;
        private final Thread thread = new Thread(this::serve);

        private ScriptedServer(ServerSocketFactory sockets, String refused, int reply) throws IOException {
            this(sockets, refused, reply, null);
        }

        /**
         * @param upgrade with which the connection is encrypted at STARTTLS; null when that is not offered
         */
        private ScriptedServer(ServerSocketFactory sockets, String refused, int reply, @Nullable SSLContext upgrade)
                throws IOException {
            this.upgrade = upgrade;
            this.socket = sockets.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
            this.refused = refused;
            this.reply = reply;
            thread.setDaemon(true);
            thread.start();
        }

        private int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            try (Socket client = socket.accept()) {
                say(client.getOutputStream(), "220 ready");
                converse(client, upgrade != null);
            } catch (IOException e) {
                commands.add("closed");
            }
        }

        private void converse(Socket client, boolean isUpgradeOffered) throws IOException {
            try (BufferedReader in =
                            new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                    OutputStream out = client.getOutputStream()) {
                boolean data = false;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (data && !line.equals(".")) {
                        continue;
                    }
                    String command =
                            data ? "." : line.replaceFirst("[ :].*", "").toUpperCase(Locale.ROOT);
                    commands.add(command);
                    data = command.equals("DATA") && !refused.equals("DATA");
                    if (command.equals(refused)) {
                        say(out, reply + " no, because of ines.duarte@contoso.example");
                    } else {
                        say(
                                out,
                                switch (command) {
                                    case "EHLO" -> "250-hello\r\n250 " + (isUpgradeOffered ? "STARTTLS" : "AUTH PLAIN");
                                    case "STARTTLS" -> "220 go ahead";
                                    case "AUTH" -> "235 welcome";
                                    case "DATA" -> "354 go on";
                                    default -> "250 fine";
                                });
                    }
                    if (command.equals("STARTTLS") && upgrade != null) {
                        SSLSocket encrypted = (SSLSocket)
                                upgrade.getSocketFactory().createSocket(client, null, client.getPort(), true);
                        encrypted.setUseClientMode(false);
                        converse(encrypted, false);
                        return;
                    }
                }
            }
        }

        private static void say(OutputStream out, String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        @Override
        public void close() throws Exception {
            socket.close();
            thread.join(20_000);
        }
    }
}

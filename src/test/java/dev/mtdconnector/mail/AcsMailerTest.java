package dev.mtdconnector.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** The real SDK over TLS, against a server that answers as the service's REST reference says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AcsMailerTest {

    private static final Mail MAIL = new Mail(
            "3f0c6f0e-7a4b-4a52-9a55-0d0d6ad2a001",
            "ines.duarte@contoso.example",
            "Gerät gefährdet",
            "Grüße",
            "<p>Grüße</p>",
            "https://mtd.example/unsubscribe?token=1");

    private static final List<JsonNode> RECEIVED = new CopyOnWriteArrayList<>();
    private static final AtomicReference<@Nullable String> AUTHORIZATION = new AtomicReference<>();
    private static volatile Answer answer = accepted();

    private final SSLContext tls;
    private final LocalServer server;
    private final AcsMailer mailer;

    AcsMailerTest(@TempDir Path folder) throws IOException {
        tls = LoopbackCertificate.in(folder).context();
        server = LocalServer.https(0, tls, new Traffic());
        server.route("POST", "/emails:send", request -> {
            AUTHORIZATION.set(request.header("Authorization"));
            RECEIVED.add(request.json());
            return answer;
        });
        server.start();
        mailer = mailer(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void nothingWasReceived() {
        RECEIVED.clear();
        answer = accepted();
    }

    @Test
    void handsTheWholeMailOver() {
        mailer.send(MAIL);
        assertThat(AUTHORIZATION.get()).isEqualTo("Bearer token-of-the-identity");
        JsonNode sent = RECEIVED.get(0);
        assertThat(sent.path("senderAddress").asText()).isEqualTo("mtd@vendor.example");
        assertThat(sent.at("/recipients/to")).hasSize(1);
        assertThat(sent.at("/recipients/to/0/address").asText()).isEqualTo(MAIL.to());
        assertThat(sent.at("/content/subject").asText()).isEqualTo(MAIL.subject());
        assertThat(sent.at("/content/plainText").asText()).isEqualTo(MAIL.text());
        assertThat(sent.at("/content/html").asText()).isEqualTo(MAIL.html());
        assertThat(sent.at("/headers/List-Unsubscribe").asText()).isEqualTo("<" + MAIL.unsubscribe() + ">");
        assertThat(sent.at("/headers/List-Unsubscribe-Post").asText()).isEqualTo("List-Unsubscribe=One-Click");
        assertThat(sent.path("userEngagementTrackingDisabled").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "400, REFUSED",
        "401, FORBIDDEN",
        "403, FORBIDDEN",
        "404, FORBIDDEN",
        "429, THROTTLED",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE",
    })
    void whatTheServiceAnswersIsToldByWhatItMeans(int status, Kind kind) {
        answer = Answer.json(
                status,
                Json.object().set("error", Json.object().put("code", "X").put("message", "about " + MAIL.to())));
        UpstreamException failure = failure(mailer);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(Integer.toString(status));
        assertThat(failure.getMessage()).doesNotContain(MAIL.to());
        assertThat(RECEIVED).as("tried once").hasSize(1);
    }

    @Test
    void theTimeThatTheServiceAsksForIsHeard() {
        answer = Answer.json(429, Json.object()).withHeader("Retry-After", "90");
        assertThat(failure(mailer).retryAfter()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aServiceThatIsNotReachedIsUnavailable() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(failure(mailer(URI.create("https://localhost:" + port))).kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aHeaderOfItsOwnIsNotMadeOfASubject() {
        Mail crafted = new Mail("x", MAIL.to(), "Hello\r\nBcc: b@contoso.example", "t", "h", null);
        assertThat(catchThrowableOfType(UpstreamException.class, () -> mailer.send(crafted))
                        .kind())
                .isEqualTo(Kind.REFUSED);
        assertThat(RECEIVED).isEmpty();
        assertThatCode(() -> mailer.send(MAIL)).doesNotThrowAnyException();
    }

    private static UpstreamException failure(AcsMailer mailer) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> mailer.send(MAIL));
        assertThat(failure).isNotNull();
        return failure;
    }

    private AcsMailer mailer(URI endpoint) {
        return new AcsMailer(
                new AcsSettings(endpoint, null, "mtd@vendor.example"),
                new SettableClock(SettableClock.MORNING),
                new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(tls)).build(),
                context -> Mono.just(new AccessToken(
                        "token-of-the-identity",
                        OffsetDateTime.now(ZoneOffset.UTC).plusHours(1))));
    }

    private static Answer accepted() {
        return Answer.json(
                202,
                Json.object().put("id", "7c3ba8f1-9d1e-4a52-8f55-1d0d6ad2a002").put("status", "Running"));
    }
}

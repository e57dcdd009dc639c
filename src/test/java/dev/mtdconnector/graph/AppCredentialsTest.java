package dev.mtdconnector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.tenant.Registration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Over the real azure-identity and msal4j, and a sign-in service with a certificate of its own. */
class AppCredentialsTest {

    private static final String CANARY = "canary-client-secret-8Q7x";
    private static final UUID CLIENT_ID = UUID.fromString("5fc0ed1c-af1c-4677-827b-76718586c874");
    private static final AccessTokens.Key KEY = new AccessTokens.Key(
            Registration.BASE, "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412", "https://graph.microsoft.com/.default");
    private static final String TOKEN =
            "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"header.payload.signature\"}";

    @TempDir
    static Path folder;

    private static LoopbackCertificate certificate;

    private StubServer login;
    private ListAppender<ILoggingEvent> log;

    @BeforeAll
    static void certificate() {
        certificate = LoopbackCertificate.in(folder);
    }

    @BeforeEach
    void start() {
        login = StubServer.https(certificate.context());
        log = new ListAppender<>();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void stop() {
        login.close();
        root().detachAppender(log);
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains(CANARY));
    }

    @Test
    void asksForATokenOfTheTenantWithTheClientSecret() {
        login.then(200, TOKEN);
        AccessTokens.Key key = KEY;
        assertThat(withSecret().fetch(key).getToken()).isEqualTo("header.payload.signature");
        StubServer.Request request = login.requests().get(0);
        assertThat(login.requests()).hasSize(1);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri().getPath()).isEqualTo("/" + key.tenantId() + "/oauth2/v2.0/token");
        assertThat(request.body())
                .contains("grant_type=client_credentials")
                .contains("client_id=" + CLIENT_ID)
                .contains("client_secret=" + CANARY)
                .contains("scope=https%3A%2F%2Fgraph.microsoft.com%2F.default");
    }

    @Test
    void asksAnewEachTimeSoThatADroppedTokenDoesNotComeBack() {
        login.then(200, TOKEN).then(200, TOKEN.replace("signature", "second"));
        AppCredentials credentials = withSecret();
        credentials.fetch(KEY);
        assertThat(credentials.fetch(KEY).getToken()).isEqualTo("header.payload.second");
    }

    @Test
    void signsAnAssertionWithACertificateOfAPfxFile() {
        login.then(200, TOKEN);
        with(new CredentialSettings.Certificate(certificate.pfx().toString(), LoopbackCertificate.PASSWORD))
                .fetch(KEY);
        assertSignedAssertion();
    }

    @Test
    void signsAnAssertionWithACertificateOfAPemFile() throws Exception {
        login.then(200, TOKEN);
        with(new CredentialSettings.Certificate(certificate.pem().toString(), null))
                .fetch(KEY);
        assertSignedAssertion();
    }

    @ParameterizedTest
    @CsvSource({
        "400, unauthorized_client, AADSTS700016, CONSENT_MISSING",
        "400, invalid_grant, AADSTS65001, CONSENT_MISSING",
        "400, interaction_required, AADSTS50076, CONSENT_MISSING",
        "400, consent_required, AADSTS65001, CONSENT_MISSING",
        "401, invalid_client, AADSTS7000215, FORBIDDEN",
        "401, invalid_client, AADSTS7000229, CONSENT_MISSING",
        "401, invalid_client, AADSTS700016, FORBIDDEN",
        "400, access_denied, AADSTS53003, FORBIDDEN",
        "400, invalid_resource, AADSTS500011, NOT_FOUND",
        "400, invalid_request, AADSTS90002, REFUSED",
        "400, invalid_scope, AADSTS70011, REFUSED",
        "400, temporarily_unavailable, AADSTS90033, UNAVAILABLE",
        "429, invalid_request, AADSTS90055, THROTTLED",
        "503, unauthorized_client, AADSTS90033, UNAVAILABLE",
    })
    void decidesByTheErrorAndNotByTheNumber(int status, String error, String number, Kind kind) {
        login.then(StubServer.Answer.json(status, """
                        {"error":"%s","error_description":"%s: it failed, and here is %s.","error_codes":[1],
                         "correlation_id":"0f445670-4b58-44e7-8afa-48335ce0baa0"}""".formatted(error, number, CANARY.replace("canary", "echoed")))
                .with("Retry-After", "4"));
        UpstreamException failure = failure(withSecret());
        assertThat(failure.service()).isEqualTo(UpstreamException.Service.LOGIN);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(error, number, "base", KEY.tenantId());
        assertThat(text(failure)).doesNotContain("client-secret", "it failed");
        if (kind == Kind.THROTTLED) {
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(4));
        }
        assertThat(login.requests()).as("no hidden retries").hasSize(1);
    }

    @Test
    void anAnswerThatIsNoJsonIsJudgedByItsStatus() {
        login.then(new StubServer.Answer(502, Map.of("Content-Type", "text/html"), "<h1>Bad gateway</h1>", false));
        assertThat(failure(withSecret()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aSuccessThatIsNoJsonIsNoToken() {
        login.then(new StubServer.Answer(200, Map.of("Content-Type", "text/html"), "<h1>Welcome</h1>", false));
        assertThat(failure(withSecret()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aTokenInAnAnswerThatCannotBeReadStaysOutOfTheLog() {
        login.then(200, "{\"access_token\":\"" + CANARY + "\",\"expires_in\":}");
        assertThat(failure(withSecret()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aServiceThatIsNotReachedIsUnavailable() {
        AppCredentials credentials = withSecret();
        login.close();
        assertThat(failure(credentials).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aServiceWithACertificateThatWeDoNotTrustGetsNoSecret() {
        login.then(200, TOKEN);
        AppCredentials credentials = new AppCredentials(
                settings(login.uri(), new CredentialSettings.ClientSecret(CANARY)), AppCredentials.httpClient());
        assertThat(failure(credentials).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(login.requests()).isEmpty();
    }

    @Test
    void aMissingCertificateOrRegistrationIsNotConfigured() {
        assertThat(failure(with(new CredentialSettings.Certificate("/nowhere/at/all.pem", null)))
                        .kind())
                .isEqualTo(Kind.NOT_CONFIGURED);
        assertThat(failure(with(new CredentialSettings.Certificate(
                                certificate.pfx().toString(), "wrong")))
                        .kind())
                .isEqualTo(Kind.NOT_CONFIGURED);
        AppCredentials none = new AppCredentials(new LoginSettings(login.uri(), Map.of()), AppCredentials.httpClient());
        assertThat(failure(none).kind()).isEqualTo(Kind.NOT_CONFIGURED);
    }

    @Test
    void settingsDoNotShowSecrets() {
        assertThat(settings(login.uri(), new CredentialSettings.ClientSecret(CANARY))
                        .toString())
                .doesNotContain(CANARY);
        assertThat(new CredentialSettings.Certificate("a.pfx", CANARY).toString())
                .doesNotContain(CANARY);
    }

    private void assertSignedAssertion() {
        assertThat(login.requests().get(0).body())
                .contains("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer")
                .contains("client_assertion=ey");
    }

    private AppCredentials withSecret() {
        return with(new CredentialSettings.ClientSecret(CANARY));
    }

    private AppCredentials with(CredentialSettings credential) {
        HttpClient.Builder trusting = HttpClient.newBuilder().sslContext(certificate.context());
        return new AppCredentials(settings(login.uri(), credential), new JdkHttpClientBuilder(trusting).build());
    }

    private static LoginSettings settings(URI endpoint, CredentialSettings credential) {
        return new LoginSettings(endpoint, Map.of(Registration.BASE, new LoginSettings.App(CLIENT_ID, credential)));
    }

    private static UpstreamException failure(AppCredentials credentials) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> credentials.fetch(KEY));
        assertThat(failure).isNotNull();
        assertThat(text(failure)).doesNotContain(CANARY, LoopbackCertificate.PASSWORD);
        return failure;
    }

    private static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}

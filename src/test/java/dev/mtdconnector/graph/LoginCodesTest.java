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
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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

/** Over the real msal4j, and a sign-in service with a certificate of its own. */
class LoginCodesTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final UUID CLIENT_ID = UUID.fromString("5fc0ed1c-af1c-4677-827b-76718586c874");
    private static final String REDIRECT = "https://connector.example/signin/callback";
    private static final String SECRET = "canary-client-secret-8Q7x";
    private static final String CODE = "canary-code/with+odd=characters&";
    private static final String VERIFIER = "canary-verifier-0123456789-0123456789-0123456789";

    /** Its parts are not looked at here: who redeems checks nothing. */
    private static final String ID_TOKEN = "eyJhbGciOiJub25lIn0.eyJub25jZSI6ImNhbmFyeS1ub25jZSJ9.c2lnbmF0dXJl";

    private static final String ANSWER = "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"openid profile\","
            + "\"access_token\":\"canary-access-token\",\"id_token\":\"" + ID_TOKEN + "\"}";

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
        assertThat(log.list)
                .noneMatch(event -> event.getFormattedMessage().contains("canary")
                        || event.getFormattedMessage().contains(ID_TOKEN));
    }

    @Test
    void redeemsAtTheTenantWithSecretAndVerifier() {
        login.then(200, ANSWER);
        assertThat(redeem(codes())).isEqualTo(ID_TOKEN);
        StubServer.Request request = login.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri().getPath()).isEqualTo("/" + TENANT + "/oauth2/v2.0/token");
        assertThat(request.header("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(form(request))
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("client_id", CLIENT_ID.toString())
                .containsEntry("client_secret", SECRET)
                .containsEntry("code", CODE)
                .containsEntry("redirect_uri", REDIRECT)
                .containsEntry("code_verifier", VERIFIER);
        assertThat(form(request)).as("and no refresh token").containsEntry("scope", "openid profile");
        assertThat(login.requests()).hasSize(1);
    }

    @Test
    void signsAnAssertionInPlaceOfTheSecretWhereThereIsACertificate() throws Exception {
        login.then(200, ANSWER);
        redeem(codes(new CredentialSettings.Certificate(certificate.pem().toString(), null)));
        assertThat(form(login.requests().get(0)))
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .containsKey("client_assertion")
                .doesNotContainKey("client_secret");
    }

    @Test
    void keepsNothing() {
        String second = ID_TOKEN.replace("c2lnbmF0dXJl", "c2Vjb25k");
        login.then(200, ANSWER).then(200, ANSWER.replace(ID_TOKEN, second));
        LoginCodes codes = codes();
        redeem(codes);
        assertThat(redeem(codes)).isEqualTo(second);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_grant, '', AADSTS54005, REFUSED",
        "400, invalid_grant, '', AADSTS70008, REFUSED",
        "400, invalid_grant, bad_token, AADSTS501481, REFUSED",
        "400, invalid_grant, consent_required, AADSTS65001, CONSENT_MISSING",
        "400, interaction_required, '', AADSTS50076, REFUSED",
        "400, consent_required, '', AADSTS65001, CONSENT_MISSING",
        "400, unauthorized_client, '', AADSTS700016, CONSENT_MISSING",
        "401, invalid_client, '', AADSTS7000215, FORBIDDEN",
        "401, invalid_client, '', AADSTS7000229, CONSENT_MISSING",
        "400, invalid_request, '', AADSTS90002, REFUSED",
        "400, temporarily_unavailable, '', AADSTS90033, UNAVAILABLE",
        "429, invalid_request, '', AADSTS90055, THROTTLED",
        "503, invalid_request, '', AADSTS90033, UNAVAILABLE",
    })
    void namesTheFailure(int status, String error, String suberror, String number, Kind kind) {
        login.then(StubServer.Answer.json(status, """
                        {"error":"%s","suberror":"%s","error_description":"%s: it failed, and here is %s.",
                         "error_codes":[1],"correlation_id":"0f445670-4b58-44e7-8afa-48335ce0baa0"}""".formatted(error, suberror, number, "echoed"))
                .with("Retry-After", "4"));
        UpstreamException failure = failure(codes());
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(error, number, TENANT);
        if (kind == Kind.THROTTLED) {
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(4));
        }
        assertThat(login.requests()).as("a code is sent once").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "200, '{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"a.b.c\"}', REFUSED",
        "200, '{}', REFUSED",
        "200, '<h1>Welcome</h1>', UNAVAILABLE",
        "200, '{\"id_token\":\"canary', UNAVAILABLE",
        "302, '{}', UNAVAILABLE",
        "502, '<h1>Bad gateway</h1>', UNAVAILABLE",
    })
    void anAnswerWithoutAnIdTokenIsAFailure(int status, String body, Kind kind) {
        login.then(new StubServer.Answer(status, Map.of("Location", "https://localhost:1/elsewhere"), body, false));
        assertThat(failure(codes()).kind()).isEqualTo(kind);
        assertThat(login.requests()).hasSize(1);
    }

    @Test
    void anAnswerWithoutEndIsNotRead() {
        login.then(200, "{\"padding\":\"" + "x".repeat(300 << 10) + "\"}");
        assertThat(failure(codes()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aServiceThatIsNotReachedIsUnavailable() {
        LoginCodes codes = codes();
        login.close();
        assertThat(failure(codes).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aCertificateThatCannotBeReadIsNotConfigured() {
        LoginCodes codes = codes(new CredentialSettings.Certificate("/nowhere/at/all.pem", null));
        assertThat(failure(codes).kind()).isEqualTo(Kind.NOT_CONFIGURED);
        assertThat(login.requests()).isEmpty();
    }

    private LoginCodes codes() {
        return codes(new CredentialSettings.ClientSecret(SECRET));
    }

    private LoginCodes codes(CredentialSettings credential) {
        HttpClient.Builder trusting = HttpClient.newBuilder().sslContext(certificate.context());
        LoginSettings settings =
                new LoginSettings(login.uri(), Map.of(Registration.BASE, new LoginSettings.App(CLIENT_ID, credential)));
        return new LoginCodes(new AppCredentials(settings, new JdkHttpClientBuilder(trusting).build()));
    }

    private static String redeem(LoginCodes codes) {
        return codes.redeem(TENANT, CODE, REDIRECT, VERIFIER);
    }

    private static UpstreamException failure(LoginCodes codes) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> redeem(codes));
        assertThat(failure).isNotNull();
        assertThat(failure.service()).isEqualTo(UpstreamException.Service.LOGIN);
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("canary", "echoed", "it failed");
        return failure;
    }

    private static Map<String, String> form(StubServer.Request request) {
        Map<String, String> form = new HashMap<>();
        for (String pair : request.body().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}

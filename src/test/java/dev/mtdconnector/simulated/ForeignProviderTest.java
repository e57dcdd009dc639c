package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.graph.AppCredentials;
import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.graph.LoginCodes;
import dev.mtdconnector.graph.LoginKeys;
import dev.mtdconnector.graph.LoginNames;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.local.ForeignProvider;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.signin.AgentTokens;
import dev.mtdconnector.signin.EntraTokens;
import dev.mtdconnector.signin.IdTokens;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.signin.OperatorTokens;
import dev.mtdconnector.tenant.Registration;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sign-in's way through an OpenID provider that others wrote, over TLS, with our adapters as in production. */
class ForeignProviderTest {

    private static final String STRANGER = "11111111-2222-4333-8444-555555555555";
    private static final ForeignProvider.Client CLIENT = new ForeignProvider.Client(
            "5fc0ed1c-af1c-4677-827b-76718586c874",
            "a-secret-of-this-test",
            "https://connector.example/signin/callback");
    private static final ForeignProvider.Person LENA = new ForeignProvider.Person(
            "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412",
            "d95209b0-e274-4702-8929-807e2ad7900a",
            "Lena Söhne",
            "lena@contoso.example");
    private static final String VERIFIER = "verifier-0123456789-0123456789-0123456789-abcdef";
    private static final String NONCE = "nonce-of-this-sign-in";
    private static final String STATE = LENA.tenantId() + ".state-of-this-sign-in";

    @TempDir
    private static Path folder;

    private static SSLContext before;
    private static ForeignProvider provider;
    private static LoginSettings settings;
    private static LoginCodes codes;
    private static EntraTokens tokens;
    private static IdTokens idTokens;

    @BeforeAll
    static void start() throws NoSuchAlgorithmException {
        LoopbackCertificate certificate = LoopbackCertificate.in(folder);
        before = SSLContext.getDefault();
        SSLContext.setDefault(certificate.context());
        provider = ForeignProvider.start(certificate, CLIENT, LENA);
        settings = settings(CLIENT.secret());
        codes = new LoginCodes(new AppCredentials(settings, AppCredentials.httpClient()));
        tokens = new EntraTokens(
                provider.address().toString(),
                CLIENT.id(),
                new LoginKeys(settings, Clock.systemUTC()),
                Clock.systemUTC());
        idTokens = new IdTokens(tokens);
    }

    @AfterAll
    static void stop() {
        SSLContext.setDefault(before);
        provider.close();
    }

    @Test
    void aPersonSignsIn() throws Exception {
        String idToken = redeem(code(), VERIFIER);
        assertThat(idTokens.verify(idToken, LENA.tenantId(), NONCE))
                .isEqualTo(new Identity(LENA.tenantId(), LENA.userId(), LENA.name(), LENA.username()));
    }

    @Test
    void theWholeSignInEndsInASession() throws Exception {
        ForeignSignIn signIn = new ForeignSignIn(provider.address(), CLIENT, LENA);
        String location = signIn.begin("/signin?tenant=contoso.example&return=/api/v1/me");
        assertThat(location).startsWith(provider.address() + "/" + LENA.tenantId() + "/oauth2/v2.0/authorize?");
        Map<String, String> answer = goThrough(URI.create(location));

        assertThat(signIn.comeBack(answer)).isEqualTo("303 /api/v1/me");
        assertThat(signIn.me()).contains(LENA.userId(), LENA.name(), "\"role\":\"full\"");
        assertThat(signIn.comeBack(answer)).as("the same again").startsWith("400");

        ForeignSignIn other = new ForeignSignIn(provider.address(), CLIENT, LENA);
        Map<String, String> stolen = goThrough(URI.create(other.begin("/signin?tenant=" + LENA.tenantId())));
        assertThat(signIn.comeBack(stolen)).as("of another browser").startsWith("400");
    }

    @Test
    void itsTokenIsOfNoUseElsewhere() throws Exception {
        String idToken = redeem(code(), VERIFIER);
        assertThat(refusal(() -> idTokens.verify(idToken, LENA.tenantId(), "another")))
                .isEqualTo(ErrorCode.SIGN_IN_DECLINED);
        assertThat(refusal(() -> idTokens.verify(idToken, STRANGER, NONCE))).isEqualTo(ErrorCode.SIGN_IN_DECLINED);
        AgentTokens agents = new AgentTokens(tokens, Set.of(CLIENT.id()), LENA.tenantId()::equals);
        assertThat(refusal(() -> agents.verify(idToken))).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
        OperatorTokens operators = new OperatorTokens(tokens, LENA.tenantId(), Set.of());
        assertThat(refusal(() -> operators.verify(idToken))).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
        IdTokens ofAnother = new IdTokens(new EntraTokens(
                provider.address().toString(),
                STRANGER,
                new LoginKeys(settings, Clock.systemUTC()),
                Clock.systemUTC()));
        assertThat(refusal(() -> ofAnother.verify(idToken, LENA.tenantId(), NONCE)))
                .isEqualTo(ErrorCode.SIGN_IN_DECLINED);
    }

    @Test
    void aCodeWithoutItsVerifierIsWorthNothing() throws Exception {
        String code = code();
        assertThat(refused(code, VERIFIER.replace('0', '1'))).isEqualTo(UpstreamException.Kind.REFUSED);
    }

    @Test
    void aCodeWorksOnce() throws Exception {
        String code = code();
        redeem(code, VERIFIER);
        assertThat(refused(code, VERIFIER)).isEqualTo(UpstreamException.Kind.REFUSED);
        assertThat(refused("no-code-at-all", VERIFIER)).isEqualTo(UpstreamException.Kind.REFUSED);
    }

    @Test
    void aWrongSecretIsOurMistake() throws Exception {
        String code = code();
        LoginCodes wrong =
                new LoginCodes(new AppCredentials(settings("not-" + CLIENT.secret()), AppCredentials.httpClient()));
        UpstreamException failure = catchThrowableOfType(
                UpstreamException.class, () -> wrong.redeem(LENA.tenantId(), code, CLIENT.redirectUri(), VERIFIER));
        assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.FORBIDDEN);
    }

    @Test
    void aRequestWithoutPkceIsSentBackWithAnError() throws Exception {
        Map<String, String> request = request();
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        assertThat(authorize(request)).containsEntry("error", "invalid_request").containsEntry("state", STATE);
    }

    @Test
    void itsConfigurationNamesTheDirectory() {
        LoginNames names = new LoginNames(settings, Clock.systemUTC());
        assertThat(names.directoryId("contoso.example")).contains(LENA.tenantId());
        UpstreamException failure =
                catchThrowableOfType(UpstreamException.class, () -> names.directoryId("fabrikam.example"));
        assertThat(failure.kind()).as("not as Entra says it").isEqualTo(UpstreamException.Kind.NOT_FOUND);
    }

    private static String code() throws Exception {
        Map<String, String> answer = authorize(request());
        assertThat(answer).containsEntry("state", STATE).doesNotContainKey("error");
        return Objects.requireNonNull(answer.get("code"));
    }

    private static Map<String, String> request() throws NoSuchAlgorithmException {
        Map<String, String> request = new LinkedHashMap<>();
        request.put("client_id", CLIENT.id());
        request.put("response_type", "code");
        request.put("redirect_uri", CLIENT.redirectUri());
        request.put("response_mode", "query");
        request.put("scope", "openid profile");
        request.put("state", STATE);
        request.put("nonce", NONCE);
        request.put(
                "code_challenge",
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(MessageDigest.getInstance("SHA-256")
                                .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII))));
        request.put("code_challenge_method", "S256");
        return request;
    }

    /** Goes where a browser would, presses the one button there is, and gives what comes back to our address. */
    private static Map<String, String> authorize(Map<String, String> parameters)
            throws IOException, InterruptedException {
        String query = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return goThrough(provider.address().resolve("/" + LENA.tenantId() + "/oauth2/v2.0/authorize?" + query));
    }

    private static Map<String, String> goThrough(URI start) throws IOException, InterruptedException {
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        URI at = start;
        HttpRequest next = HttpRequest.newBuilder(at).build();
        for (int steps = 0; steps < 10; steps++) {
            HttpResponse<String> page = browser.send(next, HttpResponse.BodyHandlers.ofString());
            if (page.statusCode() == 200 && page.body().contains("<form")) {
                next = HttpRequest.newBuilder(at)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                continue;
            }
            assertThat(page.statusCode()).as(page.body()).isBetween(302, 303);
            at = at.resolve(page.headers().firstValue("Location").orElseThrow());
            if (at.toString().startsWith(CLIENT.redirectUri() + "?")) {
                return fields(at.getRawQuery());
            }
            assertThat(at.toString()).startsWith(provider.address() + "/");
            next = HttpRequest.newBuilder(at).build();
        }
        throw new AssertionError("It leads nowhere: " + at);
    }

    private static Map<String, String> fields(String query) {
        Map<String, String> fields = new HashMap<>();
        for (String field : query.split("&", -1)) {
            String[] parts = field.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static String redeem(String code, String verifier) {
        return codes.redeem(LENA.tenantId(), code, CLIENT.redirectUri(), verifier);
    }

    private static UpstreamException.Kind refused(String code, String verifier) {
        return catchThrowableOfType(UpstreamException.class, () -> redeem(code, verifier))
                .kind();
    }

    private static ErrorCode refusal(Runnable check) {
        return catchThrowableOfType(AppException.class, check::run).code();
    }

    private static LoginSettings settings(String secret) {
        return new LoginSettings(
                provider.address(),
                Map.of(
                        Registration.BASE,
                        new LoginSettings.App(
                                UUID.fromString(CLIENT.id()), new CredentialSettings.ClientSecret(secret))));
    }
}

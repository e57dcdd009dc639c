package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginNamesTest {

    private static final String DOMAIN = "contoso.example";
    private static final String UNKNOWN =
            "{\"error\":\"invalid_tenant\",\"error_description\":\"AADSTS90002: not found.\"}";

    private final StubServer login = StubServer.http();
    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final LoginNames names = new LoginNames(new LoginSettings(login.uri(), Map.of()), clock);

    @AfterEach
    void stop() {
        login.close();
    }

    @Test
    void theIssuerNamesTheDirectory() {
        login.then(200, configuration(login.uri() + "/" + TENANT + "/v2.0"));
        assertThat(names.directoryId(DOMAIN)).contains(TENANT);
        assertThat(login.requests().get(0).uri().toString())
                .isEqualTo("/" + DOMAIN + "/v2.0/.well-known/openid-configuration");
    }

    @Test
    void isAskedOnceAnHour() {
        login.then(200, configuration(login.uri() + "/" + TENANT + "/v2.0"));
        names.directoryId(DOMAIN);
        clock.advance(Duration.ofMinutes(60).minusSeconds(1));
        assertThat(names.directoryId(DOMAIN)).contains(TENANT);
        assertThat(login.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        names.directoryId(DOMAIN);
        assertThat(login.requests()).hasSize(2);
    }

    @Test
    void whatIsUnknownIsAskedOnceAMinute() {
        login.then(400, UNKNOWN).then(200, configuration(login.uri() + "/" + TENANT + "/v2.0"));
        assertThat(names.directoryId(DOMAIN)).isEmpty();
        clock.advance(Duration.ofSeconds(59));
        assertThat(names.directoryId(DOMAIN)).isEmpty();
        assertThat(login.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(names.directoryId(DOMAIN)).contains(TENANT);
    }

    @Test
    void remembersSoManyAndNoMore() {
        login.then(400, UNKNOWN);
        for (int i = 0; i <= LoginNames.MAX_DOMAINS; i++) {
            names.directoryId("d" + i + ".example");
        }
        names.directoryId("d1.example");
        assertThat(login.requests()).hasSize(LoginNames.MAX_DOMAINS + 1);
        names.directoryId("d0.example");
        assertThat(login.requests()).hasSize(LoginNames.MAX_DOMAINS + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.microsoftonline.us/" + TENANT + "/v2.0",
                "https://attacker.example/" + TENANT + "/v2.0",
                "LOGIN/{tenantid}/v2.0",
                "LOGIN/common/v2.0",
                "LOGIN/" + TENANT + "/v2.0/",
                "LOGIN/" + TENANT + "/v2.0\\n",
                "LOGIN.attacker.example/" + TENANT + "/v2.0",
                "LOGIN/" + TENANT,
                ""
            })
    void anIssuerThatIsNotThisServicesNamesNobody(String issuer) {
        login.then(200, configuration(issuer.replace("LOGIN", login.uri().toString())));
        assertThat(names.directoryId(DOMAIN)).isEmpty();
        assertThat(login.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "400, '{\"error\":\"invalid_request\"}', REFUSED",
        "400, '<h1>Bad request</h1>', REFUSED",
        "404, '{}', NOT_FOUND",
        "302, '{}', REFUSED",
        "429, '{}', THROTTLED",
        "503, '{}', UNAVAILABLE",
        "200, '<h1>Welcome</h1>', REFUSED",
        "200, '{\"issuer\":7}', REFUSED",
        "200, '[]', REFUSED",
        "200, '', REFUSED",
    })
    void namesTheFailureAndForgetsIt(int status, String body, Kind kind) {
        login.then(new StubServer.Answer(status, Map.of("Location", login.uri() + "/elsewhere"), body, false))
                .then(200, configuration(login.uri() + "/" + TENANT + "/v2.0"));
        assertThat(catchThrowableOfType(UpstreamException.class, () -> names.directoryId(DOMAIN))
                        .kind())
                .isEqualTo(kind);
        assertThat(login.requests()).as("no redirect is followed").hasSize(1);
        assertThat(names.directoryId(DOMAIN)).contains(TENANT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "contoso",
                "common",
                "../common.x",
                "a.b/c.d",
                "a..b",
                ".example",
                "contoso.example.",
                "contoso.example?x=.y",
                "contoso.example#x",
                "contoso.example\n",
                "contoso%2eexample",
                "Contoso.Example",
                "contoso.example:443",
                "me@contoso.example",
                "köln.example"
            })
    void whatIsNoDomainIsNotAskedFor(String text) {
        assertThat(names.directoryId(text)).isEmpty();
        assertThat(names.directoryId(("a".repeat(50) + ".").repeat(5) + "example"))
                .isEmpty();
        assertThat(login.requests()).isEmpty();
    }

    private String configuration(String issuer) {
        return "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"https://attacker.example/token\",\"jwks_uri\":\""
                + login.uri() + "/followed\"}";
    }
}

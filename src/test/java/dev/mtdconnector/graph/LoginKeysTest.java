package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWK;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginKeysTest {

    private static final Instant ANY = Instant.EPOCH;

    private final StubServer login = StubServer.http();
    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final LoginKeys keys = new LoginKeys(new LoginSettings(login.uri(), Map.of()), clock);

    @AfterEach
    void stop() {
        login.close();
    }

    @Test
    void asksOnceADay() {
        login.then(200, set("one")).then(200, set("two"));
        assertThat(ids(ANY)).containsExactly("one");
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(ids(ANY)).containsExactly("one");
        clock.advance(Duration.ofSeconds(1));
        assertThat(ids(ANY)).containsExactly("two");
        assertThat(login.requests().get(0).uri().getPath()).isEqualTo("/" + TENANT + "/discovery/v2.0/keys");
    }

    @Test
    void asksForNewerKeysAtMostOnceAMinute() {
        login.then(200, set("one")).then(200, set("two"));
        ids(ANY);
        clock.advance(Duration.ofSeconds(59));
        assertThat(ids(clock.instant())).containsExactly("one");
        clock.advance(Duration.ofSeconds(1));
        assertThat(ids(clock.instant())).containsExactly("two");
        assertThat(ids(clock.instant())).containsExactly("two");
        clock.advance(Duration.ofSeconds(30));
        assertThat(ids(clock.instant())).containsExactly("two");
        assertThat(login.requests()).hasSize(2);
    }

    @Test
    void doesNotAskForTheSameFailureAgainAndAgain() {
        login.then(503, "{}").then(200, set("one"));
        assertThat(failure()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(login.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(ids(ANY)).containsExactly("one");
    }

    @Test
    void aReloadThatFailsSaysSoOnceAndThenTheKeptKeysServe() {
        login.then(200, set("one")).then(500, "{}");
        ids(ANY);
        clock.advance(Duration.ofMinutes(2));
        assertThatThrownBy(() -> ids(clock.instant())).isInstanceOf(UpstreamException.class);
        assertThat(ids(clock.instant())).containsExactly("one");
    }

    @ParameterizedTest
    @CsvSource({"404, NOT_FOUND", "400, REFUSED", "302, REFUSED", "429, THROTTLED", "500, UNAVAILABLE"})
    void namesTheFailure(int status, Kind kind) {
        login.then(status, "{}");
        assertThat(failure()).isEqualTo(kind);
    }

    @Test
    void whatIsNoKeySetIsRefused() {
        login.then(200, "{\"keys\":7}");
        assertThat(failure()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() {
        login.then(200, "{\"keys\":[],\"padding\":\"" + "x".repeat(LoginDocuments.MAX_BODY) + "\"}");
        assertThat(failure()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aTenantThatIsNoGuidIsNotAskedFor() {
        assertThatThrownBy(() -> keys.of("common/../x", ANY)).isInstanceOf(IllegalArgumentException.class);
        assertThat(login.requests()).isEmpty();
    }

    private List<String> ids(Instant atLeastAsNewAs) {
        return keys.of(TENANT, atLeastAsNewAs).getKeys().stream()
                .map(JWK::getKeyID)
                .toList();
    }

    private Kind failure() {
        return catchThrowableOfType(UpstreamException.class, () -> ids(ANY)).kind();
    }

    private static String set(String id) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"" + id + "\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";
    }
}

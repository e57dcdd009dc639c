package dev.mtdconnector.lookout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi.From;
import dev.mtdconnector.feed.RiskApi.Page;
import dev.mtdconnector.feed.UnreadablePageException;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import dev.mtdconnector.testing.SettableClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookoutClientTest {

    private static final ApplicationKey KEY = new ApplicationKey("the-application-key");
    private static final From AFTER = new From.After("019a0000-0000-7000-8000-000000000001");
    private static final String TOKEN = "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": 7200}";
    private static final String EMPTY = "{\"count\": 0, \"events\": []}";

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final StubServer server = StubServer.http();
    private final LookoutClient client =
            new LookoutClient(URI.create(server.uri() + "/base"), clock, Duration.ofSeconds(20));

    @AfterEach
    void close() {
        server.close();
    }

    private LookoutClientTest token(String token) {
        server.then(200, TOKEN.formatted(token));
        return this;
    }

    private static Page events(String body) {
        return PageReader.read(body.getBytes(StandardCharsets.UTF_8), "events", "id");
    }

    @Test
    void oneTokenServesManyRequestsUntilShortlyBeforeItExpires() {
        token("t1").server.then(200, EMPTY);
        client.events(KEY, AFTER, 1000);
        client.events(KEY, AFTER, 1000);
        clock.advance(Duration.ofMinutes(114));
        client.events(KEY, AFTER, 7);
        assertThat(server.requests()).hasSize(4);
        StubServer.Request asked = server.requests().get(0);
        assertThat(asked.uri().getPath()).isEqualTo("/base/oauth2/token");
        assertThat(asked.header("Authorization")).isEqualTo("Bearer the-application-key");
        assertThat(asked.body()).isEqualTo("grant_type=client_credentials");
        StubServer.Request last = server.requests().get(3);
        assertThat(last.uri().getPath()).isEqualTo("/base/mra/api/v2/events");
        assertThat(last.query())
                .isEqualTo("limit=7&oid=019a0000-0000-7000-8000-000000000001&types=DEVICE,THREAT,AUDIT,SMISHING_ALERT");
        assertThat(last.header("Authorization")).isEqualTo("Bearer t1");
        assertThat(last.header("Accept-Encoding")).isNull();
        clock.advance(Duration.ofMinutes(2));
        server.then(200, TOKEN.formatted("t2")).then(200, EMPTY);
        server.requests();
        assertThatThrownBy(() -> client.events(KEY, AFTER, 7))
                .as("a page in place of a token")
                .isNotNull();
        assertThat(client.events(KEY, AFTER, 7).size()).isZero();
        assertThat(server.requests().get(server.requests().size() - 1).header("Authorization"))
                .isEqualTo("Bearer t2");
    }

    @Test
    void aTokenThatIsRefusedIsFetchedAnewOnce() {
        token("t1").server.then(401, "{}");
        token("t2").server.then(200, EMPTY);
        assertThat(client.events(KEY, AFTER, 1000).size()).isZero();
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aSecondRefusalMeansTheKey() {
        token("t1").server.then(401, "{}");
        token("t2").server.then(401, "{}");
        assertThat(kindOf()).isEqualTo(Kind.FORBIDDEN);
        assertThat(server.requests()).hasSize(4);
    }

    private Kind kindOf() {
        UpstreamException failure =
                catchThrowableOfType(UpstreamException.class, () -> client.events(KEY, AFTER, 1000));
        assertThat(failure.getMessage()).doesNotContain("the-application-key");
        return failure.kind();
    }

    @ParameterizedTest
    @CsvSource({
        "400, GONE",
        "403, FORBIDDEN",
        "404, GONE",
        "410, GONE",
        "429, THROTTLED",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE",
        "302, REFUSED"
    })
    void whatAStatusMeans(int status, Kind kind) {
        token("t")
                .server
                .then(Answer.json(status, "{\"error\": \"internal words\"}").with("Retry-After", "17"));
        UpstreamException failure =
                catchThrowableOfType(UpstreamException.class, () -> client.events(KEY, AFTER, 1000));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains("" + status).doesNotContain("internal words");
        assertThat(failure.retryAfter()).isEqualTo(failure.isTransient() ? Duration.ofSeconds(17) : null);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403})
    void aKeyThatIsNotAcceptedIsSaid(int status) {
        server.then(status, "{}");
        assertThat(kindOf()).isEqualTo(Kind.FORBIDDEN);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aPageIsItsItemsAsTheyWereSent() {
        Page page = events(
                "{\"x\": [{\"events\": 1}], \"events\": [{\"id\": \"a\", \"n\": [1, {\"id\": \"x\"}]}, 42, \"s\","
                        + " {\"id\": \"b\", \"id\": \"c\"}, null], \"last_oid\": \"019a\"}");
        assertThat(page.items())
                .containsExactly(
                        "{\"id\": \"a\", \"n\": [1, {\"id\": \"x\"}]}",
                        "42",
                        "\"s\"",
                        "{\"id\": \"b\", \"id\": \"c\"}",
                        "null");
        assertThat(page.last()).isEqualTo("019a");
        assertThat(events("{\"events\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}").last())
                .isEqualTo("b");
        assertThat(events("\uFEFF{\"events\": [], \"last_oid\": \"b\"}").last()).isNull();
    }

    @Test
    void anItemThatIsTooLongIsCountedAndCostsNoOther() {
        String body = "{\"events\": [{\"id\": \"a\", \"x\": \"" + "y".repeat(100_000) + "\"}, {\"id\": \"b\"}]}";
        Page page = events(body);
        assertThat(page.items()).containsExactly("{\"id\": \"b\"}");
        assertThat(page.tooLong()).isEqualTo(1);
        assertThat(page.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{\"events\": [",
                "{\"events\": [{\"id\": \"a\"}]} {}",
                "{\"events\": [{\"id\": 7}]}",
                "{\"events\": [{\"id\": \"with space\"}]}",
                "{\"devices\": []}",
                "{\"events\": {}}",
                "17"
            })
    void aPageThatIsNoneIsRefused(String body) {
        assertThatThrownBy(() -> events(body)).isInstanceOf(UnreadablePageException.class);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] body = "{\"events\": [{\"id\": \"a\", \"x\": \"?\"}]}".getBytes(StandardCharsets.UTF_8);
        body[body.length - 5] = (byte) 0xff;
        assertThatThrownBy(() -> PageReader.read(body, "events", "id")).hasMessageContaining("UTF-8");
    }

    @Test
    void aPageOfTooManyItemsOrNestedTooDeepIsRefused() {
        assertThatThrownBy(() -> events("{\"events\": [" + "1,".repeat(5000) + "1]}"))
                .hasMessageContaining("more than 5000");
        assertThatThrownBy(() -> events("{\"events\": [" + "[".repeat(600) + "]".repeat(600) + "]}"))
                .hasMessageContaining("not JSON");
    }

    @Test
    void aCompressedAnswerIsNotUnpacked() {
        token("t").server.then(Answer.json(200, EMPTY).with("Content-Encoding", "gzip"));
        assertThatThrownBy(() -> client.events(KEY, AFTER, 1000)).hasMessageContaining("compressed");
    }

    @Test
    void anAnswerThatIsCutIsNone() {
        token("t").server.then(Answer.json(200, EMPTY).cutShort());
        assertThat(kindOf()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aListWhosePlaceDoesNotMoveIsRefused() {
        token("t").server.then(200, "{\"devices\": [{\"oid\": \"p\"}]}");
        assertThat(client.devices(KEY, null, null, 10).last()).isEqualTo("p");
        assertThatThrownBy(() -> client.devices(KEY, null, "p", 10)).isInstanceOf(UnreadablePageException.class);
    }

    @Test
    void nothingShowsTheKey() {
        assertThat(KEY + " " + new From.After("x") + KEY.fingerprint()).doesNotContain("the-application-key");
        assertThat(new ApplicationKey("a")).isEqualTo(new ApplicationKey("a")).isNotEqualTo(KEY);
        assertThatThrownBy(() -> client.prove(new ApplicationKey("with\r\nHeader: x")))
                .isInstanceOf(UpstreamException.class)
                .hasMessageNotContaining("Header");
        assertThat(server.requests()).isEmpty();
    }
}

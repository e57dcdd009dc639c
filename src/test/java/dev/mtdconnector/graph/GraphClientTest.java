package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.CALLER;
import static dev.mtdconnector.graph.GraphBench.CANARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphClientTest {

    private final GraphBench bench = new GraphBench();
    private final StubServer graph = bench.graph;

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void everyRequestCarriesTheTenantsToken() {
        graph.then(200, "{\"id\":\"g\"}");
        bench.client.object(
                CALLER, bench.client.requests().groups().byGroupId("g").toGetRequestInformation());
        StubServer.Request request = graph.requests().get(0);
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + CANARY + "-1");
        assertThat(request.uri().getPath()).isEqualTo("/v1.0/groups/g");
        assertThat(bench.tokens.asked)
                .containsExactly(
                        new AccessTokens.Key(CALLER.registration(), CALLER.tenantId(), bench.settings.tokenScope()));
    }

    @Test
    void followsPagesToTheEnd() {
        graph.then(200, page(graph.uri() + "/v1.0/things?$skiptoken=2", "a", "b"))
                .then(200, page(graph.uri() + "/v1.0/things?$skiptoken=3"))
                .then(200, page(null, "c"));
        assertThat(bench.ids("/things")).containsExactly("a", "b", "c");
        assertThat(graph.requests())
                .allSatisfy(r -> assertThat(r.header("Authorization")).startsWith("Bearer " + CANARY));
        assertThat(graph.requests().get(2).query()).isEqualTo("$skiptoken=3");
    }

    @Test
    void aNextLinkToAnotherHostIsNotFollowed() {
        try (StubServer foreign = StubServer.http()) {
            foreign.then(200, page(null, "stolen"));
            graph.then(200, page(foreign.uri() + "/v1.0/things", "a"));
            assertThat(failure("/things").kind()).isEqualTo(Kind.REFUSED);
            assertThat(foreign.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://localhost:PORT/v1.0/x",
        "http://localhost.evil.example:PORT/v1.0/x",
        "http://user@localhost:PORT/v1.0/x",
        "http://localhost/v1.0/x",
        "'not an address'",
        "/v1.0/x",
    })
    void aNextLinkThatIsNotExactlyGraphsIsNotFollowed(String link) {
        String port = Integer.toString(graph.uri().getPort());
        graph.then(200, page(link.replace("PORT", port), "a"));
        assertThat(failure("/things").kind()).isEqualTo(Kind.REFUSED);
        assertThat(graph.requests()).hasSize(1);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (StubServer foreign = StubServer.http()) {
            foreign.then(200, page(null));
            graph.then(Answer.json(302, "").with("Location", foreign.uri() + "/v1.0/things"));
            assertThat(failure("/things").kind()).isEqualTo(Kind.REFUSED);
            assertThat(foreign.requests()).isEmpty();
        }
    }

    @Test
    void aLinkToTheSamePageAgainIsRefused() {
        graph.then(200, page(graph.uri() + "/v1.0/things?$skiptoken=2", "a"));
        assertThat(failure("/things").kind()).isEqualTo(Kind.REFUSED);
        assertThat(graph.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "400, Request_BadRequest, REFUSED",
        "403, Authorization_RequestDenied, FORBIDDEN",
        "404, Request_ResourceNotFound, NOT_FOUND",
        "409, Conflict, REFUSED",
        "410, anything, GONE",
        "400, SyncStateNotFound, GONE",
        "404, syncStateNotFound, GONE",
    })
    void namesWhatWentWrongWithoutShowingTokenOrBody(int status, String code, Kind kind) {
        graph.then(Answer.json(status, error(code)).with("request-id", "7b1d6c1e-4f0f"));
        UpstreamException failure = failure("/things?$filter=secret");
        assertThat(failure.service()).isEqualTo(UpstreamException.Service.GRAPH);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(Integer.toString(status), code, "GET /v1.0/things", "7b1d6c1e-4f0f");
        assertThat(text(failure)).doesNotContain(CANARY, "a detail of the body", "secret");
        assertThat(graph.requests()).hasSize(1);
    }

    @Test
    void anErrorPageOfAProxyKeepsItsStatus() {
        graph.then(new Answer(403, Map.of("Content-Type", "text/html"), "<h1>No</h1>", false));
        assertThat(failure("/things").kind()).isEqualTo(Kind.FORBIDDEN);
    }

    @Test
    void waitsAsLongAsGraphAsksWhenThatIsShort() {
        graph.then(Answer.json(429, error("TooManyRequests")).with("Retry-After", "7"))
                .then(Answer.json(503, error("ServiceUnavailable")).with("Retry-After", "2"))
                .then(200, page(null, "a"));
        assertThat(bench.ids("/things")).containsExactly("a");
        assertThat(bench.sleeper.sleeps()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
    }

    @Test
    void leavesALongWaitToTheJob() {
        graph.then(Answer.json(429, error("TooManyRequests")).with("Retry-After", "11"));
        UpstreamException failure = failure("/things");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(11));
        assertThat(bench.sleeper.sleeps()).isEmpty();
    }

    @Test
    void waitsLongerEachTimeWhereGraphDoesNotSayAndGivesUpAfterFiveTries() {
        graph.then(500, error("generalException"));
        assertThat(failure("/things").kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(graph.requests()).hasSize(5);
        List<Duration> waits = bench.sleeper.sleeps();
        assertThat(waits).hasSize(4);
        for (int i = 0; i < waits.size(); i++) {
            assertThat(waits.get(i)).isBetween(Duration.ofMillis(500L << i), Duration.ofMillis(1000L << i));
        }
    }

    @Test
    void givesUpBeforeThirtySecondsAreOver() {
        graph.then(Answer.json(503, error("busy")).with("Retry-After", "9"));
        assertThat(failure("/things").kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(bench.sleeper.sleeps()).hasSize(3);
    }

    @Test
    void aRefusedTokenIsDroppedAndTheRequestSentOnceMore() {
        graph.then(401, error("InvalidAuthenticationToken")).then(200, page(null, "a"));
        assertThat(bench.ids("/things")).containsExactly("a");
        assertThat(graph.requests().get(1).header("Authorization")).isEqualTo("Bearer " + CANARY + "-2");
        assertThat(bench.sleeper.sleeps()).isEmpty();
    }

    @Test
    void aTokenRefusedTwiceIsOurDefect() {
        graph.then(401, error("InvalidAuthenticationToken"));
        assertThat(failure("/things").kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(graph.requests()).hasSize(2);
    }

    @Test
    void aPageThatWasCutIsReadAgainAndNothingIsHandedOnTwice() {
        graph.then(Answer.json(200, "{\"value\":[{\"id\":\"a\"},{\"id\":\"b\"}").cutShort())
                .then(200, "{\"value\":[{\"id\":\"a\"},{\"i")
                .then(200, page(null, "a", "b"));
        assertThat(bench.ids("/things")).containsExactly("a", "b");
        assertThat(bench.sleeper.sleeps()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"'{}'", "'{\"value\":null}'", "'[]'"})
    void anAnswerThatIsNoPageIsRefused(String body) {
        graph.then(200, body);
        assertThat(failure("/things").kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void noConnectionIsUnavailable() {
        graph.close();
        assertThat(failure("/things").kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(bench.sleeper.sleeps()).hasSize(4);
    }

    @Test
    void aBatchSendsOnlyItsThrottledPartsAgain() {
        graph.then(200, """
                        {"responses":[
                          {"id":"2","status":429,"headers":{"retry-after":"3"},"body":{"error":{"code":"TooManyRequests"}}},
                          {"id":"0","status":200,"body":{"id":"first"}},
                          {"id":"1","status":404,"body":{"error":{"code":"Request_ResourceNotFound"}}}]}""").then(200, "{\"responses\":[{\"id\":\"2\",\"status\":200,\"body\":{\"id\":\"third\"}}]}");
        List<Optional<String>> ids = batch("/users/1", "/users/2", "/users/3");
        assertThat(ids).containsExactly(Optional.of("first"), Optional.empty(), Optional.of("third"));
        assertThat(bench.sleeper.sleeps()).containsExactly(Duration.ofSeconds(3));
        assertThat(graph.requests().get(0).uri()).isEqualTo(URI.create("/v1.0/$batch"));
        assertThat(graph.requests().get(0).header("Content-Type")).startsWith("application/json");
        assertThat(graph.requests().get(0).body()).contains("{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/users/2\"}");
        assertThat(graph.requests().get(1).body())
                .isEqualTo("{\"requests\":[{\"id\":\"2\",\"method\":\"GET\",\"url\":\"/users/3\"}]}");
    }

    @Test
    void aBatchThatLacksAnAnswerIsAskedAgain() {
        graph.then(200, "{\"responses\":[]}")
                .then(200, "{\"responses\":[{\"id\":\"0\",\"status\":200,\"body\":{\"id\":\"x\"}}]}");
        assertThat(batch("/users/1")).containsExactly(Optional.of("x"));
    }

    @Test
    void aBatchFailsWithThePartThatCannotSucceed() {
        graph.then(
                200,
                "{\"responses\":[{\"id\":\"0\",\"status\":403,\"body\":" + error("Authorization_RequestDenied")
                        + "}]}");
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> batch("/users/1?$select=x"));
        assertThat(failure.kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(failure.getMessage()).contains("Authorization_RequestDenied", "GET /users/1 within a batch");
    }

    @Test
    void aBatchGivesUpWhenAPartStaysThrottled() {
        graph.then(200, "{\"responses\":[{\"id\":\"0\",\"status\":429,\"body\":{}}]}");
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> batch("/users/1"));
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(graph.requests()).hasSize(5);
    }

    private List<Optional<String>> batch(String... paths) {
        return new GraphBatch(bench.client, bench.settings, bench.clock)
                .get(CALLER, List.of(paths)).stream()
                        .map(answer -> answer.map(node -> node.path("id").asText()))
                        .toList();
    }

    private UpstreamException failure(String path) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> bench.ids(path));
        assertThat(failure).isNotNull();
        assertThat(text(failure)).doesNotContain(CANARY);
        return failure;
    }

    private static String error(String code) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"a detail of the body\"}}";
    }

    private static String page(@Nullable String nextLink, String... ids) {
        StringBuilder value = new StringBuilder();
        for (String id : ids) {
            value.append(value.isEmpty() ? "" : ",")
                    .append("{\"id\":\"")
                    .append(id)
                    .append("\"}");
        }
        String link = nextLink == null ? "" : "\"@odata.nextLink\":\"" + nextLink + "\",";
        return "{\"@odata.context\":\"x\"," + link + "\"value\":[" + value + "]}";
    }

    private static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}

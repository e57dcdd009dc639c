package dev.mtdconnector.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWKSet;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.AgentTokens;
import dev.mtdconnector.signin.Authenticator;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.EntraTokens;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.OperatorTokens;
import dev.mtdconnector.signin.Sessions;
import dev.mtdconnector.signin.StoredKeys;
import dev.mtdconnector.storage.SessionTable;
import dev.mtdconnector.testing.LogCapture;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

    private static final EntraTokens NO_TOKENS =
            new EntraTokens("", "", (tenant, since) -> new JWKSet(), Clock.systemUTC());

    private static final String KEY = "the-operator-key-0123456789-0123456789";
    private static final Map<String, String> JSON_BODY =
            Map.of("Authorization", "Bearer " + KEY, "Content-Type", "application/json", "Content-Length", "2");

    private final AtomicInteger handled = new AtomicInteger();
    private Route.Handler handler = (request, caller) -> HttpAnswer.json(200, Map.of("said", request.body()));
    private final Router router = new Router(
            List.of(
                    new Route("GET", "/open", Access.ANYBODY, null, this::handle),
                    new Route("GET", "/things/{id}", Access.OPERATOR, null, this::handle),
                    new Route("PUT", "/things/{id}", Access.OPERATOR, Route.JSON, this::handle),
                    new Route("POST", "/things", Access.OPERATOR, Route.JSON, this::handle),
                    new Route("POST", "/form", Access.ANYBODY, Route.FORM, this::handle),
                    Route.page("GET", "/page/{id}", Access.DEVICES_READ, null, this::handle),
                    Route.page("POST", "/page", Access.DEVICES_CHANGE, Route.FORM, this::handle),
                    Route.page("GET", "/pages", Access.ANYBODY, null, this::handle),
                    new Route("POST", "/tenants", Access.SYSTEM_CHANGE, Route.JSON, this::handle)),
            () -> new Authenticator(
                    KEY,
                    new StoredKeys() {
                        @Override
                        public Optional<Valid> find(Key.Kind kind, String tenantId, String keyId) {
                            return Optional.empty();
                        }

                        @Override
                        public void used(Key key, Valid found) {}
                    },
                    new AgentTokens(NO_TOKENS, Set.of(), tenant -> false),
                    new OperatorTokens(NO_TOKENS, "", Set.of()),
                    tenantId -> Optional.empty(),
                    new Sessions(
                            new SessionTable(new MemoryTables()),
                            tenantId -> Optional.empty(),
                            (tenantId, userId, groupIds) -> Set.of(),
                            Clock.systemUTC())),
            new Browser("https://connector.example"));

    private HttpAnswer handle(HttpRequest request, Caller caller) {
        handled.incrementAndGet();
        return handler.handle(request, caller);
    }

    private HttpAnswer send(String method, String path, Map<String, String> headers, String body) {
        return router.handle(new HttpRequest(method, path, Map.of(), headers, body, Map.of()));
    }

    private static JsonNode json(HttpAnswer answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private void assertProblem(HttpAnswer answer, ErrorCode code) {
        JsonNode problem = json(answer);
        assertThat(answer.status()).isEqualTo(code.status());
        assertThat(answer.headers().get("Content-Type")).isEqualTo("application/problem+json; charset=utf-8");
        assertThat(problem.path("type").asText()).isEqualTo("urn:mtd-connector:error:" + code.code());
        assertThat(problem.path("title").asText()).isEqualTo(code.title());
        assertThat(problem.path("status").asInt()).isEqualTo(code.status());
        assertThat(problem.path("code").asText()).isEqualTo(code.code());
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(problem.path("remedy").asText()).isEqualTo(code.remedy());
        assertThat(problem.path("correlationId").asText())
                .matches("[0-9a-f]{32}")
                .isEqualTo(answer.headers().get("X-Correlation-Id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/open/",
                "//open",
                "/OPEN",
                "/things/",
                "/things/a/b",
                "/things//",
                "/./open",
                "/x/../open",
                "",
                "open",
                "/things/{id}/x"
            })
    void anAddressThatIsNoRoutesIsNothing(String path) {
        assertProblem(send("GET", path, Map.of(), ""), ErrorCode.ROUTE_UNKNOWN);
        assertThat(handled).hasValue(0);
    }

    @Test
    void aBrowserAtAnAddressThatIsNoRoutesGetsAPage() {
        HttpAnswer answer = send("GET", "/nothing", Map.of("Accept", "text/html,*/*;q=0.8"), "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(answer.body()).contains("<a href=\"/\">Go to the first page</a>");
    }

    @Test
    void whatTheOperatorAsksIsLoggedWithWhoItWas() {
        try (LogCapture log = LogCapture.start()) {
            send("PUT", "/things/7", JSON_BODY, "{}");
            assertThat(log.lines()).anyMatch(line -> line.contains("PUT /things/7 by operator key"));
        }
    }

    @Test
    void anotherMethodIsToldWhichThereAre() {
        HttpAnswer answer = send("DELETE", "/things/7", Map.of(), "");

        assertProblem(answer, ErrorCode.METHOD_NOT_ALLOWED);
        assertThat(answer.headers().get("Allow")).isEqualTo("GET, PUT");
    }

    @Test
    void aStrangerLearnsThatAnIdentityIsNeededBeforeTheBodyIsLookedAt() {
        HttpAnswer answer = send("POST", "/things", Map.of("Content-Length", "99999999"), "not json");

        assertProblem(answer, ErrorCode.IDENTITY_REQUIRED);
        assertThat(answer.headers().get("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(handled).hasValue(0);
    }

    @Test
    void aProvenIdentityOfTheWrongKindIsForbidden() {
        assertProblem(send("POST", "/tenants", JSON_BODY, "{}"), ErrorCode.IDENTITY_FORBIDDEN);
    }

    @Test
    void headerNamesMayBeSpeltInAnyCase() {
        assertThat(send(
                                "POST",
                                "/things",
                                Map.of(
                                        "AUTHORIZATION",
                                        "bearer " + KEY,
                                        "content-TYPE",
                                        " Application/JSON ; charset=utf-8",
                                        "CONTENT-length",
                                        "2"),
                                "{}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aChunkedBodyWhichArrivesEmptyIsRefused() {
        Map<String, String> chunked = Map.of(
                "Authorization", "Bearer " + KEY, "Content-Type", "application/json", "Transfer-Encoding", "Chunked");
        assertProblem(send("POST", "/things", chunked, ""), ErrorCode.REQUEST_LENGTH_REQUIRED);
        assertProblem(
                send("POST", "/things", Map.of("Authorization", "Bearer " + KEY), ""),
                ErrorCode.REQUEST_LENGTH_REQUIRED);
        assertThat(handled).hasValue(0);
    }

    @Test
    void anEmptyBodyThatSaysSoReachesItsReader() {
        Map<String, String> empty =
                Map.of("Authorization", "Bearer " + KEY, "Content-Type", "application/json", "Content-Length", "0");
        assertThat(send("POST", "/things", empty, "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1048577", "99999999999999999999999999"})
    void aBodyThatSaysItIsTooLargeIsRefused(String length) {
        Map<String, String> headers =
                Map.of("Authorization", "Bearer " + KEY, "Content-Type", "application/json", "Content-Length", length);
        assertProblem(send("POST", "/things", headers, "{}"), ErrorCode.REQUEST_TOO_LARGE);
    }

    @Test
    void aBodyIsMeasuredInBytesWhateverItsHeaderSays() {
        String most = "é".repeat(Router.MAXIMUM_BODY / 2);
        assertThat(send("POST", "/things", JSON_BODY, most).status()).isEqualTo(200);
        assertProblem(send("POST", "/things", JSON_BODY, most + "x"), ErrorCode.REQUEST_TOO_LARGE);
        assertProblem(
                send("POST", "/things", JSON_BODY, "€".repeat(Router.MAXIMUM_BODY / 3 + 1)),
                ErrorCode.REQUEST_TOO_LARGE);
        assertProblem(
                send("POST", "/things", JSON_BODY, "x".repeat(Router.MAXIMUM_BODY + 1)), ErrorCode.REQUEST_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/jsonp", "application/x-www-form-urlencoded", "", ";", "json"})
    void anotherMediaTypeIsRefused(String type) {
        Map<String, String> headers =
                Map.of("Authorization", "Bearer " + KEY, "Content-Type", type, "Content-Length", "2");
        assertProblem(send("POST", "/things", headers, "{}"), ErrorCode.REQUEST_MEDIA_TYPE);
        assertThat(handled).hasValue(0);
    }

    @Test
    void fieldErrorsAreListedByName() {
        handler = (request, caller) -> {
            throw new AppException(
                    ErrorCode.REQUEST_INVALID,
                    "1 field is not valid.",
                    List.of(new AppException.FieldError("a", "is bad")));
        };
        HttpAnswer answer = send("GET", "/open", Map.of(), "");

        assertProblem(answer, ErrorCode.REQUEST_INVALID);
        assertThat(json(answer).path("errors").toString()).isEqualTo("[{\"field\":\"a\",\"message\":\"is bad\"}]");
    }

    @Test
    void whatAnUpstreamOrADefectSaysIsNotShown() {
        handler = (request, caller) -> {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH, UpstreamException.Kind.THROTTLED, "upstream words");
        };
        HttpAnswer upstream = send("GET", "/open", Map.of(), "");
        assertProblem(upstream, ErrorCode.DIRECTORY_UNAVAILABLE);
        assertThat(upstream.body()).doesNotContain("upstream words");

        handler = (request, caller) -> {
            throw new IllegalStateException("connection string of storage");
        };
        HttpAnswer defect = send("GET", "/open", Map.of(), "");
        assertProblem(defect, ErrorCode.INTERNAL);
        assertThat(defect.body()).doesNotContain("connection string");
    }

    @Test
    void whoOpensAPageWithoutBeingSignedInIsSentToSignInAndBack() {
        for (String method : List.of("GET", "HEAD")) {
            HttpAnswer answer = send(method, "/page/a b?", Map.of(), "");
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.headers()).containsEntry("Location", "/signin?return=%2Fpage%2Fa%2520b%253F");
        }
        HttpAnswer form = send("POST", "/page", Map.of("Content-Type", Route.FORM, "Content-Length", "1"), "a");
        assertThat(form.status()).isEqualTo(401);
        assertThat(form.body()).contains("You are not signed in").contains("href=\"/signin\"");
        assertThat(handled).hasValue(0);
    }

    @Test
    void theErrorsOfAPageArePages() {
        handler = (request, caller) -> {
            throw new AppException(ErrorCode.CONNECTOR_UNKNOWN, "None of <b>.");
        };
        HttpAnswer answer = send("GET", "/pages", Map.of(), "");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers())
                .containsEntry("Content-Type", "text/html; charset=utf-8")
                .containsKeys("Content-Security-Policy", "X-Frame-Options");
        assertThat(answer.body())
                .contains("<h1>" + ErrorCode.CONNECTOR_UNKNOWN.title())
                .contains("None of &lt;b&gt;.")
                .contains(ErrorCode.CONNECTOR_UNKNOWN.remedy())
                .contains("connector.unknown")
                .contains(String.valueOf(answer.headers().get("X-Correlation-Id")));

        HttpAnswer method = send("DELETE", "/pages", Map.of(), "");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.headers()).containsEntry("Allow", "GET");
        assertThat(method.body()).contains("<html");
        handler = (request, caller) -> {
            throw new IllegalStateException("connection string of storage");
        };
        assertThat(send("GET", "/pages", Map.of(), "").body()).contains("<html").doesNotContain("connection string");
    }

    @Test
    void everyAnswerCarriesTheSecurityHeadersAndACorrelationIdOfItsOwn() {
        HttpAnswer good = send("GET", "/open", Map.of(), "");
        HttpAnswer bad = send("GET", "/nothing", Map.of("X-Correlation-Id", "given"), "");
        for (HttpAnswer answer : List.of(good, bad)) {
            assertThat(answer.headers())
                    .containsKeys(
                            "Content-Security-Policy",
                            "Strict-Transport-Security",
                            "Referrer-Policy",
                            "X-Correlation-Id")
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("X-Frame-Options", "DENY")
                    .containsEntry("Cache-Control", "no-store");
        }
        assertThat(good.headers().get("X-Correlation-Id"))
                .isNotEqualTo(bad.headers().get("X-Correlation-Id"));
        assertThat(bad.headers().get("X-Correlation-Id")).isNotEqualTo("given");
    }

    @Test
    void aHandlersOwnHeaderTakesThePlaceOfTheGeneralOne() {
        handler = (request, caller) -> HttpAnswer.json(200, Map.of()).withHeader("Cache-Control", "max-age=60");
        assertThat(send("GET", "/open", Map.of(), "").headers()).containsEntry("Cache-Control", "max-age=60");
    }

    @Test
    void aPathParameterIsHandedOverAsItStands() {
        handler = (request, caller) -> HttpAnswer.json(200, Map.of("id", request.pathParameter("id")));
        HttpAnswer answer = send("GET", "/things/a b;c=%2F", Map.of("Authorization", "Bearer " + KEY), "");
        assertThat(json(answer).path("id").asText()).isEqualTo("a b;c=%2F");
    }

    @Test
    void cookiesAreFoundByTheirWholeName() {
        HttpRequest request = new HttpRequest(
                "GET",
                "/",
                Map.of(),
                Map.of("Cookie", "xmtd=1; mtd-consent = a=b ;mtd-consent=second; odd"),
                "",
                Map.of());
        assertThat(request.cookie("mtd-consent")).isEqualTo("a=b");
        assertThat(request.cookie("mtd")).isNull();
        assertThat(request.cookie("odd")).isNull();
        assertThat(new HttpRequest("GET", "/", Map.of(), Map.of(), "", Map.of()).cookie("a"))
                .isNull();
    }

    @Test
    void formsTakeTheFirstValueAndLeaveOutWhatCannotBeRead() {
        assertThat(Form.parse("a=1&a=2&b=x+y%26z&c=%zz&=v&d&e=")).isEqualTo(Map.of("a", "1", "b", "x y&z", "e", ""));
        assertThat(Form.parse("")).isEmpty();
    }

    @Test
    void textIsEscapedForElementsAndAttributes() {
        assertThat(Page.text("<a href=\"x\" b='y'>&amp;"))
                .isEqualTo("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
        assertThat(Page.of(200, "<script>", "<p>%s</p>").body())
                .contains("&lt;script&gt;")
                .contains("<p>%s</p>")
                .doesNotContain("<script>");
    }
}

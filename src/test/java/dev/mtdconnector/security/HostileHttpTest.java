package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.security.RawHttp.Answer;
import dev.mtdconnector.testing.MemoryTables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as no browser sends them, written to the socket of the development host, with the product behind it. */
class HostileHttpTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final String JSON = "Content-Type: application/json";

    private static LocalWorld world;
    private static RawHttp http;
    private static MemoryTables tables;
    private static Map<String, String> keys;

    @BeforeAll
    static void start() throws Exception {
        AtomicReference<@Nullable MemoryTables> seen = new AtomicReference<>();
        UnaryOperator<Edges> look = edges -> {
            seen.set((MemoryTables) edges.tables().get());
            return edges;
        };
        world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY).withEdges(look));
        tables = Objects.requireNonNull(seen.get());
        http = new RawHttp(world.connector());
        var story = world.story();
        story.run("onboard", "activate");
        keys = story.values();
        // The first use of a key is written down.
        for (String key : List.of("apiKey", "feedKey")) {
            http.get("/api/v1/tenant", bearer(key));
        }
    }

    @AfterAll
    static void end() {
        world.close();
    }

    private static String bearer(String key) {
        return "Authorization: Bearer " + keys.get(key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/v1/tenant",
                "/api//v1/tenant",
                "/api/v1/../v1/tenant",
                "/api/v1/./tenant",
                "/api/v1/%2e/tenant",
                "/api/v1/%2e%2e/v1/tenant",
                "/api/v1/%2E%2E%2Fv1/tenant",
                "/api%2fv1%2ftenant",
                "/api/v1%2Ftenant",
                "/api/v1%5ctenant",
                "/api\\v1\\tenant",
                "/api/v1/tenant%00",
                "/api/v1/tenant%00.css",
                "/api/v1/tenant;a=b",
                "/api/v1;a=b/tenant",
                "/api/v1/tenant%3Fa=b",
                "/api/v1/tenant%20",
                "/api/v1/tenant%0d%0aX-Evil:%201",
                "/API/V1/TENANT",
                "/api/v1/tenant/",
                "/api/v1/tenant//",
                "/assets/../api/v1/tenant",
                "/assets/%2e%2e/api/v1/tenant",
                "/assets/%252e%252e/api/v1/tenant",
                "/assets/..%2f..%2f..%2fetc%2fpasswd",
                "/assets/connector.css%00.html",
                "/assets/connector.css/",
                "/health/../api/v1/tenant",
                "/health;/api/v1/tenant",
                "/%c0%afapi/v1/tenant",
                "/%EF%BC%8Fapi/v1/tenant",
                "/api/v1/%74%65%6e%61%6e%74%2f",
                "/%",
                "/%zz",
                "/a b",
                "*",
                "api/v1/tenant",
            })
    void aPathOfTwoReadingsIsNoRoute(String path) throws Exception {
        Answer answer = http.get(path, bearer("apiKey"));

        assertThat(answer.status()).as(answer.body()).isIn(400, 404);
        assertThat(answer.hasHeader("X-Evil")).isFalse();
        assertThat(answer.body()).doesNotContain(TENANT);
    }

    @Test
    void aPathThatIsOnlySpeltWithEscapesIsTheSamePathWithTheSameDoor() throws Exception {
        assertThat(http.get("/api/v1/%74enant").status()).isEqualTo(401);
        assertThat(http.get("/api/v1/%74enant", bearer("apiKey")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%s", "/api/v1/devices/%s", "/?a=%s", "/les?tenant=%s", "/consent/callback?state=%s"})
    void aVeryLongAddressIsAnsweredOrCutOff(String template) throws Exception {
        for (int length : List.of(5_000, 60_000, 200_000)) {
            Answer answer = http.get(template.formatted("x".repeat(length)), bearer("apiKey"));
            assertThat(answer.status()).isLessThan(500);
            assertThat(answer.body().length()).isLessThan(10_000);
        }
    }

    @Test
    void noValueSplitsAnAnswer() throws Exception {
        String evil = "%0d%0aX-Evil:%201%0d%0aSet-Cookie:%20mtd=evil%0d%0a%0d%0a<script>";
        List<Answer> answers = new ArrayList<>();
        answers.add(http.get("/les?tenant=" + evil + "&registration=" + evil));
        answers.add(http.get("/consent/callback?error=" + evil + "&state=" + evil + "&tenant=" + evil));
        answers.add(http.get("/signin?tenant=" + evil + "&return=" + evil));
        answers.add(http.get("/signin/callback?error=" + evil + "&state=" + evil + "&code=" + evil));
        answers.add(http.get("/" + evil));
        answers.add(http.get("/api/v1/devices?after=" + evil, bearer("apiKey")));
        for (String body : List.of(
                "tenant=" + evil + "&registration=base",
                "tenant=" + TENANT + evil + "&registration=base",
                "tenant=" + TENANT + "&registration=base" + evil)) {
            answers.add(http.send("POST /les HTTP/1.1", List.of(FORM), bytes(body)));
            answers.add(http.send("POST /signin HTTP/1.1", List.of(FORM), bytes(body)));
        }
        for (Answer answer : answers) {
            assertThat(answer.status()).isBetween(200, 499);
            assertThat(answer.hasHeader("X-Evil")).isFalse();
            assertThat(answer.header("Set-Cookie")).doesNotContain("evil");
            assertThat(answer.body()).doesNotContain("<script>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\u0000", "\u007f", "a\u0085b"})
    void aHeaderWithAControlCharacterIsADefectAndNoAnswer(String value) {
        assertThatThrownBy(() -> HttpAnswer.seeOther(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linksAreMadeOfTheSettingsWhateverTheRequestSaysOfItsHost() throws Exception {
        List<String> tricks = List.of(
                "Host: evil.example",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Proto: javascript",
                "Forwarded: host=evil.example;proto=http",
                "X-Original-Host: evil.example",
                "X-Original-URL: /api/v1/tenant",
                "X-Rewrite-URL: /api/v1/tenant",
                "X-HTTP-Method-Override: GET",
                "Referer: https://evil.example/");
        List<String> form = new ArrayList<>(tricks);
        form.add(FORM);
        Answer started = http.send("POST /les HTTP/1.1", form, bytes("tenant=" + TENANT + "&registration=base"));
        assertThat(started.status()).isEqualTo(303);
        assertThat(started.header("Location")).startsWith(world.contoso()).doesNotContain("evil");

        List<String> json = new ArrayList<>(tricks);
        json.addAll(List.of(JSON, bearer("operatorKey")));
        Answer onboarded = http.send("POST /api/v1/operator/tenants HTTP/1.1", json, bytes("""
                {"directoryId": "1c6f3f0e-6a0f-4a53-8f41-0a5f8d2f7b11", "primaryContact": "a@fabrikam.example",
                 "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8"}"""));
        assertThat(onboarded.status()).isEqualTo(201);
        assertThat(onboarded.body()).contains(world.connector() + "/les").doesNotContain("evil");
        assertThat(tables.dump().toString()).doesNotContain("evil.example");

        Answer home = http.send("GET / HTTP/1.1", tricks, new byte[0]);
        assertThat(home.status()).isBetween(200, 399);
        assertThat(home.body() + home.headers()).doesNotContain("evil", TENANT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a b", "Host: [", "Host: a@b:99999", "Host: ", "Host: a/../b", "Host: a\"<script>"})
    void aHostThatIsNoneChangesNothing(String host) throws Exception {
        Answer answer = http.get("/api/v1/tenant", host);
        assertThat(answer.status()).isIn(0, 400, 401);
        assertThat(answer.body()).doesNotContain("<script>");
    }

    @Test
    void anAbsoluteTargetIsItsPathAndNothingIsFetched() throws Exception {
        assertThat(http.get("http://evil.example/api/v1/tenant").status()).isIn(400, 401);
        assertThat(http.get("http://169.254.169.254/metadata/instance").status())
                .isIn(400, 404);
        assertThat(http.get("file:///etc/passwd").status()).isIn(0, 400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TRACE", "TRACK", "OPTIONS", "CONNECT", "PROPFIND", "FOO", "get", "GET\u0000", "DELETE", "PATCH"
            })
    void anotherMethodDoesNothingAndReflectsNothing(String method) throws Exception {
        String before = stored();
        for (String path : List.of("/", "/les", "/api/v1/tenant", "/events", "/health", "/nowhere")) {
            Answer answer =
                    http.send(method + " " + path + " HTTP/1.1", List.of("X-Secret: reflected-words"), new byte[0]);
            // The platform itself answers the root with 204 where no function takes the method.
            assertThat(answer.status())
                    .as(path)
                    .isIn(path.equals("/") ? List.of(204, 400, 404, 405, 501) : List.of(400, 401, 404, 405, 501));
            assertThat(answer.body()).doesNotContain("reflected-words");
        }
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void whatComesTwiceIsNotTakenForOne() throws Exception {
        assertThat(http.get("/api/v1/tenant", bearer("apiKey"), bearer("operatorKey"))
                        .status())
                .isEqualTo(401);
        assertThat(http.get("/api/v1/tenant", "Authorization: Basic eDp5", bearer("apiKey"))
                        .status())
                .isEqualTo(401);
        assertThat(http.send(
                                "PUT /api/v1/connector/settings HTTP/1.1",
                                List.of(bearer("apiKey"), JSON, "Content-Type: text/html"),
                                bytes("{\"heartbeatMinutes\": 7}"))
                        .status())
                .isEqualTo(415);
        assertThat(http.get("/api/v1/devices?after=a&after=b", bearer("apiKey")).status())
                .isBetween(200, 499);
        Answer twice = http.send(
                "POST /les HTTP/1.1", List.of(FORM), bytes("tenant=nobody&tenant=" + TENANT + "&registration=base"));
        assertThat(twice.status()).as("the first counts").isEqualTo(400);
    }

    @Test
    void largeHeadersAndManyCookiesAreAnsweredInTime() throws Exception {
        String pairs = "a=b; ".repeat(20_000);
        for (String header : List.of(
                "Cookie: " + pairs,
                "Cookie: mtd=" + "x".repeat(100_000),
                "Cookie: mtd-consent=" + "x".repeat(100_000),
                "Cookie: " + ";".repeat(50_000) + "=" + "=".repeat(50_000),
                "Authorization: Bearer " + "y".repeat(100_000),
                "Authorization: Bearer mtdk." + "-".repeat(100_000),
                "Authorization: Bearer eyJ" + "a.".repeat(50_000),
                "X-Forwarded-For: " + "1.2.3.4, ".repeat(10_000) + "::1",
                "Origin: " + "h".repeat(100_000))) {
            for (String path : List.of("/api/v1/tenant", "/consent/callback?state=a", "/device/v1/activate")) {
                Answer answer = http.get(path, header);
                assertThat(answer.status()).as(path).isLessThan(500);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonp",
                "application/json-patch+json",
                "application/json, text/html",
                "application",
                ";application/json",
                "application/json\u00a0",
                "",
            })
    void onlyTheMediaTypeOfTheRouteIsTaken(String type) throws Exception {
        Answer answer = http.send(
                "PUT /api/v1/connector/settings HTTP/1.1",
                List.of(bearer("apiKey"), "Content-Type: " + type),
                bytes("{\"heartbeatMinutes\": 7}"));
        // The platform gives a function no text of a multipart body; so does the host.
        assertThat(answer.status()).isIn(415, type.startsWith("multipart") ? 500 : 415);
        assertThat(http.get("/api/v1/connector", bearer("apiKey")).body()).doesNotContain("\"heartbeatMinutes\":7");
    }

    static List<byte[]> bodies() {
        List<byte[]> bodies = new ArrayList<>();
        for (String text : List.of(
                "[".repeat(100_000),
                "{\"a\":".repeat(50_000),
                "{\"heartbeatMinutes\": 5, \"heartbeatMinutes\": 6}",
                "{\"heartbeatMinutes\": 1e999999999}",
                "{\"heartbeatMinutes\": " + "9".repeat(100_000) + "}",
                "{\"heartbeatMinutes\": -0.0}",
                "{\"heartbeatMinutes\": NaN}",
                "{\"heartbeatMinutes\": \"\\ud800\"}",
                "{\"\\ud800\": 1, \"a\\u0000b\": 2}",
                "{\"" + "k".repeat(100_000) + "\": 1}",
                "{\"groups\": [\"\\u0000\"], \"events\": [\"\\udfff\"], \"deviceId\": \"\\u0000\"}",
                "{\"events\": [" + "{},".repeat(50_000) + "{}]}",
                "{\"events\": {\"events\": []}}",
                "{\"__proto__\": {\"admin\": true}, \"constructor\": 1}",
                "{\"@class\": \"java.lang.ProcessBuilder\", \"@type\": \"x\"}",
                "\ufeff{\"heartbeatMinutes\": 5}",
                "{\"heartbeatMinutes\": 5} trailing",
                "{} {}",
                "null",
                "\"text\"",
                "/* comment */ {}",
                "{'a': 1}",
                "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")) {
            bodies.add(bytes(text));
        }
        bodies.add(new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'});
        bodies.add(new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0});
        bodies.add(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'});
        bodies.add(new byte[] {0, 0, 0, 0});
        return bodies;
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aHostileBodyIsRefusedAndNothingIsStored(byte[] body) throws Exception {
        String before = stored();
        for (List<String> route : List.of(
                List.of("PUT /api/v1/connector/settings", "apiKey"),
                List.of("PUT /api/v1/connector/enrollment", "apiKey"),
                List.of("POST /api/v1/tenant/consent-check", "apiKey"),
                List.of("POST /api/v1/operator/tenants", "operatorKey"),
                List.of("POST /device/v1/activate", "agentToken"),
                List.of("POST /device/v1/checkin", "deviceCredential"),
                List.of("POST /events", "feedKey"))) {
            Answer answer = http.send(route.get(0) + " HTTP/1.1", List.of(bearer(route.get(1)), JSON), body);
            boolean eventsEach = route.get(0).endsWith("/events") && answer.status() == 200;
            assertThat(eventsEach ? 400 : answer.status())
                    .as(route.get(0) + " " + answer.body())
                    .isIn(400, 413);
            assertThat(answer.body()).doesNotContain("root:", "ProcessBuilder");
        }
        for (String path : List.of("/les", "/signin")) {
            assertThat(http.send("POST " + path + " HTTP/1.1", List.of(FORM), body)
                            .status())
                    .isBetween(400, 499);
        }
        assertThat(stored()).isEqualTo(before);
    }

    private static String stored() {
        return tables.dump().toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }
}

package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.testing.MemoryTables;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that are wrong, over HTTP and through the development host: each is refused by name, and no row is written. */
class BadEventsTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TIME = "2026-11-20T09:00:00Z";
    private static final String EVENT = """
            {"id": "e-1", "enterprise_guid": "703d284e-c7dd-4dd0-bd0d-12bfade8095c", "created_time": "2026-11-20T09:00:00Z",
             "type": "THREAT", "change_type": "CREATED",
             "threat": {"guid": "a8da3393-7896-431b-875d-945993cfdbf3", "status": "OPEN", "severity": "LOW",
                        "type": "APPLICATION", "classifications": ["RISKWARE"]},
             "actor": {"guid": "951294c6-d9c9-482b-955c-8879410a76b1", "type": "DEVICE"}}""";

    private static LocalWorld world;
    private static StoryRunner story;
    private static MemoryTables tables;

    @BeforeAll
    static void tellTheStoryUpToTheDevices() throws Exception {
        AtomicReference<@Nullable MemoryTables> seen = new AtomicReference<>();
        UnaryOperator<Edges> look = edges -> {
            seen.set((MemoryTables) edges.tables().get());
            return edges;
        };
        world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY).withEdges(look));
        tables = Objects.requireNonNull(seen.get());
        story = world.story();
        story.run("onboard", "device-pending");
        // The first use of a key is noted with it.
        send("{\"events\": []}");
    }

    @AfterAll
    static void end() {
        world.close();
    }

    private static Arguments replaced(String from, String to, @Nullable String field) {
        assertThat(EVENT).contains(from);
        return Arguments.of(to, EVENT.replace(from, to), field);
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("truncated", EVENT.substring(0, 200), null),
                Arguments.of("truncated list", "{\"events\": [" + EVENT + ",", null),
                Arguments.of("deep", "{\"events\": [" + "[".repeat(5000) + "]".repeat(5000) + "]}", null),
                Arguments.of("byte order mark", "\ufeff" + EVENT, null),
                Arguments.of("a name twice", "{\"events\": [], \"events\": []}", "events"),
                Arguments.of("a list of 500,000", "[" + "1,".repeat(500_000) + "1]", "events"),
                Arguments.of("a list of 2,001", "[" + "{},".repeat(2000) + "{}]", "events"),
                Arguments.of("no list", "{\"events\": 7}", "events"),
                replaced(TIME, "1970-01-01T00:00:00Z", "events[0].created_time"),
                replaced(TIME, "2099-01-01T00:00:00Z", "events[0].created_time"),
                replaced(TIME, "+10000-01-01T00:00:00Z", "events[0].created_time"),
                replaced(TIME, "yesterday", "events[0].created_time"),
                replaced("\"" + TIME + "\"", "1795251600", "events[0].created_time"),
                replaced("\"e-1\"", "\"\\ud800\"", "events[0].id"),
                replaced("\"e-1\"", "{}", "events[0].id"),
                replaced("\"LOW\"", "NaN", null),
                replaced("\"LOW\"", "[]", "events[0].threat.severity"),
                replaced("\"OPEN\"", "7", "events[0].threat.status"),
                replaced("[\"RISKWARE\"]", "\"RISKWARE\"", "events[0].threat.classifications"),
                replaced("951294c6-d9c9", "x", "events[0].actor.guid"),
                replaced("\"THREAT\"", "null", "events[0].type"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void whatIsWrongIsNamedAndNothingIsStored(String name, String body, @Nullable String field) throws Exception {
        String before = stored();
        assertProblem(send(body), 400, "request.invalid", field);
        assertThat(stored()).as(name).isEqualTo(before);
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedWhereTheyMatter() throws Exception {
        String before = stored();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(EVENT.substring(0, EVENT.indexOf("e-1")).getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff});
        body.writeBytes(EVENT.substring(EVENT.indexOf("e-1") + 3).getBytes(StandardCharsets.UTF_8));
        assertProblem(
                send(BodyPublishers.ofByteArray(body.toByteArray()), key()), 400, "request.invalid", "events[0].id");
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void bodiesThatAreTooLargeOrWithoutLengthAreRefused() throws Exception {
        String before = stored();
        assertProblem(send("[" + "1,".repeat(1_000_000) + "1]"), 413, "request.too-large", null);
        assertProblem(send("x".repeat(10 * 1024 * 1024)), 413, "request.too-large", null);
        BodyPublisher chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(EVENT.getBytes(StandardCharsets.UTF_8)));
        assertProblem(send(chunked, key()), 411, "request.length-required", null);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void anotherTenantsDeviceIsNotTouched() throws Exception {
        String other = "1c6f3f0e-6a0f-4a53-8f41-0a5f8d2f7b11";
        HttpResponse<String> onboarded = send(
                "/api/v1/operator/tenants",
                BodyPublishers.ofString("""
                {"directoryId": "%s", "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
                 "primaryContact": "admin@fabrikam.example", "enterpriseGuid": "55555555-0000-4000-8000-000000000001"}""".formatted(other)),
                String.valueOf(story.values().get("operatorKey")));
        String feedKey =
                Requests.JSON.readTree(onboarded.body()).path("feedKey").asText();
        String before = storedOf("9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412");

        assertProblem(
                send(BodyPublishers.ofString(EVENT), feedKey), 403, "identity.forbidden", "events[0].enterprise_guid");
        // Contoso's device, named by an event of the other enterprise, is no device of that tenant.
        String naming = """
                {"id": "e-9", "enterprise_guid": "55555555-0000-4000-8000-000000000001", "created_time": "%s",
                 "type": "DEVICE", "device": {"guid": "951294c6-d9c9-482b-955c-8879410a76b1",
                 "info": {"external_id": "082fb7b9-70be-41a9-8d0b-d84fe7f17291"},
                 "status": {"activation_status": "ACTIVATED"}}}""".formatted(TIME);
        HttpResponse<String> parked = send(BodyPublishers.ofString(naming), feedKey);
        assertThat(parked.statusCode()).isEqualTo(200);
        assertThat(Requests.JSON.readTree(parked.body()).path("parked").asInt()).isEqualTo(1);
        assertThat(storedOf("9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412")).isEqualTo(before);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code, @Nullable String field)
            throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = Requests.JSON.readTree(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        if (field != null) {
            assertThat(problem.path("errors").findValuesAsText("field")).contains(field);
        }
    }

    private static String stored() {
        return tables.dump().toString();
    }

    private static String storedOf(String tenantId) {
        return tables.dump().values().stream()
                .flatMap(List::stream)
                .filter(row -> row.partition().startsWith(tenantId))
                .toList()
                .toString();
    }

    private static String key() {
        return String.valueOf(story.values().get("feedKey"));
    }

    private static HttpResponse<String> send(String body) throws Exception {
        return send(BodyPublishers.ofString(body), key());
    }

    private static HttpResponse<String> send(BodyPublisher body, String key) throws Exception {
        return send("/events", body, key);
    }

    private static HttpResponse<String> send(String path, BodyPublisher body, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(world.connector() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .POST(body)
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }
}

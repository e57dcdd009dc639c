package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.testing.MemoryTables;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the connector answers to input that is wrong, over HTTP and through the development host: a problem document that
 * names each field, and no row written.
 */
class BadInputTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String OTHER_DIRECTORY = "1c6f3f0e-6a0f-4a53-8f41-0a5f8d2f7b11";

    private static LocalWorld world;
    private static StoryRunner story;
    private static MemoryTables tables;
    private static String otherApiKey;

    @BeforeAll
    static void tellTheStoryUpToTheConnector() throws Exception {
        AtomicReference<@Nullable MemoryTables> seen = new AtomicReference<>();
        UnaryOperator<Edges> look = edges -> {
            seen.set((MemoryTables) edges.tables().get());
            return edges;
        };
        world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY).withEdges(look));
        tables = Objects.requireNonNull(seen.get());
        story = world.story();
        story.run("onboard", "device-pending");
        HttpResponse<String> other =
                send("POST", "/api/v1/operator/tenants", key("operatorKey"), """
                {"directoryId": "%s", "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
                 "primaryContact": "admin@fabrikam.example"}""".formatted(OTHER_DIRECTORY));
        assertThat(other.statusCode()).isEqualTo(201);
        otherApiKey = json(other).path("apiKey").asText();
        // The first use of a key is noted with it, and the tests look whether anything is stored.
        for (String used : List.of(otherApiKey, key("apiKey"), key("feedKey"))) {
            assertThat(send("GET", "/api/v1/tenant", used, "").statusCode()).isIn(200, 403);
        }
    }

    @AfterAll
    static void end() {
        world.close();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '~', textBlock = """
                    PUT~/api/v1/connector/settings~{"heartbeatMinutes": 0}~heartbeatMinutes
                    PUT~/api/v1/connector/settings~{"heartbeatMinutes": 61}~heartbeatMinutes
                    PUT~/api/v1/connector/settings~{"heartbeatMinutes": "10"}~heartbeatMinutes
                    PUT~/api/v1/connector/settings~{"heartbeatMinutes": 10.5}~heartbeatMinutes
                    PUT~/api/v1/connector/settings~{"heartbeatMinutes": 10, "colour": "red"}~colour
                    PUT~/api/v1/connector/settings~{}~heartbeatMinutes
                    PUT~/api/v1/connector/enrollment~{"groups": []}~groups
                    PUT~/api/v1/connector/enrollment~{"groups": [""]}~groups[0]
                    PUT~/api/v1/connector/enrollment~{"groups": ["Field Sales", "Field Sales"]}~groups[1]
                    PUT~/api/v1/connector/enrollment~{"groups": ["No such group"]}~groups[0]
                    PUT~/api/v1/connector/enrollment~{"groups": ["mobile threat defense users"]}~groups[0]
                    PUT~/api/v1/connector/enrollment~{"groups": ["Field Sales"], "pollMinutes": 0}~pollMinutes
                    PUT~/api/v1/connector/enrollment~{"groups": ["Field Sales"], "pollMinutes": 1441}~pollMinutes
                    PUT~/api/v1/connector/state-sync~{"deviceStatus": "yes", "threatStatus": true}~deviceStatus
                    PUT~/api/v1/connector/error-management~{"email": "nobody"}~email
                    PUT~/api/v1/connector/error-management~{"email": "a@b.example\\r\\nBcc: c@d.example"}~email
                    POST~/api/v1/tenant/consent-check~{"registration": "everything"}~registration
                    """)
    void aFieldThatIsNotValidIsNamedAndNothingIsStored(String method, String path, String body, String field)
            throws Exception {
        String before = stored();

        HttpResponse<String> answer = send(method, path, key("apiKey"), body);

        assertProblem(answer, 400, "request.invalid");
        assertThat(fields(answer)).containsExactly(field);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void everyFieldThatIsNotValidIsNamedAtOnce() throws Exception {
        String before = stored();

        HttpResponse<String> answer = send("POST", "/api/v1/operator/tenants", key("operatorKey"), """
                {"directoryId": "contoso", "fullAccessGroupId": 7, "restrictedAccessGroupId": "x",
                 "primaryContact": "@", "enterpriseGuid": [], "password": "hunter2"}""");

        assertProblem(answer, 400, "request.invalid");
        assertThat(fields(answer))
                .containsExactlyInAnyOrder(
                        "directoryId",
                        "fullAccessGroupId",
                        "restrictedAccessGroupId",
                        "primaryContact",
                        "enterpriseGuid",
                        "password");
        assertThat(answer.body()).doesNotContain("hunter2");
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aBodyThatIsNotJsonSaysWhere() throws Exception {
        HttpResponse<String> answer =
                send("PUT", "/api/v1/connector/settings", key("apiKey"), "{\"heartbeatMinutes\": ");

        assertProblem(answer, 400, "request.invalid");
        assertThat(json(answer).path("detail").asText()).contains("line 1");
    }

    @Test
    void withoutAKeyOrWithAnotherKindNobodyGetsInOrLearnsAnything() throws Exception {
        String before = stored();
        assertProblem(send("GET", "/api/v1/tenant", null, ""), 401, "identity.required");
        assertProblem(send("GET", "/api/v1/tenant", "mtdk.none", ""), 401, "identity.required");
        assertProblem(send("GET", "/api/v1/tenant", key("feedKey"), ""), 403, "identity.forbidden");
        assertProblem(send("GET", "/api/v1/operator/tenants", key("apiKey"), ""), 403, "identity.forbidden");
        assertProblem(send("POST", "/events", key("operatorKey"), "{}"), 403, "identity.forbidden");
        assertProblem(send("POST", "/device/v1/checkin", key("apiKey"), "{}"), 403, "identity.forbidden");
        assertProblem(send("POST", "/device/v1/activate", key("apiKey"), "{}"), 403, "identity.forbidden");

        HttpResponse<String> known =
                send("GET", "/api/v1/devices/082fb7b9-70be-41a9-8d0b-d84fe7f17291", otherApiKey, "");
        HttpResponse<String> unknown =
                send("GET", "/api/v1/devices/ffffffff-70be-41a9-8d0b-d84fe7f17291", otherApiKey, "");
        assertProblem(known, 404, "device.unknown");
        assertThat(withoutCorrelation(known)).isEqualTo(withoutCorrelation(unknown));
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void anUnknownTenantIs404AndARepeatedCreation409() throws Exception {
        String before = stored();
        assertProblem(
                send("GET", "/api/v1/operator/tenants/ffffffff-0000-4000-8000-000000000000", key("operatorKey"), ""),
                404,
                "tenant.unknown");
        assertProblem(
                send("POST", "/api/v1/operator/tenants", key("operatorKey"), """
                        {"directoryId": "%s", "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
                         "primaryContact": "someone.else@fabrikam.example"}""".formatted(OTHER_DIRECTORY)),
                409,
                "tenant.exists");
        assertProblem(
                send("POST", "/api/v1/connector", key("apiKey"), "{\"heartbeatMinutes\": 5}"), 409, "connector.exists");
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aMalformedEventAmongGoodOnesIsRejectedAlone() throws Exception {
        String good = event("e-2", "2026-11-21T09:00:00Z");
        String bad = event("e-3", "yesterday").replace("\"OPEN\"", "7");

        HttpResponse<String> answer =
                send("POST", "/events", key("feedKey"), "{\"events\": [" + bad + "," + good + "]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = json(answer);
        assertThat(body.path("parked").asInt()).isEqualTo(1);
        assertThat(body.path("rejected")).hasSize(1);
        assertThat(body.at("/rejected/0/index").asInt()).isZero();
        assertThat(body.at("/rejected/0/id").asText()).isEqualTo("e-3");
        assertThat(body.at("/rejected/0/errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("events[0].created_time", "events[0].threat.status");
    }

    private static String event(String id, String createdTime) {
        return """
               {"id": "%s", "enterprise_guid": "703d284e-c7dd-4dd0-bd0d-12bfade8095c", "created_time": "%s",
                "type": "THREAT", "change_type": "CREATED",
                "threat": {"guid": "a8da3393-7896-431b-875d-945993cfdbf3", "status": "OPEN", "severity": "LOW",
                           "type": "APPLICATION", "classifications": ["RISKWARE"]},
                "target": {"guid": "951294c6-d9c9-482b-955c-8879410a76b1", "type": "THREAT"},
                "actor": {"guid": "951294c6-d9c9-482b-955c-8879410a76b1", "type": "DEVICE"}}""".formatted(id, createdTime);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("remedy").asText()).isNotBlank();
        assertThat(problem.path("correlationId").asText())
                .isNotBlank()
                .isEqualTo(answer.headers().firstValue("X-Correlation-Id").orElse(""));
    }

    private static List<String> fields(HttpResponse<String> answer) throws Exception {
        List<String> fields = new ArrayList<>();
        json(answer)
                .path("errors")
                .forEach(error -> fields.add(error.path("field").asText()));
        return fields;
    }

    private static String withoutCorrelation(HttpResponse<String> answer) throws Exception {
        return json(answer).deepCopy().toString().replaceAll("\"correlationId\":\"[^\"]*\"", "");
    }

    /** Every row; what stands in bytes shows by its row's ETag when it changes. */
    private static String stored() {
        return tables.dump().toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    private static String key(String name) {
        return String.valueOf(story.values().get(name));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Requests.JSON.readTree(answer.body());
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String key, String body)
            throws Exception {
        return send(method, path, key, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String key, BodyPublisher body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(world.connector() + path))
                .header("Content-Type", "application/json")
                .method(method, body);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}

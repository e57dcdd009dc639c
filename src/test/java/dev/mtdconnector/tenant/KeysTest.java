package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final String KEYS = "/api/v1/keys";
    private static final String OPERATORS = "/api/v1/operator/tenants/" + TENANT + "/keys";
    private static final String OTHER_TENANT = "22222222-0000-4000-8000-000000000002";

    private final TestApp app = new TestApp();

    @BeforeEach
    void onboard() {
        app.onboard().expect(201);
        app.drain();
    }

    private TestApp.Answer issue(String role, String name) {
        return app.post(KEYS, "{\"kind\": \"api\", \"role\": \"%s\", \"name\": \"%s\"}".formatted(role, name));
    }

    private TestApp.Answer operator(String method, String address, String body) {
        return app.send(method, address, OPERATOR_KEY, body);
    }

    private List<JsonNode> list() {
        List<JsonNode> keys = new ArrayList<>();
        app.get(KEYS).expect(200).json().path("keys").forEach(keys::add);
        return keys;
    }

    private Optional<JsonNode> listed(String id) {
        return list().stream().filter(key -> key.path("id").asText().equals(id)).findFirst();
    }

    private static String idOf(String key) {
        return Key.parse(key).orElseThrow().id();
    }

    @Test
    void theFirstKeysAreNamedAndLiveForAYear() {
        assertThat(list()).hasSize(2);
        JsonNode first = listed(idOf(app.apiKey())).orElseThrow();
        assertThat(first.toString())
                .isEqualTo("{\"id\":\"" + idOf(app.apiKey())
                        + "\",\"kind\":\"api\",\"name\":\"First key\",\"role\":\"full\",\"createdAt\":\"" + START
                        + "\",\"createdBy\":\"operator\",\"expiresAt\":\"2027-11-21T09:00:00Z\",\"lastUsedAt\":\""
                        + START + "\",\"state\":\"valid\"}");
        JsonNode feed = listed(idOf(app.feedKey())).orElseThrow();
        assertThat(feed.path("name").asText()).isEqualTo("Feed");
        assertThat(feed.path("role").isNull()).isTrue();
        assertThat(feed.path("lastUsedAt").isNull()).isTrue();
    }

    @Test
    void aKeyIsShownOnceAndItsHashNever() {
        TestApp.Answer answer = issue("read-only", "Nightly export").expect(201);
        String key = answer.text("/key");
        String id = idOf(key);

        assertThat(key).startsWith("mtdk." + TENANT + ".");
        assertThat(answer.text("/id")).isEqualTo(id);
        assertThat(answer.text("/createdBy")).isEqualTo("key:" + idOf(app.apiKey()));
        assertThat(answer.text("/expiresAt")).isEqualTo("2027-02-19T09:00:00Z");
        assertThat(answer.text("/state")).isEqualTo("valid");
        String secret = Key.parse(key).orElseThrow().secret();
        String hash = Secrets.hash(secret);
        assertThat(app.tables.dump().toString()).contains(hash).doesNotContain(secret);
        assertThat(answer.http().body()).doesNotContain(hash);
        for (TestApp.Answer listing : List.of(app.get(KEYS), operator("GET", OPERATORS, ""))) {
            assertThat(listing.expect(200).http().body())
                    .contains(id)
                    .doesNotContain(hash)
                    .doesNotContain(secret)
                    .doesNotContain("ash");
        }
        assertThat(app.send("GET", KEYS, key, "").expect(200).text("/keys/0/name"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/devices, full restricted read-only",
        "DELETE, /api/v1/devices/" + PHONE + "/credential, full restricted",
        "GET, /api/v1/connector, full read-only",
        "PUT, /api/v1/connector/settings, full",
        "POST, /api/v1/connector/sync, full",
        "GET, /api/v1/tenant, full read-only",
        "GET, /api/v1/keys, full read-only",
        "POST, /api/v1/keys, full",
        "DELETE, /api/v1/keys/0123456789abcdef, full",
        "POST, /events, full",
        "GET, /api/v1/operator/tenants, ''"
    })
    void aKeyOpensWhatItsRoleAllows(String method, String address, String roles) {
        for (String role : List.of("full", "restricted", "read-only")) {
            String key = issue(role, "A key").expect(201).text("/key");
            String body = method.equals("POST") || method.equals("PUT") ? "{}" : "";
            TestApp.Answer answer = app.send(method, address, key, body);
            boolean isRefused = answer.status() == 403;
            assertThat(isRefused)
                    .as(role)
                    .isNotEqualTo(List.of(roles.split(" ")).contains(role));
            assertThat(answer.status()).isNotIn(401, 500);
            if (isRefused) {
                assertThat(answer.code()).isEqualTo("identity.forbidden");
            }
        }
    }

    @Test
    void aFeedKeyFeedsAndManagesNothing() {
        String key = app.post(KEYS, "{\"kind\": \"feed\", \"name\": \"Second feed\", \"expiresInDays\": 1}")
                .expect(201)
                .text("/key");
        assertThat(key).startsWith("mtdf.");
        String event = TestApp.deviceEvent("1", START, TestApp.VENDOR_GUID, PHONE, "ACTIVATED");
        app.send("POST", "/events", key, event).expect(200);
        app.send("GET", KEYS, key, "").expect(403);
        app.send("POST", KEYS, key, "{}").expect(403);
        app.send("DELETE", KEYS + "/" + idOf(key), key, "").expect(403);
        app.clock.advance(Duration.ofDays(1));
        app.send("POST", "/events", key, event).expect(401);
    }

    @Test
    void fromTheInstantItExpiresAKeyIsLikeOneThatNeverWas() {
        String key = app.post(
                        KEYS, "{\"kind\": \"api\", \"role\": \"full\", \"name\": \"Short\", \"expiresInDays\": 2}")
                .expect(201)
                .text("/key");
        app.clock.advance(Duration.ofDays(2).minusNanos(100));
        app.send("GET", "/api/v1/tenant", key, "").expect(200);
        app.clock.advance(Duration.ofNanos(100));

        TestApp.Answer expired = app.send("GET", "/api/v1/tenant", key, "").expect(401);
        TestApp.Answer unknown = app.send("GET", "/api/v1/tenant", key.replace(idOf(key), "0123456789abcdef"), "")
                .expect(401);
        assertThat(withoutCorrelation(expired)).isEqualTo(withoutCorrelation(unknown));
        assertThat(listed(idOf(key)).orElseThrow().path("state").asText()).isEqualTo("expired");
    }

    private static String withoutCorrelation(TestApp.Answer answer) {
        return answer.http().body().replaceFirst("\"correlationId\":\"[^\"]*\"", "");
    }

    @Test
    void aRevokedKeyOpensNothingFromThenOn() {
        String key = issue("full", "Old").expect(201).text("/key");
        app.send("GET", "/api/v1/tenant", key, "").expect(200);
        TestApp.Answer revoked = app.delete(KEYS + "/" + idOf(key)).expect(204);

        assertThat(revoked.http().body()).isEmpty();
        app.send("GET", "/api/v1/tenant", key, "").expect(401);
        assertThat(listed(idOf(key))).isEmpty();
        assertThat(app.delete(KEYS + "/" + idOf(key)).expect(404).code()).isEqualTo("key.unknown");
    }

    @Test
    void theLastKeyMayRevokeItselfAndTheOperatorHelps() {
        String own = idOf(app.apiKey());
        app.delete(KEYS + "/" + own).expect(204);
        app.get(KEYS).expect(401);

        assertThat(operator("GET", OPERATORS, "").expect(200).json().path("keys"))
                .hasSize(1);
        app.replaceKeys();
        JsonNode replaced = listed(idOf(app.apiKey())).orElseThrow();
        assertThat(replaced.path("name").asText()).isEqualTo("Key from the operator");
        assertThat(replaced.path("role").asText()).isEqualTo("full");
        assertThat(replaced.path("createdBy").asText()).isEqualTo("operator");
        assertThat(replaced.path("expiresAt").asText()).isEqualTo("2027-11-21T09:00:00Z");
    }

    @Test
    void theOperatorIssuesListsAndRevokes() {
        TestApp.Answer issued = operator(
                        "POST",
                        OPERATORS,
                        "{\"kind\": \"api\", \"name\": \"Support\", \"role\": \"read-only\", \"expiresInDays\": 7}")
                .expect(201);
        String key = issued.text("/key");
        assertThat(issued.text("/role")).isEqualTo("read-only");
        assertThat(issued.text("/expiresAt")).isEqualTo("2026-11-28T09:00:00Z");
        assertThat(operator("GET", OPERATORS, "").expect(200).json().path("keys"))
                .hasSize(3);

        app.send("GET", KEYS, key, "").expect(200);
        operator("DELETE", OPERATORS + "/" + idOf(key), "").expect(204);
        operator("DELETE", OPERATORS + "/" + idOf(key), "").expect(404);
        app.send("GET", KEYS, key, "").expect(401);
        for (String tenant : List.of(OTHER_TENANT, "x", "..")) {
            String keys = OPERATORS.replace(TENANT, tenant);
            assertThat(operator("GET", keys, "").expect(404).code()).isEqualTo("tenant.unknown");
            assertThat(operator("POST", keys, "{\"kind\": \"api\"}").expect(404).code())
                    .isEqualTo("tenant.unknown");
            assertThat(operator("DELETE", keys + "/0123456789abcdef", "")
                            .expect(404)
                            .code())
                    .isEqualTo("tenant.unknown");
        }
    }

    @Test
    void anotherTenantsKeyIsUnknown() {
        TestApp.Answer other = operator(
                        "POST",
                        "/api/v1/operator/tenants",
                        "{\"directoryId\": \"%s\", \"fullAccessGroupId\": \"%s\", \"primaryContact\": \"a@b.example\"}"
                                .formatted(OTHER_TENANT, LENA))
                .expect(201);
        String key = other.text("/apiKey");

        assertThat(app.delete(KEYS + "/" + idOf(key)).expect(404).code()).isEqualTo("key.unknown");
        operator("DELETE", OPERATORS + "/" + idOf(key), "").expect(404);
        app.send("GET", KEYS, key, "").expect(200);
        app.send("GET", KEYS, key.replace(OTHER_TENANT, TENANT), "").expect(401);
        assertThat(app.get(KEYS).http().body()).doesNotContain(idOf(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "..", "0123456789ABCDEF", "0123456789abcdeg", "\u0000", "|", "' or true", "한국어"})
    void whatIsNoKeyIdIsUnknown(String id) {
        assertThat(revoke(id).status()).isEqualTo(404);
    }

    @Test
    void anEndlessKeyIdIsUnknownToo() {
        assertThat(revoke("a".repeat(5000)).status()).isEqualTo(404);
    }

    /** Past what an address can hold: the platform decodes paths. */
    private HttpAnswer revoke(String id) {
        Map<String, String> headers = Map.of("Authorization", "Bearer " + app.apiKey());
        return app.app().handle(new HttpRequest("DELETE", KEYS + "/" + id, Map.of(), headers, "", Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{} # kind role name",
                "{'kind': 'device', 'role': 'full', 'name': 'x'} # kind",
                "{'kind': 'API', 'role': 'full', 'name': 'x'} # kind",
                "{'kind': 'api', 'name': 'x'} # role",
                "{'kind': 'api', 'role': 'FULL', 'name': 'x'} # role",
                "{'kind': 'api', 'role': ['full'], 'name': 'x'} # role",
                "{'kind': 'feed', 'role': 'full', 'name': 'x'} # role",
                "{'kind': 'feed'} # name",
                "{'kind': 'feed', 'name': ''} # name",
                "{'kind': 'feed', 'name': '  '} # name",
                "{'kind': 'feed', 'name': 'a\\r\\nBcc: x@y.example'} # name",
                "{'kind': 'feed', 'name': 'a\\u0000'} # name",
                "{'kind': 'feed', 'name': 'a\\u007f'} # name",
                "{'kind': 'feed', 'name': 'a\\u2028b'} # name",
                "{'kind': 'feed', 'name': 'a\\u202eb'} # name",
                "{'kind': 'feed', 'name': 'a\\u2066b'} # name",
                "{'kind': 'feed', 'name': 'a\\u200bb'} # name",
                "{'kind': 'feed', 'name': 'a\\udb40\\udc41b'} # name",
                "{'kind': 'feed', 'name': 'a\\ud800'} # name",
                "{'kind': 'feed', 'name': 'x', 'expiresInDays': 0} # expiresInDays",
                "{'kind': 'feed', 'name': 'x', 'expiresInDays': 366} # expiresInDays",
                "{'kind': 'feed', 'name': 'x', 'expiresInDays': '90'} # expiresInDays",
                "{'kind': 'feed', 'name': 'x', 'expiresInDays': 1.5} # expiresInDays",
                "{'kind': 'feed', 'name': 'x', 'tenantId': 'x', 'secretHash': 'x'} # tenantId secretHash"
            })
    void whatIsWrongIsNamedAndNoKeyIsMade(String body, String fields) {
        String json = body.replace('\'', '"');
        TestApp.Answer answer = app.post(KEYS, json).expect(400);
        assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactly(fields.split(" "));
        assertThat(list()).hasSize(2);
    }

    @Test
    void aNameIsAtMostAHundredCharacters() {
        assertThat(issue("full", "한".repeat(100)).expect(201).text("/name")).hasSize(100);
        assertThat(issue("full", "한".repeat(101)).expect(400).text("/errors/0/field"))
                .isEqualTo("name");
    }

    @Test
    void fiftyValidKeysAreEnough() {
        for (int i = list().size(); i < 50; i++) {
            app.post(KEYS, "{\"kind\": \"feed\", \"name\": \"Feed %d\", \"expiresInDays\": 2}".formatted(i))
                    .expect(201);
        }
        TestApp.Answer refused = issue("full", "One too many").expect(409);
        assertThat(refused.code()).isEqualTo("key.limit");
        assertThat(refused.text("/remedy")).contains("Revoke");
        operator("POST", OPERATORS, "{\"kind\": \"feed\"}").expect(409);

        String feed = list().stream()
                .filter(key -> key.path("name").asText().equals("Feed 49"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        app.delete(KEYS + "/" + feed).expect(204);
        issue("full", "Fits").expect(201);
        issue("full", "One too many").expect(409);
        app.clock.advance(Duration.ofDays(2));
        issue("full", "Fits, for others have expired").expect(201);
    }

    @Test
    void theLastUseIsExactToAnHour() {
        String id = idOf(app.apiKey());
        assertThat(lastUse(id)).isEqualTo(START);
        app.clock.advance(Duration.ofMinutes(59));
        app.get("/api/v1/tenant").expect(200);
        assertThat(lastUse(id)).isEqualTo(START);
        app.clock.advance(Duration.ofMinutes(1));
        app.get("/api/v1/tenant").expect(200);
        assertThat(lastUse(id)).isEqualTo(START.plus(Duration.ofHours(1)));

        app.clock.advance(Duration.ofHours(2));
        app.send("GET", KEYS, app.apiKey() + "x", "").expect(401);
        String wrong = new Key(Key.Kind.API, TENANT, id, "A".repeat(43)).present();
        app.send("GET", KEYS, wrong, "").expect(401);
        JsonNode seen = operator("GET", OPERATORS, "").json().path("keys");
        assertThat(seen.findValuesAsText("lastUsedAt")).contains("2026-11-21T10:00:00Z");
    }

    private Instant lastUse(String id) {
        return Instant.parse(listed(id).orElseThrow().path("lastUsedAt").asText());
    }

    @Test
    void anEventThatNamesTheEnterpriseIsTakenByAFullKeyOnly() {
        String restricted = issue("restricted", "Helpdesk").expect(201).text("/key");
        String event = TestApp.deviceEvent("1", START, TestApp.VENDOR_GUID, PHONE, "ACTIVATED");
        assertThat(event).contains(ENTERPRISE);
        app.send("POST", "/events", restricted, event).expect(403);
        app.send("POST", "/events", app.apiKey(), event).expect(200);
    }
}

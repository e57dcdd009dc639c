package dev.mtdconnector.threat;

import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyApiTest {

    private static final String POLICY = "/api/v1/policy";

    private final TestApp app = new TestApp().ready();

    private static String levels(int version, String levels) {
        return "{\"expectedVersion\": " + version + ", \"levels\": {" + levels.replace('\'', '"') + "}}";
    }

    private Answer change(int version, String levels) {
        return app.put(POLICY, levels(version, levels));
    }

    private List<Row> policyRows() {
        return app.tables.dump().getOrDefault("policies", List.of());
    }

    private JsonNode row(Answer answer, String classification) {
        return StreamSupport.stream(answer.json().get("classifications").spliterator(), false)
                .filter(row -> row.get("classification").asText().equals(classification))
                .findFirst()
                .orElseThrow();
    }

    private void open(String guid, String classification) {
        app.feed(TestApp.deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.feed(TestApp.threatEvent("e-" + guid, START.plusSeconds(1), VENDOR_GUID, guid, "OPEN", classification))
                .expect(200);
        app.drain();
    }

    @Test
    void atFirstThePolicyIsTheDefaults() {
        Answer answer = app.get(POLICY).expect(200);
        assertThat(answer.json().get("version").asInt()).isZero();
        assertThat(answer.json().get("changedAt").isNull()).isTrue();
        assertThat(answer.json().get("changedBy").isNull()).isTrue();
        assertThat(answer.json().get("rerating").isNull()).isTrue();
        assertThat(answer.json().get("classifications")).hasSize(49);
        assertThat(row(answer, "NON_APP_STORE_SIGNER").toString())
                .isEqualTo("{\"classification\":\"NON_APP_STORE_SIGNER\",\"type\":\"configuration\","
                        + "\"platforms\":[\"ios\"],\"description\":"
                        + "\"The device trusts a developer who signs apps outside the App Store.\","
                        + "\"defaultLevel\":\"low\",\"isPublished\":false,\"level\":\"low\"}");
        assertThat(row(answer, "BOT").get("isPublished").asBoolean()).isTrue();
        assertThat(policyRows()).isEmpty();
        assertThat(app.get(POLICY + "/versions").json().get("versions")).isEmpty();
    }

    @Test
    void aChangeIsPartialAndHasAVersion() {
        Answer changed = change(0, "'ADWARE': 'high', 'BOT': 'none'").expect(200);
        assertThat(changed.json().get("version").asInt()).isEqualTo(1);
        assertThat(changed.text("/changedAt")).isEqualTo(START.toString());
        assertThat(changed.text("/changedBy")).matches("key:.+");
        assertThat(row(changed, "ADWARE").get("level").asText()).isEqualTo("high");
        assertThat(row(changed, "ADWARE").get("defaultLevel").asText()).isEqualTo("low");
        assertThat(row(changed, "TROJAN").get("level").asText()).isEqualTo("high");
        change(1, "'TROJAN': 'medium'").expect(200);
        Answer now = app.get(POLICY).expect(200);
        assertThat(row(now, "ADWARE").get("level").asText()).isEqualTo("high");
        assertThat(row(now, "BOT").get("level").asText()).isEqualTo("none");
        assertThat(row(now, "TROJAN").get("level").asText()).isEqualTo("medium");
    }

    @Test
    void aPersonIsNamedByTheirId() {
        TestBrowser browser = app.signIn(INES);
        String body = levels(0, "'ADWARE': 'high'");
        browser.send(
                        "PUT",
                        POLICY,
                        Map.of(
                                "Origin",
                                "https://connector.example",
                                "X-CSRF-Token",
                                browser.formToken(),
                                "Content-Type",
                                "application/json",
                                "Content-Length",
                                "" + body.length()),
                        body)
                .expect(200);
        assertThat(app.get(POLICY).text("/changedBy")).isEqualTo("user:" + INES);
    }

    @Test
    void whatChangesNothingMakesNoVersionAndNoJob() {
        change(0, "'ADWARE': 'low', 'TROJAN': 'high'").expect(200);
        assertThat(policyRows()).isEmpty();
        change(0, "'ADWARE': 'high'").expect(200);
        app.drain();
        Map<String, List<Row>> before = app.tables.dump();
        assertThat(change(1, "'ADWARE': 'high'")
                        .expect(200)
                        .json()
                        .get("version")
                        .asInt())
                .isEqualTo(1);
        app.post(POLICY + "/reset", "{\"expectedVersion\": 1, \"classifications\": [\"BOT\"]}")
                .expect(200);
        app.drain();
        Map<String, List<Row>> after = app.tables.dump();
        // That somebody asked for it is on record all the same.
        before.remove("audit");
        after.remove("audit");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void whoWasOvertakenIsToldTheVersionThatThereIs() {
        change(0, "'ADWARE': 'high'").expect(200);
        for (String what : List.of("", "/preview", "/reset")) {
            String body = what.equals("/reset") ? "{\"expectedVersion\": 0}" : levels(0, "'BOT': 'low'");
            Answer refused = app.send(what.isEmpty() ? "PUT" : "POST", POLICY + what, app.apiKey(), body)
                    .expect(409);
            assertThat(refused.code()).isEqualTo("state.changed");
            assertThat(refused.json().get("version").asInt()).isEqualTo(1);
        }
        assertThat(change(7, "'BOT': 'low'").expect(409).json().get("version").asInt())
                .isEqualTo(1);
        assertThat(app.get(POLICY).json().get("version").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '|',
            value = {
                "'ADWARE': 'high', 'QUANTUM_WORM': 'low'; levels.QUANTUM_WORM",
                "'ADWARE': 'high', 'adware': 'low'; levels.adware",
                "'ADWARE': 'high', 'SPY': 'low'; levels.SPY",
                "'ADWARE': 'high', 'BOT': 'critical'; levels.BOT",
                "'ADWARE': 'high', 'BOT': 'HIGH'; levels.BOT",
                "'ADWARE': 'high', 'BOT': 3; levels.BOT",
                "'ADWARE': 'high', 'BOT': null; levels.BOT",
                "'ADWARE': 'high', 'BOT': ['low']; levels.BOT",
                "||; levels",
            })
    void whatIsWrongIsNamedAndNothingIsWritten(String levels, String field) {
        for (String what : List.of("", "/preview")) {
            Answer refused = app.send(what.isEmpty() ? "PUT" : "POST", POLICY + what, app.apiKey(), levels(0, levels))
                    .expect(400);
            assertThat(refused.json().get("errors").findValuesAsText("field")).containsExactly(field);
        }
        assertThat(policyRows()).isEmpty();
    }

    @Test
    void bodiesOfAnotherFormAreRefused() {
        for (String body : List.of(
                "{}",
                "[]",
                "{\"expectedVersion\": 0}",
                "{\"expectedVersion\": 0, \"levels\": []}",
                "{\"expectedVersion\": 0, \"levels\": {\"BOT\": \"low\", \"BOT\": \"none\"}}",
                "{\"expectedVersion\": \"0\", \"levels\": {\"BOT\": \"low\"}}",
                "{\"expectedVersion\": -1, \"levels\": {\"BOT\": \"low\"}}",
                "{\"levels\": {\"BOT\": \"low\"}}",
                "{\"expectedVersion\": 0, \"levels\": {\"BOT\": \"low\"}, \"force\": true}")) {
            app.put(POLICY, body).expect(400);
            app.post(POLICY + "/preview", body).expect(400);
        }
        for (String body : List.of(
                "{}",
                "{\"expectedVersion\": 0, \"classifications\": []}",
                "{\"expectedVersion\": 0, \"classifications\": null}",
                "{\"expectedVersion\": 0, \"classifications\": [\"BOT\", \"BOT\"]}",
                "{\"expectedVersion\": 0, \"classifications\": \"BOT\"}")) {
            app.post(POLICY + "/reset", body).expect(400);
        }
        assertThat(app.post(POLICY + "/reset", "{\"expectedVersion\": 0, \"classifications\": [\"BOT\", \"bot\"]}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("classifications[1]");
        assertThat(policyRows()).isEmpty();
    }

    @Test
    void aResetIsOfTheNamedOnesOrOfAll() {
        change(0, "'ADWARE': 'high', 'BOT': 'none', 'SPAM': 'low'").expect(200);
        Answer some = app.post(POLICY + "/reset", "{\"expectedVersion\": 1, \"classifications\": [\"BOT\"]}")
                .expect(200);
        assertThat(row(some, "BOT").get("level").asText()).isEqualTo("high");
        assertThat(row(some, "ADWARE").get("level").asText()).isEqualTo("high");
        Answer all = app.post(POLICY + "/reset", "{\"expectedVersion\": 2}").expect(200);
        assertThat(all.json().get("version").asInt()).isEqualTo(3);
        for (JsonNode row : all.json().get("classifications")) {
            assertThat(row.get("level")).isEqualTo(row.get("defaultLevel"));
        }
    }

    @Test
    void everyVersionSaysWhatItChangedAndWho() {
        change(0, "'ADWARE': 'high', 'BOT': 'none'").expect(200);
        app.clock.advance(Duration.ofMinutes(1));
        change(1, "'ADWARE': 'medium'").expect(200);
        change(2, "'BOT': 'high'").expect(200);
        Answer first = app.get(POLICY + "/versions?limit=2").expect(200);
        assertThat(first.json().get("versions").toString())
                .contains("{\"version\":3,\"changedAt\":\"2026-11-21T09:01:00Z\",\"changedBy\":\"key:")
                .contains("\"changes\":[{\"classification\":\"BOT\",\"from\":\"none\",\"to\":\"high\"}],"
                        + "\"overrides\":{\"ADWARE\":\"medium\"}}")
                .contains("\"changes\":[{\"classification\":\"ADWARE\",\"from\":\"high\",\"to\":\"medium\"}],"
                        + "\"overrides\":{\"BOT\":\"none\",\"ADWARE\":\"medium\"}}");
        Answer rest = app.get(POLICY + "/versions?limit=2&cursor=" + first.text("/next"))
                .expect(200);
        assertThat(rest.json().get("versions")).hasSize(1);
        assertThat(rest.json().at("/versions/0/changes")).hasSize(2);
        assertThat(rest.json().get("next").isNull()).isTrue();
        for (String wrong : List.of("limit=0", "limit=101", "limit=x", "cursor=0", "cursor=x", "cursor=9999999999")) {
            app.get(POLICY + "/versions?" + wrong).expect(400);
        }
    }

    @Test
    void thePreviewSaysWhatTheChangeThenDoes() {
        open(LENA, "ADWARE");
        Answer preview =
                app.post(POLICY + "/preview", levels(0, "'ADWARE': 'high'")).expect(200);
        assertThat(preview.http().body())
                .isEqualTo("{\"examined\":1,\"changed\":1,\"devices\":{"
                        + "\"none\":{\"none\":0,\"low\":0,\"medium\":0,\"high\":0},"
                        + "\"low\":{\"none\":0,\"low\":0,\"medium\":0,\"high\":1},"
                        + "\"medium\":{\"none\":0,\"low\":0,\"medium\":0,\"high\":0},"
                        + "\"high\":{\"none\":0,\"low\":0,\"medium\":0,\"high\":0}}}");
        assertThat(policyRows()).isEmpty();
        assertThat(app.device(PHONE)).isEqualTo("low");

        Answer changed = change(0, "'ADWARE': 'high'").expect(200);
        assertThat(changed.json().get("rerating").toString())
                .isEqualTo("{\"version\":1,\"examined\":0,\"changed\":0,\"startedAt\":null,\"finishedAt\":null}");
        assertThat(app.device(PHONE)).isEqualTo("high");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("lowSeverity", "highSeverity");
        JsonNode rerating = app.get(POLICY).json().get("rerating");
        assertThat(rerating.get("examined").asInt()).isEqualTo(1);
        assertThat(rerating.get("changed").asInt()).isEqualTo(1);
        assertThat(rerating.get("finishedAt").asText()).isEqualTo(START.toString());
    }

    private static String rule(int version, String rule) {
        return "{\"expectedVersion\": " + version + ", \"rule\": \"" + rule + "\"}";
    }

    /** The feed calls each of them HIGH. */
    @Test
    void theRuleIsPartOfThePolicyAndIsCarriedOutLikeALevel() {
        open(LENA, "PORT_SCAN");
        assertThat(app.get(POLICY).text("/rule")).isEqualTo("policy");
        assertThat(app.device(PHONE)).isEqualTo("secured");
        Answer preview = app.post(POLICY + "/preview", rule(0, "feed-severity")).expect(200);
        assertThat(preview.json().at("/devices/none/high").asInt()).isEqualTo(1);
        assertThat(preview.json().at("/changed").asInt()).isEqualTo(1);

        Answer changed = app.put(POLICY, rule(0, "feed-severity")).expect(200);
        assertThat(changed.text("/rule")).isEqualTo("feed-severity");
        assertThat(row(changed, "PORT_SCAN").get("level").asText()).isEqualTo("none");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
        Answer device = app.get("/api/v1/devices/" + PHONE).expect(200);
        assertThat(device.text("/why")).contains("by the feed's own severity, HIGH");
        assertThat(device.text("/feedSecurity")).isEqualTo("SECURE");
        assertThat(device.text("/openThreats/0/level")).isEqualTo("high");
        assertThat(device.text("/openThreats/0/feedLevel")).isEqualTo("HIGH");
        assertThat(app.get("/api/v1/threats?level=high").expect(200).text("/threats/0/feedLevel"))
                .isEqualTo("HIGH");
        String trace = app.get("/api/v1/devices/" + PHONE + "/trace")
                .expect(200)
                .http()
                .body();
        assertThat(trace).contains("\"rule\":\"feed-severity\"").contains("\"feedLevel\":\"HIGH\"");

        app.put(POLICY, rule(1, "feed-severity")).expect(200);
        change(1, "'BOT': 'low'").expect(200);
        Answer versions = app.get(POLICY + "/versions").expect(200);
        assertThat(versions.json().get("versions")).hasSize(2);
        assertThat(versions.json().at("/versions/0/ruleBefore").isNull()).isTrue();
        assertThat(versions.text("/versions/1/ruleBefore")).isEqualTo("policy");
        app.post(POLICY + "/reset", "{\"expectedVersion\": 2, \"classifications\": [\"BOT\"]}")
                .expect(200);
        assertThat(app.get(POLICY).text("/rule")).isEqualTo("feed-severity");
        app.post(POLICY + "/reset", "{\"expectedVersion\": 3}").expect(200);
        assertThat(app.get(POLICY).text("/rule")).isEqualTo("policy");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity", "secured");
        for (String wrong : List.of("POLICY", "feed", "")) {
            assertThat(app.put(POLICY, rule(4, wrong)).expect(400).text("/errors/0/field"))
                    .isEqualTo("rule");
        }
    }

    /** Rows as the version before wrote them: without what a feed rated, and without the feed's word. */
    @Test
    void aDeviceFromBeforeTheRuleIsRatedRightByIt() {
        open(LENA, "PORT_SCAN");
        app.tables.dump().getOrDefault("devices", List.of()).stream()
                .filter(row -> row.properties().containsKey("rated")
                        || row.properties().containsKey("feedLevel"))
                .forEach(row -> {
                    Map<String, Object> columns = new HashMap<>(row.properties());
                    columns.keySet()
                            .removeAll(List.of("rated", "unratedClassifications", "unratedUnknown", "feedLevel"));
                    app.tables
                            .table("devices")
                            .transact(List.of(new Change.Upsert(
                                    Row.of(row.partition(), row.key(), columns), Change.Mode.REPLACE)));
                });
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.post(POLICY + "/preview", rule(0, "feed-severity"))
                        .expect(200)
                        .json()
                        .at("/devices/none/high")
                        .asInt())
                .isEqualTo(1);
        app.put(POLICY, rule(0, "feed-severity")).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
        assertThat(app.tables.dump().getOrDefault("devices", List.of()))
                .as("made whole once")
                .anyMatch(row -> "HIGH".equals(row.properties().get("rated")));
    }

    @Test
    void ofTwoAdministratorsAtTheSameTimeOneIsTold() {
        List<Integer> statuses = new ArrayList<>();
        app.faults.dieAt(Integer.MAX_VALUE, false);
        change(0, "'BOT': 'low'").expect(200);
        int calls = app.faults.calls();
        int version = 1;
        for (int call = 1; call <= calls; call++) {
            int mine = version;
            app.faults.pauseAt(
                    call,
                    () -> statuses.add(
                            change(mine, "'ADWARE': '" + level(mine) + "'").status()));
            statuses.add(change(mine, "'SPAM': '" + level(mine) + "'").status());
            app.faults.never();
            version = app.get(POLICY).json().get("version").asInt();
        }
        assertThat(statuses).contains(200, 409).containsOnly(200, 409);
        assertThat(version)
                .isEqualTo(1 + statuses.stream().filter(status -> status == 200).count());
        assertThat(app.get(POLICY + "/versions?limit=100").json().get("versions"))
                .hasSize(version);
    }

    private static String level(int version) {
        return version % 2 == 0 ? "low" : "high";
    }

    @Test
    void anotherTenantsPolicyIsItsOwn() {
        change(0, "'ADWARE': 'high'").expect(200);
        String other = app.send("POST", "/api/v1/operator/tenants", OPERATOR_KEY, """
                        {"directoryId": "7c1d9a52-0b83-4a55-9a3e-2f6a8c4d1e90", "primaryContact": "a@other.example",
                         "fullAccessGroupId": "00000000-1111-4222-8333-444444444444"}
                        """)
                .expect(201)
                .text("/apiKey");
        Answer theirs = app.send("GET", POLICY, other, "").expect(200);
        assertThat(theirs.json().get("version").asInt()).isZero();
        assertThat(row(theirs, "ADWARE").get("level").asText()).isEqualTo("low");
        assertThat(app.send("GET", POLICY + "/versions", other, "").json().get("versions"))
                .isEmpty();
    }
}

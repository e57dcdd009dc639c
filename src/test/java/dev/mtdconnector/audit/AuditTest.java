package dev.mtdconnector.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.storage.AuditTable;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.TestApp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the audit trail shows of an administrator's and an operator's acts. */
class AuditTest {

    private final TestApp app = new TestApp();

    @BeforeEach
    void aTenant() {
        app.ready();
        app.clock.advance(Duration.ofSeconds(1));
    }

    private List<JsonNode> entries(String query) {
        List<JsonNode> entries = new ArrayList<>();
        app.get("/api/v1/audit" + query).expect(200).json().path("entries").forEach(entries::add);
        return entries;
    }

    private JsonNode latest() {
        return entries("").get(0);
    }

    @Test
    void aChangeStandsWithWhatItWasBefore() {
        TestApp.Answer answer = app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": 7}");
        answer.expect(200);
        JsonNode entry = latest();
        assertThat(entry.path("action").asText()).isEqualTo("connector.settings.change");
        assertThat(entry.path("actor").asText()).startsWith("key:");
        assertThat(entry.path("outcome").asText()).isEqualTo("done");
        assertThat(entry.path("correlationId").asText())
                .isEqualTo(answer.http().headers().get("X-Correlation-Id"));
        assertThat(entry.path("changes"))
                .hasToString("{\"settings.heartbeatMinutes\":{\"before\":\"10\",\"after\":\"7\"}}");
        assertThat(entry.path("at").asText()).isEqualTo(app.clock.instant().toString());
    }

    @Test
    void aGroupThatWasPutInIsFoundByItsId() {
        app.directory.withGroup("7d3b2a9e-94bd-4ad4-b9a5-8c4d1c5c0a11", "More users");
        app.put("/api/v1/connector/enrollment", "{\"groups\": [\"More users\", \"Mobile Threat Defense Users\"]}")
                .expect(200);
        List<String> changed = new ArrayList<>();
        latest().path("changes").fieldNames().forEachRemaining(changed::add);
        assertThat(changed).isNotEmpty().allMatch(path -> path.contains("7d3b2a9e-94bd-4ad4-b9a5-8c4d1c5c0a11"));
    }

    @Test
    void whatWasRefusedLeavesNothing() {
        var before = app.tables.dump();
        app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": 0}").expect(400);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void whatFailedIsOnRecordWithItsCode() {
        app.directory.failGroups(new UpstreamException(
                UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "Down for a while"));
        app.put("/api/v1/connector/enrollment", "{\"groups\": [\"" + TestApp.GROUP + "\"]}")
                .expect(503);
        assertThat(latest().path("outcome").asText()).isEqualTo("failed");
    }

    @Test
    void anOperatorsActStandsInTheTenantsTrail() {
        app.operator("PATCH", "/" + TestApp.TENANT, "{\"name\": \"Fabrikam\"}").expect(200);
        JsonNode entry = latest();
        assertThat(entry.path("action").asText()).isEqualTo("tenant.change");
        assertThat(entry.path("actor").asText()).startsWith("operator:");
        assertThat(entry.path("changes").path("name").path("after").asText()).isEqualTo("Fabrikam");
        assertThat(app.send("GET", "/api/v1/operator/audit", TestApp.OPERATOR_KEY, "")
                        .expect(200)
                        .text("/entries/0/action"))
                .isEqualTo("tenant.create");
        assertThat(entries("?action=tenant.create")).hasSize(1);
        assertThat(app.operator("GET", "/" + TestApp.TENANT + "/audit", "").text("/entries/0/action"))
                .isEqualTo("tenant.change");
    }

    @Test
    void noKeyStandsInTheTrail() {
        String key = app.post("/api/v1/keys", "{\"kind\": \"feed\", \"name\": \"=1+1\"}")
                .expect(201)
                .text("/key");
        assertThat(app.get("/api/v1/audit").http().body())
                .contains("key.create")
                .doesNotContain(key.substring(key.lastIndexOf('.') + 1));
    }

    @Test
    void entriesAreFoundByActorActionAndTime() {
        String before = app.clock.instant().toString();
        app.clock.advance(Duration.ofMinutes(1));
        app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": 7}").expect(200);
        String after = app.clock.instant().toString();
        app.clock.advance(Duration.ofMinutes(1));
        app.post("/api/v1/connector/sync", "").expect(202);

        assertThat(entries("?action=connector.settings.change")).hasSize(1);
        assertThat(entries("?actor=nobody")).isEmpty();
        assertThat(entries("?from=" + after)).hasSize(2);
        assertThat(entries("?from=" + after + "&to=" + app.clock.instant())).hasSize(1);
        assertThat(entries("?from=" + before + "&to=" + after)).isEmpty();
        assertThat(app.get("/api/v1/audit?from=yesterday").expect(400).text("/errors/0/field"))
                .isEqualTo("from");
        assertThat(app.get("/api/v1/audit?cursor=x").expect(400).text("/errors/0/field"))
                .isEqualTo("cursor");
        app.get("/api/v1/audit?limit=0").expect(400);
        app.get("/api/v1/audit?format=xml").expect(400);
    }

    @Test
    void pagesHoldEveryEntryOnce() {
        app.post("/api/v1/connector/sync", "").expect(202);
        List<JsonNode> all = entries("");
        assertThat(all).hasSize(4);
        List<JsonNode> paged = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = app.get("/api/v1/audit?limit=1" + next).expect(200).json();
            page.path("entries").forEach(paged::add);
            next = page.path("next").isNull()
                    ? null
                    : "&cursor=" + page.path("next").asText().replace("|", "%7C");
        } while (next != null);
        assertThat(paged).isEqualTo(all);
    }

    @Test
    void aSpreadsheetTakesNothingForAFormula() {
        app.operator("PATCH", "/" + TestApp.TENANT, "{\"name\": \"=HYPERLINK(\\\"x\\\")\"}")
                .expect(200);
        HttpAnswer csv = app.get("/api/v1/audit?format=csv&limit=1").expect(200).http();
        assertThat(csv.headers()).containsEntry("Content-Type", "text/csv; charset=utf-8");
        assertThat(csv.headers()).containsKey("X-Next-Cursor");
        assertThat(csv.body().lines().toList()).hasSize(2);
        assertThat(csv.body()).contains("\"'=HYPERLINK(\"\"x\"\")\"");
    }

    @Test
    void anActWhoseProcessEndedIsOnRecord() {
        for (int call = 1; ; call++) {
            app.faults.dieAt(call, true);
            int minutes = 11 + call % 49;
            try {
                app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": " + minutes + "}");
                app.faults.never();
                break;
            } catch (Faults.Death end) {
                app.faults.never();
                app.restart();
            }
            boolean isChanged = app.get("/api/v1/connector")
                    .text("/settings/heartbeatMinutes")
                    .equals("" + minutes);
            String time = app.clock.instant().toString();
            assertThat(!isChanged || !entries("?from=" + time).isEmpty())
                    .as("a change that happened is on record, call %s", call)
                    .isTrue();
            app.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(entries("?action=connector.settings.change"))
                .anyMatch(entry -> entry.path("outcome").asText().equals("unknown"))
                .anyMatch(entry -> entry.path("outcome").asText().equals("done"));
    }

    @Test
    void aRouteThatChangesSomethingCannotBeForgotten() {
        AuditedRoutes audited = new AuditedRoutes(
                new AuditTrail(new AuditTable(new MemoryTables()), Clock.systemUTC()), tenantId -> true);
        Route change = new Route(
                "POST", "/api/v1/new", Access.SYSTEM_CHANGE, null, (request, caller) -> HttpAnswer.noContent());
        assertThatThrownBy(() -> audited.on(List.of(change))).hasMessageContaining("POST /api/v1/new");
        audited.action("POST /api/v1/new", "new.do");
        assertThat(audited.on(List.of(change))).hasSize(1);
        assertThatThrownBy(() -> audited.on(List.of())).hasMessageContaining("POST /api/v1/new");
    }
}

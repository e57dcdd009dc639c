package dev.mtdconnector.operator;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.FakeRiskApi;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tenant leaves: deprovisioned, kept, deleted to the last row. */
class OffboardingTest {

    private static final String CONFIRM = "{\"confirm\": \"" + TENANT + "\"}";
    private static final String OTHER = "11111111-2222-4333-8444-555555555555";
    private static final String RISK = "44444444-0000-4000-8000-000000000001";
    private static final Duration RETENTION = Duration.ofDays(30);

    private final TestApp app = new TestApp();

    private TestApp.Answer offboard() {
        return app.operator("POST", "/" + TENANT + "/offboard", CONFIRM);
    }

    private static TestApp.Answer view(TestApp app) {
        return app.operator("GET", "/" + TENANT, "");
    }

    /** Rows in every table, and another tenant beside it. */
    private static TestApp inUse(TestApp app) {
        app.ready();
        app.activate(PHONE);
        app.drain();
        app.feed("[" + TestApp.deviceEvent("e1", app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED") + ","
                        + TestApp.threatEvent("e2", app.clock.instant(), VENDOR_GUID, TestApp.LENA, "OPEN", "TROJAN")
                        + ","
                        + TestApp.threatEvent("e3", app.clock.instant(), OTHER, PHONE, "OPEN", "TROJAN") + "]")
                .expect(200);
        app.directory.withDevice("ab764685-f44a-4e98-8fe7-e477a6c0937f", TestApp.LENA, "Windows", "11");
        app.intune.failWith(new UpstreamException(Service.INTUNE, Kind.UNAVAILABLE, "down"));
        app.pass(Duration.ofMinutes(11));
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(11));
        app.postForm("/les", "tenant=" + TENANT + "&registration=base", null).expect(303);
        app.put("/api/v1/policy", "{\"expectedVersion\": 0, \"levels\": {\"ADWARE\": \"high\"}}")
                .expect(200);
        app.operator(
                        "POST",
                        "",
                        "{\"directoryId\": \"" + OTHER + "\", \"fullAccessGroupId\": \"" + TestApp.LENA
                                + "\", \"primaryContact\": \"a@b.example\"}")
                .expect(201);
        app.drain();
        app.signIn(TestApp.INES);
        PublishingTable publishing = new PublishingTable(app.tables);
        publishing.written(TENANT, new UUID(1, 1), Map.of(PHONE, "gone"));
        publishing.saveDevices(TENANT, TestApp.GROUP, Map.of(PHONE, TestApp.LENA));
        app.post("/api/v1/denied-apps", "{\"name\": \"Spy\", \"reason\": \"it is one\"}")
                .expect(201);
        app.put("/api/v1/feed", "{\"applicationKey\": \"" + FakeRiskApi.KEY + "\"}")
                .expect(200);
        app.put("/api/v1/webhooks/other", "{\"format\": \"mobile-risk-api\"}").expect(200);
        app.app().poisoned(JobKind.KEY_EXPIRY, TENANT);
        return app;
    }

    /** Every row of every table in which the tenant is named, in whatever place. */
    private static List<String> traces(TestApp app) {
        List<String> traces = new ArrayList<>();
        app.tables.dump().forEach((table, rows) -> {
            for (Row row : rows) {
                String all = row.partition() + " " + row.key() + " " + row.properties();
                if (all.contains(TENANT)) {
                    traces.add(table + ": " + all);
                }
            }
        });
        return traces;
    }

    private static Set<String> tablesOf(TestApp app) {
        Set<String> names = new TreeSet<>();
        traces(app).forEach(trace -> names.add(trace.substring(0, trace.indexOf(':'))));
        return names;
    }

    private static void afterRetention(TestApp app) {
        app.clock.advance(RETENTION);
        app.pass(Duration.ofMinutes(3));
    }

    @Test
    void nobodyGetsInFromTheMomentOnAndIntuneHearsNoMore() {
        inUse(app);
        assertThat(app.intune.isProvisioned()).isTrue();
        TestApp.Answer left = offboard().expect(200);
        assertThat(left.text("/status")).isEqualTo("offboarded");
        assertThat(left.text("/offboardedAt")).isEqualTo(app.clock.instant().toString());
        assertThat(left.text("/deletionDueAt"))
                .isEqualTo(app.clock.instant().plus(RETENTION).toString());
        assertThat(app.get("/api/v1/tenant").expect(403).code()).isEqualTo("tenant.suspended");
        assertThat(app.feed("[]").status()).isEqualTo(403);

        app.drain();
        assertThat(app.intune.isProvisioned()).isFalse();
        assertThat(view(app).text("/deprovision")).isEqualTo("done");
        int beats = app.intune.beats().size();
        app.pass(Duration.ofHours(2));
        assertThat(app.intune.beats()).hasSize(beats);
        assertThat(app.intune.deprovisions()).isEqualTo(1);
        assertThat(app.intune.isProvisioned()).isFalse();
    }

    @Test
    void everythingOfTheTenantIsDeletedAndNothingOfAnother() {
        inUse(app);
        assertThat(tablesOf(app))
                .as("every table but that of the drivers has something to delete")
                .containsExactlyElementsOf(app.tables.dump().keySet().stream()
                        .filter(table -> !table.equals("drivers"))
                        .toList());
        var others = app.tables.dump();
        offboard().expect(200);
        app.pass(Duration.ofMinutes(5));
        app.clock.advance(RETENTION.minusHours(1));
        app.pass(Duration.ofMinutes(3));
        app.tables.withRaggedPages();
        assertThat(view(app).text("/status")).isEqualTo("offboarded");
        assertThat(traces(app)).isNotEmpty();

        app.clock.advance(Duration.ofHours(1));
        app.pass(Duration.ofMinutes(3));
        assertThat(traces(app)).isEmpty();
        assertThat(view(app).expect(404).code()).isEqualTo("tenant.unknown");
        assertThat(app.get("/api/v1/tenant").status()).isEqualTo(401);
        app.operator("GET", "/" + OTHER, "").expect(200);
        for (String table : List.of("tenants", "mails", "enterprises")) {
            assertThat(app.tables.dump().get(table))
                    .as(table)
                    .isEqualTo(others.getOrDefault(table, List.of()).stream()
                            .filter(row -> !(row.partition() + row.properties()).contains(TENANT))
                            .toList());
        }
    }

    @Test
    void theDirectoryIsOnboardedAnewAfterItsDeletionAndNotBefore() {
        app.ready();
        String old = app.apiKey();
        offboard().expect(200);
        app.drain();
        TestApp.Answer refused = app.onboard().expect(409);
        assertThat(refused.code()).isEqualTo("tenant.offboarded");
        assertThat(refused.text("/detail")).contains(view(app).text("/deletionDueAt"));
        TestApp.Answer taken = app.operator(
                "POST",
                "",
                "{\"directoryId\": \"" + OTHER + "\", \"fullAccessGroupId\": \"" + TestApp.LENA
                        + "\", \"primaryContact\": \"a@b.example\", \"enterpriseGuid\": \"" + TestApp.ENTERPRISE
                        + "\"}");
        assertThat(taken.expect(409).text("/errors/0/message")).contains("offboarded");

        afterRetention(app);
        assertThat(traces(app)).isEmpty();
        app.ready();
        assertThat(app.get("/api/v1/devices").json().path("devices")).hasSize(1);
        assertThat(app.send("GET", "/api/v1/tenant", old, "").status()).isEqualTo(401);
        app.pass(Duration.ofMinutes(30));
        app.get("/api/v1/tenant").expect(200);
    }

    @Test
    void noKeyIsMadeForWhoHasLeft() {
        app.ready();
        offboard().expect(200);
        assertThat(app.operator("POST", "/" + TENANT + "/keys", "{\"kind\": \"api\"}")
                        .expect(409)
                        .code())
                .isEqualTo("tenant.offboarded");
        app.operator("GET", "/" + TENANT + "/keys", "").expect(200);
        app.drain();
        app.operator("POST", "/" + TENANT + "/restore", "").expect(200);
        app.operator("POST", "/" + TENANT + "/keys", "{\"kind\": \"api\"}").expect(201);
    }

    @Test
    void offboardingAsksForConfirmationAndTakesASecondForTheFirst() {
        app.ready();
        for (String body : List.of("{}", "{\"confirm\": \"yes\"}", "{\"confirm\": \"" + OTHER + "\"}")) {
            assertThat(app.operator("POST", "/" + TENANT + "/offboard", body)
                            .expect(400)
                            .text("/errors/0/field"))
                    .isEqualTo("confirm");
        }
        app.get("/api/v1/tenant").expect(200);
        String due = offboard().expect(200).text("/deletionDueAt");
        app.pass(Duration.ofHours(1));
        assertThat(offboard().expect(200).text("/deletionDueAt")).isEqualTo(due);
        assertThat(app.intune.deprovisions()).isEqualTo(1);
        for (String step : List.of("suspend", "resume")) {
            assertThat(app.operator(
                                    "POST",
                                    "/" + TENANT + "/" + step,
                                    step.equals("suspend") ? "{\"reason\": \"x\"}" : "")
                            .expect(409)
                            .code())
                    .isEqualTo("tenant.offboarded");
        }
        assertThat(app.operator("PATCH", "/" + TENANT, "{\"name\": \"x\"}")
                        .expect(409)
                        .code())
                .isEqualTo("tenant.offboarded");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONSENT_MISSING", "FORBIDDEN", "REFUSED"})
    void whatIntuneRefusesIsNotedAndHoldsUpNothing(Kind kind) {
        app.ready();
        app.intune.failWith(new UpstreamException(Service.INTUNE, kind, "no"));
        offboard().expect(200);
        app.drain();
        assertThat(view(app).text("/deprovision"))
                .isEqualTo(kind == Kind.REFUSED ? "intune.refused" : "intune.consent-missing");
        afterRetention(app);
        assertThat(traces(app)).isEmpty();
    }

    @Test
    void anIntuneThatIsDownIsAskedAgain() {
        app.ready();
        app.intune.failWith(new UpstreamException(Service.INTUNE, Kind.UNAVAILABLE, "down"));
        offboard().expect(200);
        app.pass(Duration.ofMinutes(5));
        assertThat(view(app).json().at("/deprovision").isNull()).isTrue();
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(11));
        assertThat(view(app).text("/deprovision")).isEqualTo("done");
    }

    @Test
    void anIntuneThatStaysDownDoesNotKeepTheDataAlive() {
        app.ready();
        app.intune.failWith(new UpstreamException(Service.INTUNE, Kind.UNAVAILABLE, "down"));
        offboard().expect(200);
        app.drain();
        app.clock.advance(RETENTION);
        app.pass(Duration.ofMinutes(20));
        assertThat(traces(app)).isEmpty();
    }

    private void publishing(Registration registration, String body) {
        app.ready();
        app.consent(registration).expect(200);
        app.targets
                .withDevice(PHONE, null)
                .withGroup(RISK, new RiskGroups.Candidate("At risk", true, false, false, false, false, Set.of()))
                .withMember(TestApp.INES);
        app.put("/api/v1/connector/publishing", body).expect(200);
        app.drain();
        infect();
    }

    private void infect() {
        app.feed("[" + TestApp.deviceEvent("tie", app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED") + ","
                        + TestApp.threatEvent(
                                "t", app.clock.instant().plusSeconds(1), VENDOR_GUID, TestApp.LENA, "OPEN", "TROJAN")
                        + "]")
                .expect(200);
        app.drain();
    }

    @Test
    void whatThePartnerWasToldIsTakenBackBeforeItIsLeft() {
        app.ready();
        infect();
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity");
        offboard().expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity", "deactivated");
        assertThat(app.intune.isProvisioned()).isFalse();
        assertThat(view(app).text("/withdrawal")).isEqualTo("done");

        // Restored, it is told again.
        app.operator("POST", "/" + TENANT + "/restore", "").expect(200);
        app.operator("POST", "/" + TENANT + "/resume", "").expect(200);
        app.pass(Duration.ofMinutes(15));
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity", "deactivated", "highSeverity");
    }

    @Test
    void anAttributeIsClearedBeforeTheTenantLeaves() {
        publishing(Registration.ATTRIBUTE, "{\"publisher\": \"device-attribute\", \"attribute\": 7}");
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");
        offboard().expect(200);
        app.drain();
        assertThat(app.targets.value(PHONE)).isNull();
        assertThat(view(app).text("/withdrawal")).isEqualTo("done");
    }

    @Test
    void membersByUsAreTakenOutBeforeTheTenantLeavesAndNobodyElse() {
        publishing(Registration.GROUP, "{\"publisher\": \"risk-group\", \"groupId\": \"" + RISK + "\"}");
        assertThat(app.targets.members()).containsExactlyInAnyOrder(TestApp.INES, TestApp.LENA);
        offboard().expect(200);
        app.drain();
        assertThat(app.targets.members()).containsExactly(TestApp.INES);
        afterRetention(app);
        assertThat(traces(app)).isEmpty();
    }

    @Test
    void anOffboardingThatCannotTakeEverythingBackGoesOnAfterADayAndSaysSo() {
        app.ready();
        infect();
        app.intune.failWith(new UpstreamException(Service.INTUNE, Kind.UNAVAILABLE, "down"));
        offboard().expect(200);
        app.pass(Duration.ofMinutes(30));
        assertThat(view(app).text("/withdrawal")).isEqualTo("under-way");
        app.clock.advance(OffboardJob.LONGEST_WITHDRAWAL);
        app.pass(Duration.ofMinutes(15));
        assertThat(view(app).text("/withdrawal")).isEqualTo("incomplete");
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(15));
        assertThat(view(app).text("/deprovision")).isEqualTo("done");
    }

    @Test
    void aConsentThatIsGoneHoldsUpNoOffboarding() {
        app.ready();
        infect();
        app.intune.failWith(new UpstreamException(Service.INTUNE, Kind.CONSENT_MISSING, "revoked"));
        offboard().expect(200);
        app.drain();
        assertThat(view(app).text("/withdrawal")).isEqualTo("intune.consent-missing");
        assertThat(view(app).text("/deprovision")).isEqualTo("intune.consent-missing");
    }

    @Test
    void aTenantWithoutAConnectorLeavesWithoutIntune() {
        app.onboard();
        offboard().expect(200);
        app.drain();
        assertThat(view(app).text("/deprovision")).isEqualTo("not-set-up");
        afterRetention(app);
        assertThat(traces(app)).isEmpty();
    }

    @Test
    void aTenantThatIsRestoredComesBackSuspendedAndThenAsItWas() {
        inUse(app);
        offboard().expect(200);
        assertThat(app.operator("POST", "/" + TENANT + "/restore", "")
                        .expect(409)
                        .code())
                .as("while it is being deprovisioned")
                .isEqualTo("state.changed");
        app.drain();
        TestApp.Answer restored =
                app.operator("POST", "/" + TENANT + "/restore", "").expect(200);
        assertThat(restored.text("/status")).isEqualTo("suspended");
        assertThat(restored.json().at("/deletionDueAt").isNull()).isTrue();
        app.operator("POST", "/" + TENANT + "/restore", "").expect(200);
        app.clock.advance(RETENTION.plusDays(1));
        app.pass(Duration.ofMinutes(3));
        app.operator("POST", "/" + TENANT + "/resume", "").expect(200);
        app.pass(Duration.ofMinutes(1));
        assertThat(app.intune.isProvisioned()).isTrue();
        assertThat(app.device(PHONE)).isNotEmpty();
    }

    @Test
    void theExportHoldsEveryRowAndNoSecret() {
        inUse(app);
        int expected = (int) traces(app).stream()
                .filter(trace -> !trace.startsWith("due") && !trace.startsWith("enterprises"))
                .count();
        app.tables.withRaggedPages();
        List<JsonNode> rows = export("");
        assertThat(rows).hasSize(expected);
        assertThat(new HashSet<>(rows)).hasSize(expected);
        String all = rows.toString();
        assertThat(all).contains("ines.duarte@contoso.example").contains(PHONE).contains("TROJAN");
        assertThat(all).doesNotContainPattern("[0-9a-f]{64}").doesNotContain(OTHER + "\",\"row");

        offboard().expect(200);
        assertThat(export("")).isNotEmpty();
        afterRetention(app);
        app.operator("GET", "/" + TENANT + "/export", "").expect(404);
    }

    private List<JsonNode> export(String cursor) {
        TestApp.Answer page =
                app.operator("GET", "/" + TENANT + "/export" + cursor, "").expect(200);
        List<JsonNode> rows = new ArrayList<>();
        page.json().path("rows").forEach(rows::add);
        if (!page.json().path("next").isNull()) {
            rows.addAll(export("?cursor=" + page.text("/next")));
        }
        return rows;
    }

    @Test
    void aLargeExportIsPagedWithoutLossOrRepetition() {
        app.ready();
        for (int i = 0; i < 1234; i++) {
            app.tables
                    .table("intake")
                    .transact(List.of(new Change.Insert(
                            Row.of(TENANT + (i % 3 == 0 ? "|0" + i % 5 : ""), "row" + i, Map.of("n", (long) i)))));
        }
        app.tables.withRaggedPages();
        List<JsonNode> rows = export("");
        Set<Long> numbers = new TreeSet<>();
        rows.stream()
                .filter(row -> row.path("row").asText().startsWith("row"))
                .forEach(row ->
                        assertThat(numbers.add(row.at("/columns/n").asLong())).isTrue());
        assertThat(numbers).hasSize(1234);
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        app.onboard();
        for (String cursor : List.of("x", "%00", "***", "dGVuYW50cwo5YjVk", "YQpiCmM")) {
            assertThat(app.operator("GET", "/" + TENANT + "/export?cursor=" + cursor, "")
                            .expect(400)
                            .text("/errors/0/field"))
                    .isEqualTo("cursor");
        }
    }

    @Test
    void aProcessThatEndsAnywhereWhileATenantLeavesIsMadeGoodByAskingAgain() {
        everyDeath(crashing -> {}, crashing -> {
            crashing.operator("POST", "/" + TENANT + "/offboard", CONFIRM);
            crashing.drain();
        });
    }

    @Test
    void aProcessThatEndsAnywhereInTheDeletionLeavesNothingBehind() {
        everyDeath(
                crashing -> {
                    crashing.operator("POST", "/" + TENANT + "/offboard", CONFIRM)
                            .expect(200);
                    crashing.drain();
                    crashing.clock.advance(RETENTION);
                },
                crashing -> crashing.pass(Duration.ofMinutes(2)));
    }

    /** What is done, with the process ending at each call there is, before and after its effect. */
    private static void everyDeath(Consumer<TestApp> before, Consumer<TestApp> act) {
        for (boolean after : new boolean[] {false, true}) {
            int call = 0;
            boolean died = true;
            while (died) {
                call++;
                TestApp crashing = inUse(new TestApp());
                before.accept(crashing);
                crashing.faults.dieAt(call, after);
                try {
                    act.accept(crashing);
                    died = false;
                } catch (Faults.Death e) {
                    crashing.restart();
                }
                crashing.faults.never();
                int status = crashing.operator("POST", "/" + TENANT + "/offboard", CONFIRM)
                        .status();
                assertThat(status).isIn(200, 404);
                crashing.pass(Duration.ofMinutes(3));
                crashing.clock.advance(RETENTION);
                crashing.pass(Duration.ofMinutes(25));
                assertThat(traces(crashing)).as("call %d, %s", call, after).isEmpty();
                assertThat(crashing.intune.isProvisioned()).isFalse();
            }
            assertThat(call).isGreaterThan(20);
        }
    }
}

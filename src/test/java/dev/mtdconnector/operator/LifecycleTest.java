package dev.mtdconnector.operator;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestBrowser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Suspension, and the list of tenants by where they stand. */
class LifecycleTest {

    private static final String REASON = "{\"reason\": \"The invoice of October is not paid\"}";

    private final TestApp app = new TestApp();

    private TestApp.Answer step(String step, String body) {
        return app.operator("POST", "/" + TENANT + "/" + step, body);
    }

    /** What each identity of the tenant is answered. */
    private List<Integer> identities(String credential) {
        List<Integer> statuses = new ArrayList<>();
        statuses.add(app.get("/api/v1/tenant").status());
        statuses.add(app.get("/api/v1/devices").status());
        statuses.add(app.checkIn(credential).status());
        statuses.add(app.feed("[]").status());
        statuses.add(app.send(
                        "POST",
                        "/device/v1/activate",
                        app.entra.token(TENANT, LENA),
                        "{\"deviceId\": \"" + PHONE + "\"}")
                .status());
        return statuses;
    }

    @Test
    void nobodyOfASuspendedTenantGetsInByAnyCredential() {
        app.ready();
        assertThat(identities(app.activate(PHONE))).doesNotContain(401, 403);
        String credential = app.activate(PHONE);
        TestApp.Answer view = step("suspend", REASON).expect(200);
        assertThat(view.text("/status")).isEqualTo("suspended");
        assertThat(view.text("/suspendedReason")).isEqualTo("The invoice of October is not paid");

        assertThat(identities(credential)).containsOnly(403);
        assertThat(app.get("/api/v1/tenant").code()).isEqualTo("tenant.suspended");
        assertThat(app.get("/api/v1/tenant").http().body()).doesNotContain("invoice");

        view = step("resume", "").expect(200);
        assertThat(view.text("/status")).isEqualTo("active");
        assertThat(view.json().at("/suspendedReason").isNull()).isTrue();
        app.get("/api/v1/tenant").expect(200);
        app.checkIn(credential).expect(200);
        assertThat(app.get("/api/v1/tenant").json().has("suspendedReason")).isFalse();
    }

    @Test
    void whoWasSignedInBeforeASuspensionSignsInAnew() {
        app.ready();
        TestBrowser quiet = app.signIn(TestApp.INES);
        step("suspend", REASON).expect(200);
        app.clock.advance(Duration.ofMinutes(5));
        step("resume", "").expect(200);
        quiet.get("/api/v1/me").expect(401);

        quiet.signIn(TestApp.INES).get("/api/v1/me").expect(200);
        step("resume", "").expect(200);
        quiet.get("/api/v1/me").expect(200);
    }

    @Test
    void noJobOfASuspendedTenantRunsAndAllComeBackWhenItIsResumed() {
        app.ready();
        app.pass(Duration.ofMinutes(15));
        step("suspend", REASON).expect(200);
        int beats = app.intune.beats().size();
        var before = app.tables.dump();
        app.directory.withDevice("9f764685-f44a-4e98-8fe7-e477a6c0937f", LENA, "Android", "15");
        app.pass(Duration.ofHours(3));

        assertThat(app.intune.beats()).hasSize(beats);
        for (String table : List.of("devices", "connectors", "errors", "mails", "tenants")) {
            assertThat(app.tables.dump().get(table)).as(table).isEqualTo(before.get(table));
        }

        step("resume", "").expect(200);
        app.pass(Duration.ofSeconds(20));
        assertThat(app.intune.beats()).hasSize(beats + 1);
        assertThat(app.get("/api/v1/devices").json().path("devices")).hasSize(2);
        assertThat(app.get("/api/v1/errors").json().path("errors")).isEmpty();
        app.pass(Duration.ofMinutes(30));
        assertThat(app.intune.beats()).hasSizeBetween(beats + 3, beats + 4);
    }

    @Test
    void whatHappenedBeforeASuspensionIsToldAfterIt() {
        app.ready();
        app.activate(PHONE);
        app.drain();
        app.feed("[" + TestApp.deviceEvent("e1", app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED") + ","
                        + TestApp.threatEvent("e2", app.clock.instant(), VENDOR_GUID, TestApp.LENA, "OPEN", "TROJAN")
                        + "]")
                .expect(200);
        step("suspend", REASON).expect(200);
        int told = app.intune.history(PHONE).size();
        app.pass(Duration.ofMinutes(30));
        assertThat(app.intune.history(PHONE)).hasSize(told);
        step("resume", "").expect(200);
        app.pass(Duration.ofMinutes(1));
        assertThat(app.intune.history(PHONE)).hasSizeGreaterThan(told);
    }

    @Test
    void suspendingAndResumingTwiceIsOnce() {
        app.ready();
        step("suspend", REASON).expect(200);
        long writes = app.tables.writes("tenants");
        step("suspend", REASON).expect(200);
        assertThat(app.tables.writes("tenants")).isEqualTo(writes);
        assertThat(step("suspend", "{\"reason\": \"Another\"}").expect(200).text("/suspendedReason"))
                .isEqualTo("Another");
        step("resume", "").expect(200);
        app.drain();
        var before = app.tables.dump();
        step("resume", "").expect(200);
        var after = app.tables.dump();
        // That it was asked for is on record; nothing else changes.
        before.remove("audit");
        after.remove("audit");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void aSuspensionNeedsItsReason() {
        app.onboard();
        assertThat(step("suspend", "{}").expect(400).text("/errors/0/field")).isEqualTo("reason");
        assertThat(step("suspend", "{\"reason\": \"" + "x".repeat(501) + "\"}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("reason");
        app.get("/api/v1/tenant").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"suspend", "resume", "offboard", "restore"})
    void aTenantThatIsNotThereIsUnknown(String step) {
        String id = "11111111-2222-4333-8444-555555555555";
        String body = step.equals("suspend") ? REASON : step.equals("offboard") ? "{\"confirm\": \"" + id + "\"}" : "";
        assertThat(app.operator("POST", "/" + id + "/" + step, body).expect(404).code())
                .isEqualTo("tenant.unknown");
        app.operator("POST", "/x/" + step, body).expect(404);
        app.operator("PATCH", "/" + id, "{}").expect(404);
        app.operator("GET", "/" + id + "/export", "").expect(404);
        assertThat(app.tables.dump().values()).allMatch(List::isEmpty);
    }

    @Test
    void onlyTheOperatorDecidesOverTenants() {
        app.onboard();
        String tenant = "/api/v1/operator/tenants/" + TENANT;
        for (String key : List.of(app.apiKey(), app.feedKey())) {
            app.send("PATCH", tenant, key, "{\"name\": \"Mine\"}").expect(403);
            app.send("POST", tenant + "/suspend", key, REASON).expect(403);
            app.send("POST", tenant + "/resume", key, "").expect(403);
            app.send("POST", tenant + "/offboard", key, "{\"confirm\": \"" + TENANT + "\"}")
                    .expect(403);
            app.send("POST", tenant + "/restore", key, "").expect(403);
            app.send("GET", tenant + "/export", key, "").expect(403);
        }
        app.send("GET", tenant + "/export", null, "").expect(401);
    }

    @Test
    void tenantsAreListedByWhereTheyStand() {
        app.tables.withRaggedPages();
        Instant start = app.clock.instant();
        for (int i = 0; i < 230; i++) {
            String id = String.format(Locale.ROOT, "00000000-0000-4000-8000-%012x", i);
            app.operator(
                            "POST",
                            "",
                            "{\"directoryId\": \"" + id + "\", \"fullAccessGroupId\": \"" + LENA
                                    + "\", \"primaryContact\": \"a@b.example\"}")
                    .expect(201);
            if (i % 100 == 7) {
                app.operator("POST", "/" + id + "/suspend", REASON).expect(200);
            }
        }
        TestApp.Answer suspended = app.operator("GET", "?status=suspended", "").expect(200);
        assertThat(suspended.json().path("tenants").findValuesAsText("tenantId"))
                .containsExactly(
                        "00000000-0000-4000-8000-000000000007",
                        "00000000-0000-4000-8000-00000000006b",
                        "00000000-0000-4000-8000-0000000000cf");
        assertThat(suspended.json().path("next").isNull()).isTrue();
        int count = 0;
        String next = "";
        do {
            TestApp.Answer page =
                    app.operator("GET", "?status=active" + next, "").expect(200);
            count += page.json().path("tenants").size();
            next = page.json().path("next").isNull() ? "" : "&after=" + page.text("/next");
        } while (!next.isEmpty());
        assertThat(count).isEqualTo(227);
        assertThat(app.operator("GET", "?status=gone", "").expect(400).text("/errors/0/field"))
                .isEqualTo("status");
        assertThat(app.clock.instant()).isEqualTo(start);
    }
}

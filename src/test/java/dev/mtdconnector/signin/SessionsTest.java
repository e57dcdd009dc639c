package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestBrowser.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.SessionTable;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long somebody who signed in stays in, and as what. */
class SessionsTest {

    private static final String RESTRICTED_GROUP = "0b2f6f6e-6d0c-4a7c-9d8e-1f9d6f0c2a11";
    private static final String READ_ONLY_GROUP = "5a7d1c90-3a52-4e0b-8f0e-2f0f7a6b9c22";

    private final TestApp app = new TestApp();
    private final TestBrowser browser = new TestBrowser(app);

    @BeforeEach
    void signIn() {
        app.onboard().expect(201);
        app.consent(Registration.BASE).expect(200);
        browser.signIn(INES);
    }

    private void tenant(String column, String value) {
        app.tables
                .table("tenants")
                .transact(List.of(
                        new Change.Update(Row.of(TENANT, "tenant", Map.of(column, value)), Change.Mode.MERGE, null)));
    }

    private Answer me() {
        return browser.get("/api/v1/me");
    }

    private String role() {
        return me().expect(200).text("/role");
    }

    private int sessions() {
        return app.tables.dump().toString().split("session\\|", -1).length - 1;
    }

    @Test
    void halfAnHourWithoutARequestEndsASession() {
        app.clock.advance(Session.IDLE.minusSeconds(1));
        me().expect(200);
        app.clock.advance(Session.IDLE.minusSeconds(1));
        me().expect(200);
        app.clock.advance(Session.IDLE);
        assertThat(me().expect(401).code()).isEqualTo("identity.required");
        assertThat(sessions()).isZero();
    }

    @Test
    void twelveHoursEndASessionWhateverHappens() {
        for (int minutes = 20; minutes < 12 * 60; minutes += 20) {
            app.clock.advance(Duration.ofMinutes(20));
            me().expect(200);
        }
        app.clock.advance(Duration.ofMinutes(20).minusSeconds(1));
        me().expect(200);
        app.clock.advance(Duration.ofSeconds(1));
        me().expect(401);
    }

    @Test
    void theRowIsWrittenAndTheDirectoryAskedOnceAMinuteAtMost() {
        int asked = app.entra.questions();
        var before = app.tables.dump();
        app.clock.advance(Sessions.REFRESH.minusMillis(1));
        me().expect(200);
        assertThat(app.tables.dump()).isEqualTo(before);
        assertThat(app.entra.questions()).isEqualTo(asked);

        app.clock.advance(Duration.ofMillis(1));
        for (int i = 0; i < 5; i++) {
            me().expect(200);
        }
        assertThat(app.entra.questions()).isEqualTo(asked + 1);
    }

    @Test
    void whoLeavesTheGroupIsOutWithinAMinuteAndToldWhyAtTheNextSignIn() {
        app.entra.removeMember(FULL_GROUP, INES);
        me().expect(200);
        app.clock.advance(Sessions.REFRESH);
        me().expect(401);
        assertThat(sessions()).isZero();
        app.entra.withMember(FULL_GROUP, INES);
        me().expect(401);
        app.entra.removeMember(FULL_GROUP, INES);
        assertThat(browser.get(browser.entraSignsIn(browser.begin("/signin?tenant=" + TENANT), INES))
                        .expect(403)
                        .http()
                        .body())
                .contains("You are not authorized to access the service");
    }

    @Test
    void whoIsDeletedFromTheDirectoryIsOut() {
        app.entra.failMembershipWith(
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.NOT_FOUND, "no user"));
        app.clock.advance(Sessions.REFRESH);
        me().expect(401);
    }

    @Test
    void anotherRoleTakesEffectWithinAMinuteAndTheWidestCounts() {
        tenant("restrictedAccessGroupId", RESTRICTED_GROUP);
        tenant("readOnlyAccessGroupId", READ_ONLY_GROUP);
        app.entra.withMember(READ_ONLY_GROUP, INES).withMember(RESTRICTED_GROUP, INES);
        app.clock.advance(Sessions.REFRESH);
        assertThat(role()).isEqualTo("full");

        app.entra.removeMember(FULL_GROUP, INES);
        app.clock.advance(Sessions.REFRESH);
        assertThat(role()).isEqualTo("restricted");
        assertThat(browser.get("/api/v1/connector").expect(403).text("/detail"))
                .isEqualTo("This needs the role full or read-only.");
        browser.get("/api/v1/devices").expect(200);

        app.entra.removeMember(RESTRICTED_GROUP, INES);
        app.clock.advance(Sessions.REFRESH);
        assertThat(role()).isEqualTo("read-only");
        browser.get("/api/v1/tenant").expect(200);
        assertThat(browser.script("POST", "/api/v1/connector", "{\"heartbeatMinutes\": 5}")
                        .expect(403)
                        .text("/detail"))
                .isEqualTo("This needs the role full.");
        assertThat(browser.get("/").http().body()).contains("read-only").doesNotContain("change the");
    }

    @ParameterizedTest
    @EnumSource(
            value = UpstreamException.Kind.class,
            names = {"UNAVAILABLE", "THROTTLED", "FORBIDDEN", "CONSENT_MISSING", "REFUSED"})
    void whileTheDirectoryDoesNotAnswerItsLastAnswerCountsForAQuarterOfAnHour(UpstreamException.Kind kind) {
        app.entra.failMembershipWith(new UpstreamException(UpstreamException.Service.GRAPH, kind, "secret words"));
        for (int minute = 1; minute < 15; minute++) {
            app.clock.advance(Duration.ofMinutes(1));
            me().expect(200);
        }
        app.clock.advance(Duration.ofMinutes(1));
        Answer answer = me();
        assertThat(answer.status()).isIn(503, 409, 502);
        assertThat(answer.code()).startsWith("directory.");
        assertThat(answer.http().body()).doesNotContain("secret words");
        assertThat(browser.get("/").http().body()).contains("<html").contains("directory.");

        app.entra.failMembershipWith(null);
        me().expect(200);
    }

    @Test
    void aSuspendedTenantsSessionsEndAndDoNotComeBack() {
        TestBrowser other = new TestBrowser(app).signIn(INES);
        tenant("status", "SUSPENDED");
        assertThat(me().expect(403).code()).isEqualTo("tenant.suspended");
        assertThat(other.get("/").expect(403).http().body()).contains("access is suspended");
        assertThat(new TestBrowser(app)
                        .get("/signin?tenant=" + TENANT)
                        .expect(403)
                        .http()
                        .body())
                .contains("access is suspended");
        me().expect(401);
        assertThat(sessions()).isZero();

        tenant("status", "ACTIVE");
        me().expect(401);
        browser.signIn(INES);
        me().expect(200);
    }

    @Test
    void suspensionMeanwhileEndsASignIn() {
        TestBrowser other = new TestBrowser(app);
        String callback = other.entraSignsIn(other.begin("/signin?tenant=" + TENANT), INES);
        tenant("status", "SUSPENDED");
        assertThat(other.get(callback).expect(403).http().body()).contains("access is suspended");
        tenant("status", "ACTIVE");
        other.get("/api/v1/me").expect(401);
    }

    @Test
    void signingOutEndsTheSessionOfThisBrowserOnly() {
        TestBrowser other = new TestBrowser(app).signIn(INES);
        String cookie = browser.cookie();
        assertThat(browser.get("/signout").expect(200).http().body())
                .contains("Sign out everywhere")
                .contains(browser.formToken());
        Answer answer = browser.post("/signout", "csrf=" + browser.formToken());

        assertThat(location(answer)).isEqualTo("/signout?tenant=" + TENANT);
        assertThat(browser.cookie()).isNull();
        assertThat(browser.get(location(answer)).expect(200).http().body())
                .contains("You are signed out")
                .contains("https://login.example/" + TENANT
                        + "/oauth2/v2.0/logout?post_logout_redirect_uri=https%3A%2F%2Fconnector.example%2Fsignout");
        browser.withCookie(cookie).get("/api/v1/me").expect(401);
        other.get("/api/v1/me").expect(200);
    }

    @Test
    void signingOutEverywhereEndsEverySessionOfThisPersonAndNoOthers() {
        app.entra.withMember(FULL_GROUP, LENA);
        TestBrowser other = new TestBrowser(app).signIn(INES);
        TestBrowser colleague = new TestBrowser(app).signIn(LENA);
        browser.post("/signout", "everywhere=yes&csrf=" + browser.formToken()).expect(303);

        other.get("/api/v1/me").expect(401);
        colleague.get("/api/v1/me").expect(200);
        assertThat(sessions()).isEqualTo(1);
    }

    @Test
    void signingOutNeverFails() {
        String token = browser.formToken();
        app.clock.advance(Session.ABSOLUTE);
        app.entra.failWith(
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "down"));
        browser.post("/signout", "everywhere=yes&csrf=" + token).expect(303);
        browser.post("/signout", "csrf=").expect(303);
        assertThat(browser.get("/signout").expect(200).http().body()).contains("You are signed out");
        assertThat(browser.get("/signout?tenant=%22%3E%3Cscript%3E")
                        .expect(200)
                        .http()
                        .body())
                .doesNotContain("script");
    }

    @Test
    void aTenantsSessionsCanAllBeEnded() {
        new Sessions(new SessionTable(app.tables), id -> Optional.empty(), (t, u, g) -> Set.of(), app.clock)
                .endAllOf(TENANT);
        me().expect(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                TENANT,
                TENANT + ".",
                TENANT + ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "../" + TENANT + ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "9B5DBE3F-0C99-4F71-AE4A-AB3E23A9A412.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "\"",
                "%00"
            })
    void aForgedCookieIsNobody(String cookie) {
        browser.withCookie(cookie);
        me().expect(401);
        assertThat(browser.get("/").expect(200).http().body()).contains("href=\"/signin\"");
    }

    @Test
    void aCookieIsGoodForItsOwnTenantAndUnderItsOwnNameOnly() {
        String cookie = String.valueOf(browser.cookie());
        String secret = cookie.substring(37);
        for (String header : List.of(
                "mtd=" + cookie,
                "__Secure-mtd=" + cookie,
                "__Host-mtd=" + LENA + "." + secret,
                "__Host-mtd=" + secret,
                "__Host-mtd=" + cookie + "x",
                "x__Host-mtd=" + cookie)) {
            app.sendWith("GET", "/api/v1/me", Map.of("Cookie", header), "").expect(401);
        }
        app.sendWith("GET", "/api/v1/me", Map.of("Cookie", "a=b; __Host-mtd=" + cookie + "; c=d"), "")
                .expect(200);
    }

    @Test
    void aSessionOpensNoDoorThatIsNotForAdministrators() {
        Set<Integer> answers = new HashSet<>();
        for (String address :
                List.of("/api/v1/operator/tenants", "/events", "/device/v1/checkin", "/device/v1/activate")) {
            boolean isOperator = address.startsWith("/api");
            answers.add(
                    browser.script(isOperator ? "GET" : "POST", address, "{}").status());
        }
        assertThat(answers).containsExactly(401);
    }

    @Test
    void aChangeBySessionNeedsItsOwnTokenFromAPageOfOurs() {
        String token = browser.formToken();
        TestBrowser other = new TestBrowser(app).signIn(INES);
        change(null, Map.of()).expect(403);
        change("", Map.of()).expect(403);
        change(token + "x", Map.of()).expect(403);
        change(other.formToken(), Map.of()).expect(403);
        change(token, Map.of("Origin", "https://evil.example")).expect(403);
        change(token, Map.of("Origin", "https://connector.example.evil.example"))
                .expect(403);
        change(token, Map.of("Origin", "http://connector.example")).expect(403);
        change(token, Map.of("Origin", "null")).expect(403);
        change(token, Map.of("Sec-Fetch-Site", "cross-site")).expect(403);
        assertThat(change(token, Map.of("Sec-Fetch-Site", "same-site"))
                        .expect(403)
                        .code())
                .isEqualTo("form.foreign");
        browser.get("/api/v1/connector").expect(404);

        change(token, Map.of("Origin", "https://connector.example", "Sec-Fetch-Site", "same-origin"))
                .expect(201);
    }

    private Answer change(@Nullable String token, Map<String, String> headers) {
        String body = "{\"heartbeatMinutes\": 5}";
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Content-Length", "" + body.length());
        if (token != null) {
            all.put("X-CSRF-Token", token);
        }
        return browser.send("POST", "/api/v1/connector", all, body);
    }

    @Test
    void formsOfOtherSitesDoNothing() {
        String token = browser.formToken();
        Map<String, String> evil = Map.of("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site");
        List<Answer> refused = List.of(
                browser.post("/signout", "csrf=" + token, evil),
                browser.post("/signout", "csrf=" + token, Map.of("Sec-Fetch-Site", "cross-site")),
                browser.post("/signout", ""),
                browser.post("/signout", "csrf="),
                browser.post("/signout", "csrf=" + token + "x"),
                browser.post("/signin", "account=contoso.example", evil),
                new TestBrowser(app).post("/signout", "", evil),
                new TestBrowser(app).post("/signin", "account=contoso.example", evil));
        for (Answer answer : refused) {
            assertThat(answer.expect(403).http().body()).contains("<html").contains("form.foreign");
            assertThat(answer.http().headers()).doesNotContainKey("Set-Cookie");
        }
        me().expect(200);
        assertThat(app.tables.dump())
                .hasEntrySatisfying(
                        "sessions", rows -> assertThat(rows.toString()).doesNotContain("attempt|"));
    }
}

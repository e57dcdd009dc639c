package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.testing.TestApp;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentTest {

    private final TestApp app = new TestApp();

    @BeforeEach
    void onboard() {
        app.onboard();
    }

    private record Started(String page, String state, String cookie) {}

    private Started start(String registration) {
        return start(registration, null);
    }

    private Started start(String registration, @Nullable String browser) {
        TestApp.Answer answer = app.postForm("/les", "tenant=" + TENANT + "&registration=" + registration, browser)
                .expect(303);
        String location = String.valueOf(answer.http().headers().get("Location"));
        String cookie = String.valueOf(answer.http().headers().get("Set-Cookie"));
        assertThat(cookie)
                .contains("; HttpOnly")
                .contains("; SameSite=Lax")
                .contains("; Secure")
                .contains("; Path=/;")
                .startsWith("__Host-mtd=");
        return new Started(
                location,
                URI.create(location).getRawQuery().replaceFirst(".*state=([^&]*).*", "$1"),
                cookie.replaceFirst(";.*", ""));
    }

    private TestApp.Answer comeBack(String query, @Nullable String cookie) {
        return app.sendWith(
                "GET", "/consent/callback?" + query, cookie == null ? Map.of() : Map.of("Cookie", cookie), "");
    }

    private static void assertPage(TestApp.Answer answer, int status, String title) {
        assertThat(answer.expect(status).http().body())
                .contains("<h1>" + title + "</h1>")
                .contains("<title>" + title);
    }

    private String state(String registration) {
        return app.get("/api/v1/tenant").expect(200).text("/consents/" + registration + "/state");
    }

    @Test
    void theBrowserIsSentToMicrosoftsPageOfThisTenantAndRegistration() {
        Started started = start("base");

        assertThat(started.page())
                .startsWith("https://login.example/" + TENANT + "/v2.0/adminconsent?client_id=" + TestApp.BASE_CLIENT)
                .contains("&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default")
                .contains("&redirect_uri=https%3A%2F%2Fconnector.example%2Fconsent%2Fcallback");
        assertThat(state("base")).isEqualTo("none");
    }

    @Test
    void whatWasGrantedIsReadFromTheDirectory() {
        Started started = start("base");
        app.entra.grant(Registration.BASE);
        TestApp.Answer page =
                comeBack("admin_consent=True&tenant=" + TENANT + "&state=" + started.state(), started.cookie());

        assertThat(page.expect(200).http().body())
                .contains("Your organization is connected")
                .contains("<a class=\"button\" href=\"/signin?tenant=" + TENANT + "&amp;purpose=consent-base\">");
        assertThat(state("base")).isEqualTo("granted");
        assertThat(state("partner")).isEqualTo("none");
    }

    @Test
    void anAddressThatClaimsConsentProvesNothing() {
        Started started = start("base");
        TestApp.Answer page =
                comeBack("admin_consent=True&tenant=" + TENANT + "&state=" + started.state(), started.cookie());

        assertThat(page.expect(200).http().body()).contains("The consent is incomplete");
        assertThat(state("base")).isEqualTo("none");
    }

    @Test
    void aMissingRoleIsNamedAndLeavesTheConsentIncomplete() {
        app.entra.grant(Registration.BASE);
        app.entra.removeRole(Registration.BASE, "Device.Read.All");
        Started started = start("base");
        TestApp.Answer page = comeBack("tenant=" + TENANT + "&state=" + started.state(), started.cookie());

        assertThat(page.http().body())
                .contains("<code>Device.Read.All</code>: the connector reads the devices")
                .doesNotContain("User.Read.All");
        TestApp.Answer tenant = app.get("/api/v1/tenant");
        assertThat(tenant.text("/consents/base/state")).isEqualTo("incomplete");
        assertThat(tenant.json().at("/consents/base/missing").toString()).isEqualTo("[\"Device.Read.All\"]");
        assertThat(app.post("/api/v1/connector", "{\"heartbeatMinutes\": 5}")
                        .expect(409)
                        .code())
                .isEqualTo("consent.required");

        app.entra.grant(Registration.BASE);
        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}").expect(200);
        assertThat(state("base")).isEqualTo("granted");
    }

    @Test
    void aDirectoryThatIsSlowToReplicateIsAskedAgain() {
        app.entra.replicateAfter(3);
        Started started = start("base");
        app.entra.grant(Registration.BASE);
        comeBack("tenant=" + TENANT + "&state=" + started.state(), started.cookie());

        assertThat(state("base")).isEqualTo("granted");
        assertThat(app.sleeper.sleeps())
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void aConsentThatWasDeclinedChangesNothingAndMayBeTriedAgain() {
        Started started = start("base");
        TestApp.Answer page = comeBack(
                "error=access_denied%3Cscript%3E&error_description=%3Cb%3E&state=" + started.state(), started.cookie());

        assertThat(page.expect(200).http().body())
                .contains("access_denied")
                .doesNotContain("<script>")
                .doesNotContain("<b>");
        assertThat(state("base")).isEqualTo("none");
        app.entra.grant(Registration.BASE);
        comeBack("tenant=" + TENANT + "&state=" + started.state(), started.cookie());
        assertThat(state("base")).isEqualTo("granted");
    }

    @Test
    void aStateIsUsedOnceByTheBrowserThatGotItWithinHalfAnHour() {
        app.entra.grant(Registration.BASE);
        Started started = start("base");
        Started other = start("base");
        String query = "tenant=" + TENANT + "&state=" + started.state();

        var before = app.tables.dump();
        String otherBrowser = "This consent began in another browser";
        String unknown = "This consent cannot be finished here";
        assertPage(comeBack(query, null), 400, otherBrowser);
        assertPage(comeBack(query, other.cookie()), 400, otherBrowser);
        assertPage(comeBack("tenant=" + TENANT, started.cookie()), 400, unknown);
        assertPage(comeBack("tenant=" + TENANT + "&state=" + TENANT + ".guess", started.cookie()), 400, unknown);
        assertPage(
                comeBack("tenant=" + LENA + "&state=" + started.state(), started.cookie()),
                400,
                "Another directory answered");
        assertPage(
                comeBack("tenant=" + TENANT + "&state=" + LENA + started.state().substring(36), started.cookie()),
                400,
                unknown);
        assertThat(app.tables.dump()).isEqualTo(before);

        comeBack(query, started.cookie()).expect(200);
        assertThat(state("base")).isEqualTo("granted");
        before = app.tables.dump();
        assertPage(comeBack(query, started.cookie()), 400, "This consent was finished before");
        assertPage(comeBack(query, other.cookie()), 400, otherBrowser);

        app.clock.advance(ConsentFlow.PATIENCE);
        assertPage(
                comeBack("tenant=" + TENANT + "&state=" + other.state(), other.cookie()),
                400,
                "This consent took too long");
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void aDirectoryThatDoesNotAnswerIsAPageAndTheConsentCanBeFinishedLater() {
        Started started = start("base");
        app.entra.grant(Registration.BASE);
        app.entra.failWith(
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "down"));
        String query = "tenant=" + TENANT + "&state=" + started.state();
        assertThat(comeBack(query, started.cookie()).expect(503).http().body())
                .contains("<html")
                .contains("Reload");
        assertThat(app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}")
                        .expect(503)
                        .code())
                .isEqualTo("directory.unavailable");

        app.entra.failWith(null);
        comeBack(query, started.cookie()).expect(200);
        assertThat(state("base")).isEqualTo("granted");
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied, AADSTS65004: User declined, 200, The permissions were not granted",
        "access_denied, AADSTS90094: needs admin approval, 200, An administrator has to grant this",
        "consent_required, '', 200, An administrator has to grant this",
        "unauthorized_client, '', 200, An administrator has to grant this",
        "temporarily_unavailable, '', 503, Microsoft could not finish this"
    })
    void whoDoesNotGetOnIsToldWhyAndMayTryAgain(String error, String description, int status, String title) {
        Started started = start("base");
        var before = app.tables.dump();
        String query = "&state=" + started.state();
        assertPage(
                comeBack(
                        "error=" + error + "&error_description="
                                + URLEncoder.encode(description, StandardCharsets.UTF_8) + query,
                        started.cookie()),
                status,
                title);
        assertThat(app.tables.dump()).isEqualTo(before);
        app.entra.grant(Registration.BASE);
        comeBack("tenant=" + TENANT + query, started.cookie()).expect(200);
    }

    @Test
    void whatCannotBeSeenYetIsFinishedByOpeningTheSameAddressAgain() {
        Started started = start("base");
        String query = "tenant=" + TENANT + "&state=" + started.state();
        assertPage(comeBack(query, started.cookie()), 200, "The consent is incomplete");
        app.entra.grant(Registration.BASE);
        assertPage(comeBack(query, started.cookie()), 200, "Your organization is connected");
    }

    @Test
    void baseAndPartnerConsentsGoOnSideBySideInOneBrowser() {
        Started base = start("base");
        Started partner = start("partner", base.cookie());
        assertThat(partner.cookie()).isEqualTo(base.cookie());
        app.entra.grant(Registration.BASE);
        app.entra.grant(Registration.PARTNER);

        assertPage(
                comeBack("tenant=" + TENANT + "&state=" + partner.state(), base.cookie()),
                200,
                "Sending to Intune is allowed");
        assertPage(
                comeBack("tenant=" + TENANT + "&state=" + base.state(), base.cookie()),
                200,
                "Your organization is connected");
    }

    @Test
    void aSessionsCookieIsUsedAndLeftAsItIs() {
        String session = "__Host-mtd=" + TENANT + "." + "s".repeat(43);
        TestApp.Answer answer =
                app.postForm("/les", "tenant=" + TENANT, session).expect(303);
        assertThat(answer.http().headers()).doesNotContainKey("Set-Cookie");
        String location = String.valueOf(answer.http().headers().get("Location"));
        app.entra.grant(Registration.BASE);
        comeBack("state=" + URI.create(location).getRawQuery().replaceFirst(".*state=([^&]*).*", "$1"), session)
                .expect(200);
        assertThat(state("base")).isEqualTo("granted");
    }

    @Test
    void aFormOfAnotherSiteStartsNothing() {
        var before = app.tables.dump();
        for (Map<String, String> foreign : List.of(
                Map.of("Origin", "https://evil.example"),
                Map.of("Origin", "null"),
                Map.of("Sec-Fetch-Site", "cross-site"))) {
            Map<String, String> headers = new HashMap<>(foreign);
            headers.put("Content-Type", "application/x-www-form-urlencoded");
            headers.put("Content-Length", "43");
            assertThat(app.sendWith("POST", "/les", headers, "tenant=" + TENANT)
                            .expect(403)
                            .code())
                    .isEqualTo("form.foreign");
        }
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void moreThanAFewDoNotWaitForTheDirectoryAtOnce() {
        TenantTable tenants = new TenantTable(app.tables);
        ConsentTable store = new ConsentTable(app.tables);
        List<ConsentFlow.Ended> ends = new ArrayList<>();
        ConsentFlow[] flow = new ConsentFlow[1];
        // Each wait lets another browser come back, so that they all wait at the same time.
        Sleeper sleeper = duration -> {
            if (ends.isEmpty()) {
                ends.add(finishNew(flow[0]));
            }
        };
        flow[0] = new ConsentFlow(
                store,
                tenants,
                TestConsents.over(app, app.entra),
                new Secrets(new SecureRandom()),
                new ConsentFlow.Endpoints(TestApp.LOGIN, "https://connector.example", Map.of(), Map.of()),
                app.clock,
                sleeper);
        ends.add(finishNew(flow[0]));

        // The innermost was turned away, and all that waited were answered.
        assertThat(ends.get(0)).isEqualTo(new ConsentFlow.Ended.Refused(ConsentFlow.Refusal.BUSY));
        assertThat(ends.get(1)).isInstanceOf(ConsentFlow.Ended.Read.class);
        assertThat(waited).isEqualTo(ConsentFlow.MOST_WAITING + 1);
        assertThat(store.attempt(TENANT, lastState).orElseThrow().usedAt())
                .as("who is turned away may come again")
                .isNull();
        app.entra.grant(Registration.BASE);
        assertThat(finishNew(flow[0])).isInstanceOf(ConsentFlow.Ended.Read.class);
    }

    private int waited;
    private String lastState = "";

    private ConsentFlow.Ended finishNew(ConsentFlow flow) {
        waited++;
        String page = flow.start(TENANT, Registration.BASE, "browser");
        String state = page.replaceFirst(".*&state=([^&]*).*", "$1");
        lastState = Secrets.hash(state);
        return flow.finish(Map.of("state", state), "browser");
    }

    @Test
    void theApiShowsWhatIsGrantedSinceWhenAndWhoConfirmedIt() {
        app.consent(Registration.BASE);
        TestApp.Answer tenant = app.get("/api/v1/tenant");
        assertThat(tenant.json().at("/consents/base/granted").toString())
                .isEqualTo("[\"Application.Read.All\",\"Device.Read.All\",\"GroupMember.Read.All\",\"User.Read.All\"]");
        assertThat(tenant.text("/consents/base/grantedAt")).isEqualTo("2026-11-21T09:00:00Z");
        assertThat(tenant.json().at("/consents/base/confirmedBy").isNull()).isTrue();
        assertThat(tenant.json().at("/consents/base/confirmedAt").isNull()).isTrue();
        assertThat(tenant.json().at("/consents/partner/granted")).isEmpty();
        assertThat(tenant.json().at("/consents/partner/grantedAt").isNull()).isTrue();
    }

    @Test
    void rolesThatMayNotBeReadAreAllMissing() {
        app.entra.failWith(
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.FORBIDDEN, "no role"));
        TestApp.Answer tenant = app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}")
                .expect(200);
        assertThat(tenant.text("/consents/base/state")).isEqualTo("incomplete");
        assertThat(tenant.json().at("/consents/base/missing")).hasSize(4);
    }

    @Test
    void whatStopsUsFromReadingLeavesAConsentAsItWas() {
        app.consent(Registration.BASE);
        app.consent(Registration.PARTNER);

        app.entra.failWith(
                new UpstreamException(UpstreamException.Service.LOGIN, UpstreamException.Kind.FORBIDDEN, "our secret"));
        assertThat(app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}")
                        .expect(502)
                        .code())
                .isEqualTo("directory.refused");

        for (UpstreamException ofBase : List.of(
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.FORBIDDEN, "no role"),
                new UpstreamException(
                        UpstreamException.Service.LOGIN, UpstreamException.Kind.CONSENT_MISSING, "no principal"))) {
            app.entra.failWith(ofBase);
            assertThat(app.post("/api/v1/tenant/consent-check", "{\"registration\": \"partner\"}")
                            .expect(409)
                            .code())
                    .isEqualTo("directory.consent-missing");
        }
        assertThat(state("base")).isEqualTo("granted");
        assertThat(state("partner")).isEqualTo("granted");
    }

    @Test
    void aPartnerConsentThatOnlyTheBaseConsentCouldShowSaysSo() {
        Started started = start("partner");
        app.entra.failWith(new UpstreamException(
                UpstreamException.Service.LOGIN, UpstreamException.Kind.CONSENT_MISSING, "no principal"));
        TestApp.Answer page = comeBack("tenant=" + TENANT + "&state=" + started.state(), started.cookie());

        assertThat(page.expect(503).http().body()).contains("could not be read").doesNotContain("does not answer");
    }

    @Test
    void aConsentThatIsTakenBackIsSeenByTheNextCheck() {
        app.consent(Registration.BASE);
        app.entra.revoke(Registration.BASE);
        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}").expect(200);
        assertThat(state("base")).isEqualTo("none");
    }

    @Test
    void openingTheLinkConsumesNothingAndShowsOnlyWhatHasTheFormOfAnId() {
        var before = app.tables.dump();
        TestApp.Answer page = app.sendWith("GET", "/les?action=consent&tenant=" + TENANT, Map.of(), "")
                .expect(200);
        assertThat(page.http().body()).contains(TENANT);
        assertThat(page.http().headers().get("Content-Security-Policy"))
                .contains("form-action 'self' https://connector.example https://login.example");
        assertThat(app.sendWith("GET", "/les?tenant=%22%3E%3Cscript%3E&registration=%3Cb%3E", Map.of(), "")
                        .expect(200)
                        .http()
                        .body())
                .doesNotContain("<script>")
                .doesNotContain("<b>");
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void consentsThatNobodyFinishedDoNotPileUp() {
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 20; i++) {
                start("base");
            }
            app.clock.advance(ConsentFlow.PATIENCE);
        }
        int attempts = app.tables.dump().toString().split("attempt\\|", -1).length - 1;
        assertThat(attempts).isBetween(20, 80);
    }

    @Test
    void aFormThatCannotBeMeantIsAPageThatSaysWhatToDo() {
        app.postForm("/les", "tenant=contoso&registration=base", null).expect(400);
        app.postForm("/les", "tenant=" + TENANT + "&registration=everything", null)
                .expect(400);
        assertPage(
                app.postForm("/les", "tenant=" + LENA + "&registration=base", null), 404, "This link cannot be used");
        app.sendWith("POST", "/les", Map.of("Content-Type", "application/json", "Content-Length", "2"), "{}")
                .expect(415);
    }

    @Test
    void theConsentOfThePartnerRegistrationStartsTheHeartbeatThatWaitedForIt() {
        app.consent(Registration.BASE);
        app.post("/api/v1/connector", "{\"heartbeatMinutes\": 60}").expect(201);
        app.drain();
        assertThat(app.get("/api/v1/connector").text("/heartbeat/error")).isEqualTo("intune.consent-missing");
        assertThat(app.intune.beats()).isEmpty();

        app.consent(Registration.PARTNER);
        app.drain();
        assertThat(app.intune.beats()).hasSize(1);
        assertThat(app.get("/api/v1/connector").json().at("/heartbeat/error").isNull())
                .isTrue();
    }
}

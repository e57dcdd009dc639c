package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.testing.TestApp;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsentTest {

    private final TestApp app = new TestApp();

    @BeforeEach
    void onboard() {
        app.onboard();
    }

    private record Started(String page, String state, String cookie) {}

    private Started start(String registration) {
        TestApp.Answer answer = app.postForm("/les", "tenant=" + TENANT + "&registration=" + registration, null)
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

        assertThat(page.expect(200).http().body()).contains("Your organization is connected");
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

        assertThat(page.http().body()).contains("Device.Read.All").doesNotContain("User.Read.All");
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

        comeBack(query, null).expect(400);
        comeBack(query, other.cookie()).expect(400);
        comeBack("tenant=" + TENANT, started.cookie()).expect(400);
        comeBack("tenant=" + TENANT + "&state=" + TENANT + ".guess", started.cookie())
                .expect(400);
        comeBack("tenant=" + LENA + "&state=" + started.state(), started.cookie())
                .expect(400);
        comeBack("tenant=" + TENANT + "&state=" + LENA + started.state().substring(36), started.cookie())
                .expect(400);
        assertThat(state("base")).isEqualTo("none");

        comeBack(query, started.cookie()).expect(200);
        assertThat(state("base")).isEqualTo("granted");
        comeBack(query, started.cookie()).expect(400);

        app.clock.advance(ConsentFlow.PATIENCE);
        comeBack("tenant=" + TENANT + "&state=" + other.state(), other.cookie()).expect(400);
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
        app.postForm("/les", "tenant=" + LENA + "&registration=base", null).expect(404);
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

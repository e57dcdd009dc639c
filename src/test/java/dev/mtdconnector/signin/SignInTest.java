package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestBrowser.asked;
import static dev.mtdconnector.testing.TestBrowser.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way in: from the question for the organization to a session, and every way in which it ends elsewhere. */
class SignInTest {

    private static final String SIGN_IN = "/signin?tenant=" + TENANT;

    private final TestApp app = new TestApp();
    private final TestBrowser browser = new TestBrowser(app);

    @BeforeEach
    void consent() {
        app.onboard().expect(201);
        app.consent(Registration.BASE).expect(200);
    }

    /** An error page: its status and title, a correlation id that the header names too, nothing of a session. */
    private static Answer assertPage(Answer answer, int status, String title) {
        answer.expect(status);
        assertThat(answer.http().body())
                .contains("<h1>" + title)
                .contains("correlation id <code>" + answer.http().headers().get("X-Correlation-Id") + "</code>");
        assertThat(answer.http().headers())
                .containsEntry("Content-Type", "text/html; charset=utf-8")
                .doesNotContainKey("Set-Cookie");
        return answer;
    }

    private void assertSignedOut(TestBrowser which) {
        which.get("/api/v1/me").expect(401);
        assertThat(which.get("/").expect(200).http().body()).doesNotContain("Signed in");
    }

    @Test
    void whoGoesOnRecordForAConsentChoosesTheAccount() {
        assertThat(browser.begin(SIGN_IN + "&purpose=consent-base")).containsEntry("prompt", "select_account");
        assertThat(browser.begin(SIGN_IN + "&purpose=else")).doesNotContainKey("prompt");
    }

    @Test
    void whoIsNotAuthorizedMayChooseAnotherAccount() {
        app.entra.removeMember(FULL_GROUP, INES);
        Answer refused = browser.get(browser.entraSignsIn(browser.begin(SIGN_IN), INES));
        assertThat(refused.expect(403).http().body())
                .contains("href=\"/signin?choose=account&amp;tenant=" + TENANT + "\"");

        Answer page = browser.get("/signin?choose=account").expect(200);
        assertThat(page.http().body()).contains("<input type=\"hidden\" name=\"choose\" value=\"account\">");
        assertThat(TestBrowser.asked(browser.post("/signin", "account=" + TENANT + "&choose=account")))
                .containsEntry("prompt", "select_account");
    }

    @Test
    void whoConfirmsAConsentIsToldSo() {
        Answer back = browser.get(browser.entraSignsIn(browser.begin(SIGN_IN + "&purpose=consent-base"), INES));
        assertThat(location(back)).isEqualTo("/?noted=consent-base");
        assertThat(browser.get("/?noted=consent-base").expect(200).http().body())
                .contains("The consent is confirmed")
                .contains("registration=partner&amp;tenant=" + TENANT);

        TestBrowser second = new TestBrowser(app);
        Answer later = second.get(second.entraSignsIn(second.begin(SIGN_IN + "&purpose=consent-base"), LENA));
        assertThat(later.expect(403).http().body()).doesNotContain("recorded with the consent");
    }

    @Test
    void theNextConsentIsThatOfTheTargetThatTheTenantChose() {
        app.post("/api/v1/connector", "{\"heartbeatMinutes\": 10}").expect(201);
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.put("/api/v1/connector/publishing", "{\"publisher\": \"device-attribute\", \"attribute\": 7}")
                .expect(200);
        browser.get(browser.entraSignsIn(browser.begin(SIGN_IN + "&purpose=consent-base"), INES));
        assertThat(browser.get("/?noted=consent-base").expect(200).http().body())
                .contains("registration=attribute&amp;tenant=" + TENANT, "allow writing to your directory")
                .doesNotContain("registration=partner");
        assertThat(browser.get("/?noted=consent-attribute").expect(200).http().body())
                .contains("The consent to write to your directory is confirmed");
    }

    @Test
    void entraIsAskedForACodeByTheTenantsOwnAuthority() {
        Map<String, String> asked = browser.begin(SIGN_IN);

        assertThat(asked)
                .containsEntry("client_id", BASE_CLIENT)
                .containsEntry("response_type", "code")
                .containsEntry("response_mode", "query")
                .containsEntry("redirect_uri", "https://connector.example/signin/callback")
                .containsEntry("scope", "openid profile")
                .doesNotContainKey("prompt")
                .containsEntry("code_challenge_method", "S256")
                .hasSize(9);
        assertThat(asked.get("state")).matches(TENANT + "\\.[\\w-]{43}");
        assertThat(asked.get("nonce")).matches("[\\w-]{43}");
        assertThat(asked.get("code_challenge")).matches("[\\w-]{43}").isNotEqualTo(asked.get("nonce"));
        Map<String, String> again = browser.begin(SIGN_IN);
        for (String secret : List.of("state", "nonce", "code_challenge")) {
            assertThat(again.get(secret)).isNotEqualTo(asked.get(secret));
        }
    }

    @Test
    void whoSignedInAndIsInAnAccessGroupIsIn() {
        browser.signIn(INES);

        Answer me = browser.get("/api/v1/me").expect(200);
        assertThat(me.text("/tenantId")).isEqualTo(TENANT);
        assertThat(me.text("/userId")).isEqualTo(INES);
        assertThat(me.text("/name")).isEqualTo("Ines Duarte");
        assertThat(me.text("/role")).isEqualTo("full");
        assertThat(me.json().at("/permissions")).hasSize(9);
        assertThat(me.text("/permissions/0")).isEqualTo("devices_read");
        assertThat(browser.get("/").expect(200).http().body())
                .contains("Ines Duarte")
                .contains("Contoso")
                .contains("<strong>full</strong>")
                .contains("change the account")
                .contains("action=\"/signout\"");
        browser.get("/api/v1/tenant").expect(200);
        browser.get("/api/v1/operator/tenants").expect(401);
    }

    @Test
    void aKeyTellsAsMuchOfItself() {
        Answer me = app.get("/api/v1/me").expect(200);
        assertThat(me.text("/tenantId")).isEqualTo(TENANT);
        assertThat(me.text("/keyId")).matches("[0-9a-f]{16}");
        assertThat(me.text("/role")).isEqualTo("full");
        assertThat(me.json().has("formToken")).isFalse();
        app.send("GET", "/api/v1/me", null, "").expect(401);
        app.send("GET", "/api/v1/me", app.feedKey(), "").expect(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TENANT,
                "9B5DBE3F-0C99-4F71-AE4A-AB3E23A9A412",
                "contoso.example",
                " Ines.Duarte@Contoso.Example ",
                "a@b@contoso.example"
            })
    void theOrganizationIsFoundByDirectoryIdDomainOrWorkAddress(String account) {
        asked(browser.post("/signin", "account=" + account.replace("@", "%40").replace(' ', '+')));
        assertThat(app.entra.fetches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "contoso",
                "ines@",
                "@",
                "ines@contoso",
                "a..b",
                "-a.example",
                "contoso.example.",
                "a b.example",
                "contoso.example/x",
                "nobody.example",
                "http://contoso.example",
                "127.0.0.1",
                "%3Cscript%3E.example"
            })
    void whatNamesNoOrganizationIsAskedForAgain(String account) {
        Answer page = browser.post("/signin", "account=" + account + "&return=%2Fa%22%3E%3Cscript%3E&purpose=%3Cb%3E")
                .expect(400);
        assertThat(page.http().body())
                .contains("Microsoft knows no organization by that")
                .contains("value=\"/a&quot;&gt;&lt;script&gt;\"")
                .doesNotContain("<script>")
                .doesNotContain("<b>");
        assertThat(browser.cookie()).isNull();
    }

    @Test
    void theFormAllowsItsRedirectToEntra() {
        Answer page = browser.get("/signin").expect(200);
        assertThat(page.http().body()).contains("Work address or directory id");
        assertThat(page.http().headers().get("Content-Security-Policy")).contains("form-action 'self' " + LOGIN);
        assertThat(page.http().headers()).doesNotContainKey("Set-Cookie");
    }

    @Test
    void aStrangerDoesNotLearnWhetherATenantIsUnknownOrHasNotConsented() {
        String other = "1d1f0d5e-7f2a-4c59-9d8e-0a4f6f1b2c3d";
        TestApp bare = new TestApp();
        bare.onboard().expect(201);
        Answer unconsented = new TestBrowser(bare).get(SIGN_IN);
        Answer unknown = new TestBrowser(bare).get("/signin?tenant=" + other);

        assertPage(unconsented, 403, "Your organization has not consented");
        assertPage(unknown, 403, "Your organization has not consented");
        assertThat(anonymized(unconsented, TENANT)).isEqualTo(anonymized(unknown, other));
        assertThat(unconsented.http().body())
                .contains("https://connector.example/les?action=consent&amp;tenant=" + TENANT)
                .contains("Global Administrator")
                .contains("Bad login");
        assertThat(bare.tables.dump().toString()).doesNotContain("attempt|");
    }

    private static String anonymized(Answer answer, String tenantId) {
        return answer.http()
                .body()
                .replace(tenantId, "T")
                .replace(String.valueOf(answer.http().headers().get("X-Correlation-Id")), "C");
    }

    @Test
    void consentThatIsTakenBackMeanwhileEndsTheSignInTheSameWay() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        app.entra.revoke(Registration.BASE);
        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}").expect(200);
        assertPage(browser.get(callback), 403, "Your organization has not consented");
    }

    @Test
    void theBrowserGetsANewSecretAtSignInAndTheOldOneOpensNothing() {
        browser.begin(SIGN_IN);
        String before = browser.cookie();
        assertThat(before).matches("[\\w-]{43}");
        browser.signIn(INES);
        String after = browser.cookie();

        assertThat(after).matches(TENANT + "\\.[\\w-]{43}").doesNotContain(before);
        assertSignedOut(new TestBrowser(app).withCookie(before));
        assertSignedOut(new TestBrowser(app).withCookie(TENANT + "." + before));

        browser.signIn(INES);
        assertThat(browser.cookie()).isNotEqualTo(after);
        assertSignedOut(new TestBrowser(app).withCookie(after));
        browser.get("/api/v1/me").expect(200);
    }

    @Test
    void aPlantedSessionIdIsNotTakenOver() {
        String planted = TENANT + "." + "x".repeat(43);
        browser.withCookie(planted).signIn(INES);

        assertThat(browser.cookie()).isNotEqualTo(planted);
        assertSignedOut(new TestBrowser(app).withCookie(planted));
    }

    @Test
    void anAnswerIsTakenOnce() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        String secret = browser.cookie();
        browser.get(callback).expect(303);

        assertPage(browser.get(callback), 400, "This sign-in cannot be finished");
        assertPage(new TestBrowser(app).withCookie(secret).get(callback), 400, "This sign-in cannot be finished");
        browser.get("/api/v1/me").expect(200);
    }

    @Test
    void aCodeIsNoGoodUnderAnotherState() {
        Map<String, String> first = browser.begin(SIGN_IN);
        Map<String, String> second = browser.begin(SIGN_IN);
        String callback = browser.entraSignsIn(first, INES).replace(first.get("state"), second.get("state"));

        assertPage(browser.get(callback), 400, "This sign-in cannot be finished");
        assertSignedOut(browser);
    }

    @Test
    void theStateIsUsedUpBeforeTheCodeIsRedeemed() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        app.entra.failWith(new UpstreamException(Service.LOGIN, Kind.UNAVAILABLE, "down"));
        assertPage(browser.get(callback), 503, "Microsoft Graph does not answer");
        app.entra.failWith(null);
        assertPage(browser.get(callback), 400, "This sign-in cannot be finished");
    }

    @Test
    void anAnswerInAnotherBrowserIsRefusedAndStaysGoodInTheRightOne() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        TestBrowser other = new TestBrowser(app);
        other.begin(SIGN_IN);

        assertPage(other.get(callback), 400, "This sign-in cannot be finished");
        assertPage(new TestBrowser(app).get(callback), 400, "This sign-in cannot be finished");
        assertSignedOut(other);
        assertThat(location(browser.get(callback))).isEqualTo("/");
    }

    @Test
    void anAnswerThatComesTooLateIsRefused() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        app.clock.advance(SignInFlow.PATIENCE);
        assertPage(browser.get(callback), 400, "This sign-in cannot be finished");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?code=c",
                "?state=",
                "?state=x&code=c",
                "?state=" + TENANT + "&code=c",
                "?state=" + TENANT + ".guess&code=c",
                "?state=" + TENANT + ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&code=c",
                "?state=..%2F..%2F&code=c",
                "?state=" + LENA + ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&error=access_denied"
            })
    void anAnswerToNoQuestionOfOursIsRefused(String query) {
        browser.begin(SIGN_IN);
        assertPage(browser.get("/signin/callback" + query), 400, "This sign-in cannot be finished");
    }

    @Test
    void aStateOfAnotherTenantIsNoState() {
        Map<String, String> asked = browser.begin(SIGN_IN);
        String callback = browser.entraSignsIn(asked, INES);
        assertPage(browser.get(callback.replace(TENANT, LENA)), 400, "This sign-in cannot be finished");
    }

    @Test
    void aTokenThatDoesNotProveTheRightPersonLetsNobodyIn() {
        for (String token : List.of(
                "",
                "a.b.c",
                FakeEntra.sign(app.entra.idClaims(TENANT, INES, "another nonce").build(), FakeEntra.KEY),
                app.entra.token(TENANT, INES))) {
            Map<String, String> asked = browser.begin(SIGN_IN);
            assertPage(browser.get(browser.entraAnswers(asked, token)), 403, "Microsoft did not sign you in");
        }
        Map<String, String> asked = browser.begin(SIGN_IN);
        String elsewhere = FakeEntra.sign(
                app.entra.idClaims(LENA, INES, asked.getOrDefault("nonce", "")).build(), FakeEntra.KEY);
        assertPage(browser.get(browser.entraAnswers(asked, elsewhere)), 403, "Microsoft did not sign you in");
        assertSignedOut(browser);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "access_denied | AADSTS65004: declined | You did not agree",
                "access_denied | nothing known | cancelled",
                "access_denied | AADSTS50105: not assigned | only assigned users",
                "access_denied | AADSTS53003: blocked | Conditional Access",
                "server_error | AADSTS90033: transient | server_error, AADSTS90033",
                "%3Cscript%3E | %3Cscript%3E | answered an error.",
                "'' | AADSTS123456789012 | answered an error.",
                "consent_required | '' | consent link",
                "invalid_client | AADSTS90093: This application requires application permissions | consent link",
                "unauthorized_client | AADSTS700016: not found | consent link"
            })
    void whenEntraDoesNotSignInItsAnswerChoosesTheWords(String error, String description, String words) {
        String state = browser.begin(SIGN_IN).get("state");
        Answer page = browser.get("/signin/callback?error=" + error + "&error_description="
                + description.replace(" ", "%20") + "&state=" + state);

        assertPage(page, 403, words.equals("consent link") ? "Your organization has not" : "Microsoft did not sign");
        assertThat(page.http().body())
                .contains(words)
                .contains("href=\"/signin")
                .doesNotContain("<script>")
                .doesNotContain("transient")
                .doesNotContain("789012");
        assertPage(browser.get("/signin/callback?code=c&state=" + state), 400, "This sign-in cannot be finished");
    }

    @Test
    void whoIsInNoAccessGroupIsToldWhatToAskFor() {
        Answer page = browser.get(browser.entraSignsIn(browser.begin(SIGN_IN), LENA));

        assertPage(page, 403, "You are not authorized to access the service");
        assertThat(page.http().body()).contains(FULL_GROUP + " (full)").contains("Contoso");
        assertSignedOut(browser);
    }

    @Test
    void whoIsNotInTheDirectoryAtAllIsNotAuthorizedEither() {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), LENA);
        app.entra.failMembershipWith(new UpstreamException(Service.GRAPH, Kind.NOT_FOUND, "no such user"));
        assertPage(browser.get(callback), 403, "You are not authorized");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, 503, Microsoft Graph does not answer",
        "THROTTLED, 503, Microsoft Graph does not answer",
        "REFUSED, 502, Microsoft Graph refused",
        "FORBIDDEN, 403, Your organization has not consented",
        "CONSENT_MISSING, 403, Your organization has not consented"
    })
    void aDirectoryThatDoesNotSayWhoIsInTheGroupsLetsNobodyIn(Kind kind, int status, String title) {
        String callback = browser.entraSignsIn(browser.begin(SIGN_IN), INES);
        app.entra.failMembershipWith(new UpstreamException(Service.GRAPH, kind, "secret words"));
        Answer page = browser.get(callback);
        assertPage(page, status, title);
        assertThat(page.http().body()).doesNotContain("secret words");
        assertSignedOut(browser);
    }

    @Test
    void aDomainThatCannotBeLookedUpIsAPageToo() {
        app.entra.failWith(new UpstreamException(Service.LOGIN, Kind.UNAVAILABLE, "down"));
        assertPage(browser.get("/signin?tenant=contoso.example"), 503, "Microsoft Graph does not answer");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/me, /api/v1/me",
        "%2Fdevices%3Fa%3Db, /devices?a=b",
        "https%3A%2F%2Fevil.example, /",
        "%2F%2Fevil.example, /",
        "%2F%5Cevil.example, /",
        "%2F%252Fevil.example, /",
        "%2F%0D%0ASet-Cookie%3A%20a%3Db, /",
        "'', /"
    })
    void afterSignInTheBrowserGoesWhereItCameFromIfThatIsHere(String asked, String expected) {
        String byLink = browser.entraSignsIn(browser.begin(SIGN_IN + "&return=" + asked), INES);
        assertThat(location(browser.get(byLink))).isEqualTo(expected);

        TestBrowser other = new TestBrowser(app);
        String byForm =
                other.entraSignsIn(asked(other.post("/signin", "account=contoso.example&return=" + asked)), INES);
        assertThat(location(other.get(byForm))).isEqualTo(expected);
    }

    @Test
    void severalSignInsOfOneBrowserDoNotDisturbEachOther() {
        Map<String, String> first = browser.begin(SIGN_IN);
        Map<String, String> second = browser.begin(SIGN_IN + "&return=/devices");
        assertThat(location(browser.get(browser.entraSignsIn(second, INES)))).isEqualTo("/devices");
        // The first was bound to the secret that the session has replaced.
        assertPage(browser.get(browser.entraSignsIn(first, INES)), 400, "This sign-in cannot be finished");
        browser.get("/api/v1/me").expect(200);
    }

    @Test
    void aNameCannotDisturbThePageAroundIt() {
        Map<String, String> asked = browser.begin(SIGN_IN);
        String name = "<b>I\u202Enes\u0000\r\n\u2066" + "\uD83D\uDE00".repeat(300);
        browser.get(browser.entraAnswers(
                        asked,
                        FakeEntra.sign(
                                app.entra
                                        .idClaims(TENANT, INES, asked.getOrDefault("nonce", ""))
                                        .claim("name", name)
                                        .build(),
                                FakeEntra.KEY)))
                .expect(303);

        assertThat(browser.get("/api/v1/me").text("/name"))
                .isEqualTo("<b>Ines" + "\uD83D\uDE00".repeat(200 - "<b>Ines".length()));
        assertThat(browser.get("/").http().body()).contains("&lt;b&gt;Ines").doesNotContain("<b>");
    }

    @Test
    void signInsThatNobodyFinishedDoNotPileUp() {
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 20; i++) {
                browser.begin(SIGN_IN);
            }
            app.clock.advance(Duration.ofMinutes(30));
        }
        int attempts = app.tables.dump().toString().split("attempt\\|", -1).length - 1;
        assertThat(attempts).isBetween(20, 80);
    }

    @Test
    void whatIsStoredOpensNothing() {
        Map<String, String> asked = browser.begin(SIGN_IN);
        String held = browser.cookie();
        browser.signIn(INES);

        assertThat(app.tables.dump().toString())
                .doesNotContain(held)
                .doesNotContain(String.valueOf(browser.cookie()).substring(37))
                .doesNotContain(asked.get("state"))
                .doesNotContain(asked.get("nonce"));
    }
}

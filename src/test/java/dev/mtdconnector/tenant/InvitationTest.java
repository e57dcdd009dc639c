package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvitationTest {

    private static final String RENEWAL = "/api/v1/operator/tenants/" + TENANT + "/invitation";

    private final TestApp app = new TestApp();

    @BeforeEach
    void onboard() {
        app.onboard();
        app.drain();
    }

    /** The invitation in the last mail. */
    private String invitation() {
        String text = app.mailer.mails().get(app.mailer.mails().size() - 1).text();
        Matcher link = Pattern.compile("https://connector\\.example(/les\\?action=consent&invitation=\\S+)")
                .matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return link.group(1).replaceFirst(".*invitation=", "");
    }

    private TestApp.Answer open(String invitation) {
        return app.sendWith("GET", "/les?action=consent&invitation=" + invitation, Map.of(), "");
    }

    private TestApp.Answer press(String invitation) {
        return app.postForm("/les", "registration=base&invitation=" + invitation, null);
    }

    @Test
    void openingTheMailedLinkNamesTheOrganizationAndUsesNothingUp() {
        String invitation = invitation();
        assertThat(invitation).matches(TENANT + "\\.[\\w-]{43}");
        var before = app.tables.dump();
        for (int i = 0; i < 5; i++) {
            assertThat(open(invitation).expect(200).http().body())
                    .contains("Contoso")
                    .contains("value=\"" + invitation + "\"")
                    .contains("Device.Read.All");
        }
        assertThat(app.tables.dump()).isEqualTo(before);
        assertThat(before.toString()).as("stored as a hash").doesNotContain("invitation|" + invitation.substring(37));

        assertThat(press(invitation).expect(303).http().headers().get("Location"))
                .startsWith("https://login.example/" + TENANT + "/v2.0/adminconsent?");
        press(invitation).expect(303);
        open(invitation).expect(200);
    }

    @Test
    void aNameIsShownToNobodyWithoutAnInvitation() {
        assertThat(app.sendWith("GET", "/les?action=consent&tenant=" + TENANT, Map.of(), "")
                        .expect(200)
                        .http()
                        .body())
                .doesNotContain("Contoso");
    }

    @Test
    void whatCannotBeUsedIsOnePageWhateverTheReason() {
        String invitation = invitation();
        String unusable = app.postForm("/les", "tenant=" + LENA + "&registration=base", null)
                .expect(404)
                .http()
                .body();
        assertThat(unusable).contains("This link cannot be used");
        for (String other : new String[] {
            TENANT + ".guess",
            LENA + invitation.substring(36),
            invitation.substring(37),
            invitation.toUpperCase(java.util.Locale.ROOT),
            TENANT,
            TENANT + ".",
            ""
        }) {
            assertThat(open(other).expect(404).http().body()).as(other).isEqualTo(unusable);
            assertThat(press(other).expect(404).http().body()).as(other).isEqualTo(unusable);
        }

        TestConsents.setTenant(app, "status", "SUSPENDED");
        assertThat(open(invitation).expect(404).http().body()).isEqualTo(unusable);
        assertThat(press(invitation).expect(404).http().body()).isEqualTo(unusable);
        assertThat(app.postForm("/les", "tenant=" + TENANT, null)
                        .expect(404)
                        .http()
                        .body())
                .isEqualTo(unusable);
    }

    @Test
    void anInvitationLastsThirtyDaysAndTheOperatorSendsAnother() {
        String first = invitation();
        app.clock.advance(Duration.ofDays(30).minusSeconds(1));
        open(first).expect(200);
        app.clock.advance(Duration.ofSeconds(1));
        open(first).expect(404);
        press(first).expect(404);

        TestApp.Answer renewed = app.send("POST", RENEWAL, OPERATOR_KEY, "").expect(202);
        assertThat(renewed.text("/validUntil"))
                .isEqualTo(app.clock.instant().plus(Duration.ofDays(30)).toString());
        app.drain();
        assertThat(app.mailer.mails()).hasSize(2);
        assertThat(invitation()).isNotEqualTo(first);
        open(invitation()).expect(200);
        app.clock.advance(Duration.ofDays(1));
        app.send("POST", RENEWAL, OPERATOR_KEY, "").expect(202);
        app.drain();
        assertThat(app.mailer.mails())
                .as("asked for again, sent again")
                .hasSize(3)
                .extracting(mail -> mail.messageId())
                .doesNotHaveDuplicates();
    }

    @Test
    void onlyTheOperatorRenewsAndOnlyForTenantsThatAreServed() {
        app.post(RENEWAL, "").expect(403);
        app.send("POST", RENEWAL, null, "").expect(401);
        for (String unknown : new String[] {LENA, "x", "%00"}) {
            app.send("POST", "/api/v1/operator/tenants/" + unknown + "/invitation", OPERATOR_KEY, "")
                    .expect(404);
        }
        TestConsents.setTenant(app, "status", "SUSPENDED");
        assertThat(app.send("POST", RENEWAL, OPERATOR_KEY, "").expect(403).code())
                .isEqualTo("tenant.suspended");
        app.drain();
        assertThat(app.mailer.mails()).hasSize(1);
    }

    @Test
    void aNameCannotBreakMailOrPage() {
        TestConsents.setTenant(app, "name", "<b>{0} '{'\r\nBcc: a@b.example\u2028\u202e'\u0000</b>");
        app.send("POST", RENEWAL, OPERATOR_KEY, "").expect(202);
        app.drain();
        assertThat(app.mailer.mails().get(1)).satisfies(mail -> {
            assertThat(mail.subject().lines()).hasSize(1);
            assertThat(mail.text())
                    .contains("The account of <b>{0} '{' Bcc: a@b.example ' </b> on the MTD connector")
                    .doesNotContain("\r");
        });
        assertThat(open(invitation()).expect(200).http().body())
                .contains("&lt;b&gt;{0} &#39;{&#39; Bcc: a@b.example")
                .doesNotContain("<b>");
    }

    @ParameterizedTest
    @CsvSource({
        "nl, Koppel uw organisatie aan de MTD-connector voor Microsoft Intune, hoofdbeheerder",
        "sv, Anslut din organisation till MTD-anslutningsprogrammet för Microsoft Intune, samtyckessida",
        "fr, Connectez votre organisation au connecteur MTD pour Microsoft Intune, administrateur général",
        "ko, 조직을 Microsoft Intune용 MTD 커넥터에 연결하세요, 전역 관리자",
        "xx, Connect your organization to the MTD connector for Microsoft Intune, Global Administrator"
    })
    void theMailIsInTheTenantsLanguage(String language, String subject, String word) {
        TestConsents.setTenant(app, "language", language);
        app.send("POST", RENEWAL, OPERATOR_KEY, "").expect(202);
        app.drain();
        assertThat(app.mailer.mails().get(1).subject()).isEqualTo(subject);
        assertThat(app.mailer.mails().get(1).text()).contains(word, "Contoso", TENANT, "30");
    }
}

package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnboardingTest {

    private static final String TENANTS = "/api/v1/operator/tenants";

    private final TestApp app = new TestApp();

    private TestApp.Answer operator(String method, String address, String body) {
        return app.send(method, address, OPERATOR_KEY, body);
    }

    @Test
    void anInvitationWaitsWhileTheMailServerRefusesOurSignIn() {
        String contact = "ines.duarte@contoso.example";
        app.mailer.refuse(
                contact,
                new UpstreamException(
                        UpstreamException.Service.MAIL, UpstreamException.Kind.FORBIDDEN, "sign-in refused"));
        app.onboard();
        app.drain();
        assertThat(app.get("/api/v1/errors").text("/errors/0/code")).isEqualTo("mail.unavailable");

        app.mailer.accept(contact);
        app.pass(Duration.ofMinutes(10));
        assertThat(app.mailer.mails())
                .extracting(mail -> mail.subject())
                .filteredOn(subject -> !subject.startsWith("MTD connector of"))
                .hasSize(1);
    }

    @Test
    void aTenantGetsItsKeysOnceAndItsContactTheLink() {
        TestApp.Answer answer = app.onboard().expect(201);

        assertThat(answer.text("/tenantId")).isEqualTo(TENANT);
        assertThat(answer.text("/enterpriseGuid")).isEqualTo(ENTERPRISE);
        assertThat(answer.text("/apiKey")).startsWith("mtdk." + TENANT + ".");
        assertThat(answer.text("/feedKey")).startsWith("mtdf." + TENANT + ".");
        assertThat(answer.text("/consentLink"))
                .isEqualTo("https://connector.example/les?action=consent&tenant=" + TENANT);
        app.drain();
        assertThat(app.mailer.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.to()).isEqualTo("ines.duarte@contoso.example");
            assertThat(mail.text())
                    .contains("https://connector.example/les?action=consent&invitation=" + TENANT + ".")
                    .doesNotContain("mtdk")
                    .doesNotContain("mtdf");
        });
    }

    @Test
    void aSecondCreationIsAConflictAndChangesNothing() {
        app.onboard();
        app.drain();
        String key = app.apiKey();
        var before = app.tables.dump();
        TestApp.Answer again = app.onboard();

        assertThat(again.expect(409).code()).isEqualTo("tenant.exists");
        assertThat(app.tables.dump()).isEqualTo(before);
        app.pass(Duration.ofMinutes(3));
        assertThat(app.mailer.mails()).hasSize(1);
        app.send("GET", "/api/v1/tenant", key, "").expect(200);
    }

    @Test
    void theDirectoryIdMayBeSpeltInAnyCase() {
        app.onboard();
        String upper = TENANT.toUpperCase(Locale.ROOT);
        operator("GET", TENANTS + "/" + upper, "").expect(200);
        String key = operator("POST", TENANTS + "/" + upper + "/keys", "{\"kind\": \"api\"}")
                .expect(201)
                .text("/key");
        app.send("GET", "/api/v1/tenant", key, "").expect(200);
        operator(
                        "POST",
                        TENANTS,
                        "{\"directoryId\": \"" + upper + "\", \"fullAccessGroupId\": \"" + LENA
                                + "\", \"primaryContact\": \"a@b.example\"}")
                .expect(409);
    }

    @Test
    void everyWrongFieldIsNamedAndNothingIsStored() {
        TestApp.Answer answer = operator(
                "POST",
                TENANTS,
                "{\"directoryId\": \"contoso.example\", \"restrictedAccessGroupId\": 1, \"primaryContact\": \"ines\","
                        + " \"name\": \"\", \"colour\": \"red\"}");

        assertThat(answer.expect(400).json().path("errors").findValuesAsText("field"))
                .containsExactly(
                        "directoryId",
                        "name",
                        "fullAccessGroupId",
                        "restrictedAccessGroupId",
                        "primaryContact",
                        "colour");
        assertThat(answer.http().body()).doesNotContain("contoso.example").doesNotContain("\"ines\"");
        assertThat(app.tables.dump().values()).allMatch(rows -> rows.isEmpty());
        assertThat(app.queues.names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11111111-2222-4333-8444-555555555555", "x", "a%2Fb", "%00", "%23", "..", "'%20or%20true"})
    void aTenantThatIsNotThereIsUnknownWhateverItsName(String id) {
        app.onboard();
        int expected = 404;
        operator("GET", TENANTS + "/" + id, "").expect(expected);
        operator("POST", TENANTS + "/" + id + "/keys", "{\"kind\": \"api\"}").expect(expected);
    }

    @Test
    void aVeryLongNameIsUnknownToo() {
        operator("GET", TENANTS + "/" + "a".repeat(3000), "").expect(404);
        operator("GET", TENANTS + "?after=" + "a".repeat(3000), "").expect(400);
    }

    @Test
    void aLostKeyIsReplacedByOneMore() {
        app.onboard();
        String first = app.apiKey();
        app.replaceKeys();

        assertThat(app.apiKey()).isNotEqualTo(first);
        app.send("GET", "/api/v1/tenant", first, "").expect(200);
        app.get("/api/v1/tenant").expect(200);
        assertThat(operator("POST", TENANTS + "/" + TENANT + "/keys", "{\"kind\": \"device\"}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("kind");
    }

    @Test
    void tenantsAreListedPageByPage() {
        app.tables.withRaggedPages();
        for (int i = 0; i < 205; i++) {
            operator(
                            "POST",
                            TENANTS,
                            String.format(
                                    Locale.ROOT,
                                    "{\"directoryId\": \"00000000-0000-4000-8000-%012x\", \"fullAccessGroupId\": \"%s\","
                                            + " \"primaryContact\": \"a@b.example\"}",
                                    i,
                                    LENA))
                    .expect(201);
        }
        int count = 0;
        String next = "";
        do {
            TestApp.Answer page = operator("GET", TENANTS + (next.isEmpty() ? "" : "?after=" + next), "")
                    .expect(200);
            count += page.json().path("tenants").size();
            next = page.text("/next").replace("null", "");
        } while (!next.isEmpty());

        assertThat(count).isEqualTo(205);
    }

    @Test
    void aProcessThatEndsAnywhereLeavesATenantWholeOrNotAtAllAndOneInvitation() {
        for (boolean after : new boolean[] {false, true}) {
            int call = 1;
            boolean died = true;
            while (died) {
                TestApp crashing = new TestApp();
                crashing.faults.dieAt(call++, after);
                try {
                    crashing.onboard();
                    died = false;
                } catch (Faults.Death e) {
                    crashing.restart();
                }
                crashing.faults.never();
                int status = crashing.onboard().status();
                assertThat(status).isIn(201, 409);
                if (status == 409) {
                    crashing.replaceKeys();
                }
                crashing.get("/api/v1/tenant").expect(200);
                crashing.pass(Duration.ofMinutes(4));
                assertThat(crashing.mailer.mails()).as("call %d", call - 1).hasSize(1);
            }
            assertThat(call).isGreaterThan(6);
        }
    }

    @Test
    void otherIdentitiesDoNotOnboard() {
        app.onboard();
        assertThat(app.get(TENANTS).expect(403).code()).isEqualTo("identity.forbidden");
        assertThat(app.send("GET", TENANTS, app.feedKey(), "").status()).isEqualTo(403);
        assertThat(app.send("GET", TENANTS, null, "").status()).isEqualTo(401);
    }
}

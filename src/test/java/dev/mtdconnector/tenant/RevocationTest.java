package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.notify.Mailer;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of a tenant whose consent is taken back, in whole or in part, and of one of which more is asked. */
class RevocationTest {

    private static final Duration POLL = Duration.ofMinutes(6);
    private static final String USERS = "User.Read.All";

    private final TestApp app = new TestApp().ready();

    private static UpstreamException forbidden(Service service) {
        return new UpstreamException(service, Kind.FORBIDDEN, "403, request id 7");
    }

    private static UpstreamException unknownApp() {
        return new UpstreamException(Service.LOGIN, Kind.CONSENT_MISSING, "unauthorized_client");
    }

    /** What a directory does that has taken this role from the base registration. */
    private static void takeUsers(TestApp app) {
        app.entra.removeRole(Registration.BASE, USERS);
        app.directory.failAfterDevices(0, forbidden(Service.GRAPH));
    }

    private static List<String> subjects(TestApp app) {
        return app.mailer.mails().stream()
                .map(Mailer.Mail::subject)
                .filter(subject -> !subject.startsWith("Connect your"))
                // Reports of errors are another matter, and have tests of their own.
                .filter(subject -> !subject.startsWith("MTD connector of"))
                .toList();
    }

    private String error(String job) {
        return app.get("/api/v1/connector").expect(200).text("/" + job + "/error");
    }

    private String state(String registration) {
        return app.get("/api/v1/tenant").expect(200).text("/consents/" + registration + "/state");
    }

    private TestApp.Answer check(String registration) {
        return app.post("/api/v1/tenant/consent-check", "{\"registration\": \"" + registration + "\"}");
    }

    @Test
    void aRoleThatIsTakenAwayStopsWhatNeedsItAndNothingElseAndTheContactIsToldOnce() {
        takeUsers(app);
        app.pass(POLL);

        assertThat(state("base")).isEqualTo("incomplete");
        assertThat(error("sync")).isEqualTo("directory.consent-missing");
        int beats = app.intune.beats().size();
        app.pass(Duration.ofHours(3));
        assertThat(app.intune.beats()).as("the heartbeat needs another role").hasSize(beats + 18);
        assertThat(error("heartbeat")).isEqualTo("null");
        assertThat(app.get("/api/v1/errors").json().path("errors"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.path("job").asText()).isEqualTo("enrollment-sync");
                    assertThat(record.path("code").asText()).isEqualTo("directory.consent-missing");
                    assertThat(record.path("count").asInt()).isEqualTo(1);
                });

        assertThat(subjects(app)).containsExactly("The MTD connector has lost permissions of Contoso");
        assertThat(app.mailer.mails().get(1)).satisfies(mail -> {
            assertThat(mail.to()).isEqualTo("ines.duarte@contoso.example");
            assertThat(mail.text())
                    .contains("- " + USERS)
                    .doesNotContain("Device.Read.All")
                    .contains("- Enrolling the devices", "- Signing in")
                    .doesNotContain("heartbeat")
                    .contains("https://connector.example/les?action=consent&tenant=" + TENANT + "&registration=base");
        });
    }

    @Test
    void whenItIsGrantedAgainTheConnectorNoticesByItselfGoesOnAndSaysSoOnce() {
        takeUsers(app);
        app.pass(POLL);
        app.directory.heal();
        app.entra.grant(Registration.BASE);
        app.directory.withDevice("11111111-0000-4000-8000-000000000001", LENA, "Android", "15");
        app.pass(Duration.ofMinutes(16));

        assertThat(state("base")).isEqualTo("granted");
        assertThat(error("sync")).isEqualTo("null");
        app.get("/api/v1/devices/11111111-0000-4000-8000-000000000001").expect(200);
        assertThat(app.get("/api/v1/errors").json().at("/errors/0/recoveredAt").isNull())
                .isFalse();
        app.pass(Duration.ofDays(2));
        assertThat(subjects(app))
                .containsExactly(
                        "The MTD connector has lost permissions of Contoso",
                        "The MTD connector works again for Contoso");
    }

    @Test
    void anAppThatIsDeletedFromTheDirectoryStopsEverythingWithOneMail() {
        app.entra.revoke(Registration.BASE);
        app.directory.failAfterDevices(0, unknownApp());
        app.intune.failWith(unknownApp());
        app.pass(Duration.ofHours(2));

        assertThat(state("base")).isEqualTo("none");
        assertThat(error("sync")).isEqualTo("directory.consent-missing");
        assertThat(error("heartbeat")).isEqualTo("directory.consent-missing");
        assertThat(subjects(app)).hasSize(1);
        assertThat(app.mailer.mails().get(1).text())
                .contains("Application.Read.All", "Device.Read.All", "GroupMember.Read.All", USERS)
                .contains("heartbeat", "Enrolling", "Signing in");
        assertThat(app.get("/api/v1/errors").json().path("errors"))
                .allSatisfy(record -> assertThat(record.path("count").asInt()).isEqualTo(1));
    }

    @Test
    void thePartnerConsentIsTakenBackAndGivenBackOnItsOwn() {
        app.activate(PHONE);
        app.drain();
        app.entra.revoke(Registration.PARTNER);
        app.intune.failWith(unknownApp());
        app.pass(Duration.ofMinutes(11));
        assertThat(state("partner")).isEqualTo("none");
        assertThat(state("base")).isEqualTo("granted");
        assertThat(error("heartbeat")).isEqualTo("intune.consent-missing");
        assertThat(error("sync")).isEqualTo("null");
        assertThat(app.mailer.mails().get(1).text())
                .contains("- update_device_health", "&registration=partner")
                .doesNotContain("Enrolling");
        int beats = app.intune.beats().size();

        app.intune.failWith(null);
        app.consent(Registration.PARTNER).expect(200);
        app.drain();
        assertThat(app.intune.beats()).as("at once").hasSize(beats + 1);
        assertThat(error("heartbeat")).isEqualTo("null");
        assertThat(subjects(app)).hasSize(2);
    }

    @Test
    void aCheckThatAnAdministratorAsksForStartsWhatStoodStill() {
        takeUsers(app);
        app.pass(POLL);
        app.directory.heal();
        app.entra.grant(Registration.BASE);
        check("base").expect(200);
        app.drain();
        assertThat(error("sync")).isEqualTo("null");
        assertThat(subjects(app)).hasSize(2);
    }

    @Test
    void withTheRolesThereARefusalIsADefectOfOursAndNoConsentIsAskedFor() {
        for (UpstreamException refusal : List.of(forbidden(Service.INTUNE), unknownApp())) {
            app.intune.failWith(refusal);
            app.directory.failAfterDevices(0, forbidden(Service.GRAPH));
            app.pass(Duration.ofMinutes(11));
        }

        assertThat(state("base")).isEqualTo("granted");
        assertThat(state("partner")).isEqualTo("granted");
        assertThat(error("sync")).isEqualTo("directory.refused");
        assertThat(error("heartbeat")).isEqualTo("directory.refused");
        assertThat(app.get("/api/v1/errors").json().findValuesAsText("code"))
                .contains("intune.refused", "directory.refused")
                .doesNotContain("directory.consent-missing", "intune.consent-missing");
        assertThat(subjects(app)).isEmpty();

        app.intune.failWith(null);
        app.directory.heal();
        app.pass(Duration.ofMinutes(11));
        assertThat(error("heartbeat")).isEqualTo("null");
    }

    @Test
    void whileTheRolesCannotBeReadNothingIsConcluded() {
        app.directory.failAfterDevices(0, forbidden(Service.GRAPH));
        for (UpstreamException silence : List.of(
                new UpstreamException(Service.GRAPH, Kind.UNAVAILABLE, "down"),
                new UpstreamException(Service.LOGIN, Kind.FORBIDDEN, "our secret"))) {
            app.entra.failWith(silence);
            app.pass(POLL);
            assertThat(error("sync")).isEqualTo(silence.isTransient() ? "directory.unavailable" : "directory.refused");
        }
        assertThat(state("base")).isEqualTo("granted");
        assertThat(subjects(app)).isEmpty();
    }

    @Test
    void aRevocationThatNoJobMeetsIsFoundWithinADay() {
        TestApp quiet = new TestApp();
        quiet.onboard();
        quiet.consent(Registration.BASE);
        quiet.pass(Duration.ofMinutes(10));
        quiet.entra.revoke(Registration.BASE);
        quiet.pass(Duration.ofDays(1));
        assertThat(quiet.get("/api/v1/tenant").text("/consents/base/state")).isEqualTo("none");
        assertThat(subjects(quiet)).hasSize(1);
    }

    @Test
    void aConsentThatWasNeverCompleteIsNoRevocation() {
        TestApp fresh = new TestApp();
        fresh.onboard();
        fresh.entra.grant(Registration.BASE);
        fresh.entra.removeRole(Registration.BASE, USERS);
        fresh.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}")
                .expect(200);
        fresh.pass(Duration.ofHours(1));
        fresh.entra.grant(Registration.BASE);
        fresh.pass(Duration.ofMinutes(16));
        assertThat(fresh.get("/api/v1/tenant").text("/consents/base/state"))
                .as("granted by hand, noticed by itself")
                .isEqualTo("granted");
        assertThat(subjects(fresh)).isEmpty();
    }

    @Test
    void aReleaseThatNeedsMoreAsksOnceAndWhatNeedsItNotGoesOn() {
        // What a release that did not know this role had stored.
        ConsentTable store = new ConsentTable(app.tables);
        Consent now = store.find(TENANT, Registration.BASE);
        Set<String> before = Set.of("Application.Read.All", "Device.Read.All", "GroupMember.Read.All");
        Instant grantedAt = now.grantedAt();
        store.replace(
                TENANT, new Consent(Registration.BASE, true, before, grantedAt, grantedAt, null, null, now.version()));
        app.entra.removeRole(Registration.BASE, USERS);

        assertThat(state("base")).as("by itself").isEqualTo("incomplete");
        app.pass(Duration.ofHours(3));
        assertThat(subjects(app)).containsExactly("The MTD connector asks Contoso for a new permission");
        assertThat(app.mailer.mails().get(1).text())
                .contains("- " + USERS, "&registration=base")
                .doesNotContain("Device.Read.All");
        assertThat(error("heartbeat")).isEqualTo("null");
        assertThat(error("sync")).isEqualTo("directory.consent-missing");

        app.consent(Registration.BASE).expect(200);
        app.drain();
        assertThat(error("sync")).isEqualTo("null");
        assertThat(subjects(app)).as("nothing stood still that could be back").hasSize(1);

        // And what is taken back later is a revocation like any other.
        takeUsers(app);
        app.pass(POLL);
        assertThat(subjects(app)).hasSize(2);
    }

    @Test
    void aProcessThatEndsAnywhereTellsOnceAndGoesOn() {
        for (boolean after : new boolean[] {false, true}) {
            boolean died = true;
            for (int call = 1; died; call += 5) {
                TestApp crashing = new TestApp().ready();
                takeUsers(crashing);
                crashing.faults.dieAt(call, after);
                died = passes(crashing, POLL);
                crashing.faults.never();
                crashing.pass(Duration.ofMinutes(5));
                crashing.faults.dieAt(call, after);
                crashing.directory.heal();
                crashing.entra.grant(Registration.BASE);
                died |= passes(crashing, Duration.ofMinutes(16));
                crashing.faults.never();
                crashing.pass(Duration.ofMinutes(20));

                assertThat(crashing.get("/api/v1/connector").text("/sync/error"))
                        .as("call %d", call)
                        .isEqualTo("null");
                assertThat(crashing.mailer.mails().stream()
                                .map(Mailer.Mail::messageId)
                                .distinct())
                        .as("call %d", call)
                        .hasSize(3);
                if (call > 400) {
                    break;
                }
            }
        }
    }

    private static boolean passes(TestApp app, Duration time) {
        try {
            app.pass(time);
            return false;
        } catch (Faults.Death e) {
            app.restart();
            return true;
        }
    }

    @Test
    void twoInstancesThatFindOutAtTheSameTimeTellOnce() {
        app.entra.revoke(Registration.BASE);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        Consents other = TestConsents.over(app, app.entra);
        Consents one = TestConsents.over(app, (tenantId, registration) -> {
            if (isFirst.getAndSet(false)) {
                other.check(tenantId, registration);
                app.clock.advance(Duration.ofSeconds(1));
            }
            return app.entra.of(tenantId, registration);
        });
        one.check(TENANT, Registration.BASE);
        other.check(TENANT, Registration.BASE);
        app.pass(Duration.ofMinutes(3));
        assertThat(subjects(app)).hasSize(1);
    }

    @Test
    void whatWasReadEarlierDoesNotUndoWhatWasReadLater() {
        Consents other = TestConsents.over(app, app.entra);
        Consents slow = TestConsents.over(app, (tenantId, registration) -> {
            app.clock.advance(Duration.ofSeconds(1));
            other.check(tenantId, registration);
            return Set.of();
        });
        assertThat(slow.check(TENANT, Registration.BASE).isGranted()).isTrue();
        app.pass(Duration.ofMinutes(3));
        assertThat(state("base")).isEqualTo("granted");
        assertThat(subjects(app)).isEmpty();
    }

    @Test
    void aSignInRightAfterAConsentDoesNotAskACopyOfTheDirectoryThatIsBehind() {
        check("base").expect(200);
        ConsentWitness witness = new ConsentWitness(TestConsents.over(app, (tenantId, registration) -> Set.of()));
        Identity lena = new Identity(TENANT, LENA, "Lena", "lena@x.example");
        app.clock.advance(Consents.REPLICATION.minusSeconds(1));
        witness.signedIn(lena, "consent-base");

        assertThat(state("base")).isEqualTo("granted");
        assertThat(app.get("/api/v1/tenant").text("/consents/base/confirmedBy/id"))
                .isEqualTo(LENA);
        app.clock.advance(Duration.ofSeconds(1));
        witness.signedIn(lena, "consent-base");
        assertThat(state("base")).isEqualTo("incomplete");
    }

    @Test
    void itIsToldInTheTenantsLanguage() {
        TestConsents.setTenant(app, "language", "ko");
        takeUsers(app);
        app.pass(POLL);
        assertThat(subjects(app)).containsExactly("MTD 커넥터가 Contoso의 권한을 잃었습니다");
        assertThat(app.mailer.mails().get(1).text()).contains("- 콘솔 로그인", "- " + USERS);
    }

    @Test
    void aSignInIsNotedOnceAndANewGrantStartsUnconfirmed() {
        Consents consents = TestConsents.over(app, app.entra);
        ConsentWitness witness = new ConsentWitness(consents);
        Identity ines =
                new Identity(TENANT, "6f1c0a53-0000-4000-8000-000000000001", "Inês\r\nDuarte", "ines@x.example");
        Identity lena = new Identity(TENANT, LENA, "", "lena@x.example");
        witness.signedIn(ines, "consent-base");
        Instant at = app.clock.instant();
        app.clock.advance(Duration.ofMinutes(1));
        witness.signedIn(ines, "consent-base");
        witness.signedIn(lena, "consent-base");
        witness.signedIn(lena, "consent-nonsense");
        witness.signedIn(lena, "console");

        TestApp.Answer tenant = app.get("/api/v1/tenant");
        assertThat(tenant.text("/consents/base/confirmedBy/id")).isEqualTo(ines.userId());
        assertThat(tenant.text("/consents/base/confirmedBy/name")).isEqualTo("Inês Duarte");
        assertThat(tenant.text("/consents/base/confirmedAt")).isEqualTo(at.toString());
        assertThat(tenant.json().at("/consents/partner/confirmedBy").isNull()).isTrue();

        takeUsers(app);
        app.clock.advance(Consents.REPLICATION);
        witness.signedIn(lena, "consent-base");
        assertThat(consents.of(TENANT, Registration.BASE).isGranted())
                .as("the roles were read again")
                .isFalse();
        app.entra.grant(Registration.BASE);
        app.entra.failWith(new UpstreamException(Service.GRAPH, Kind.UNAVAILABLE, "down"));
        witness.signedIn(lena, "consent-partner");
        app.entra.failWith(null);
        check("base").expect(200);
        tenant = app.get("/api/v1/tenant");
        assertThat(tenant.json().at("/consents/base/confirmedBy").isNull()).isTrue();
        assertThat(tenant.text("/consents/partner/confirmedBy/name")).isEqualTo("lena@x.example");
    }
}

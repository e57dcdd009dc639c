package dev.mtdconnector.health;

import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every row of the vendor's troubleshooting page (T1 to T11), and what the product shows of it: docs/troubleshooting.md. */
class TroubleshootingTest {

    private static final String SIGN_IN = "/signin?tenant=" + TENANT;
    private static final String OSCAR = "11111111-0000-4000-8000-00000000000f";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";
    private static final String THREAT = "a8da3393-7896-431b-875d-945993cfdbf3";

    private final TestApp app = new TestApp();

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private JsonNode check(String id) {
        app.clock.advance(Doctor.FRESH);
        for (JsonNode check : app.get("/api/v1/doctor").expect(200).json().path("checks")) {
            if (check.path("id").asText().equals(id)) {
                return check;
            }
        }
        throw new AssertionError("There is no check " + id);
    }

    private void assertCheck(String id, String state, String remedy) {
        JsonNode check = check(id);
        assertThat(check.path("state").asText()).as("%s", check).isEqualTo(state);
        assertThat(check.path("remedy").asText()).as("%s", check).contains(remedy);
    }

    private Answer device(String id) {
        return app.get("/api/v1/devices/" + id).expect(200);
    }

    private void threat(String id, int second) {
        app.feed(TestApp.threatEvent(
                        id, app.clock.instant().plusSeconds(second), VENDOR_GUID, THREAT, "OPEN", "TROJAN"))
                .expect(200);
    }

    @Test
    void t1WhoIsInNoAccessGroupReadsSoAndWhichGroupsThereAre() {
        app.ready();
        TestBrowser browser = new TestBrowser(app);

        Answer page = browser.get(browser.entraSignsIn(browser.begin(SIGN_IN), LENA));

        assertThat(page.expect(403).http().body())
                .contains("You are not authorized to access the service")
                .contains(FULL_GROUP);
        assertCheck("groups.access.full", "green", "");
        app.directory.removeGroup(FULL_GROUP);
        assertCheck("groups.access.full", "red", ErrorCode.ACCESS_GROUP_MISSING.remedy());

        app.directory.withGroup(FULL_GROUP, "MTD Full Access");
        app.entra.withMember(FULL_GROUP, LENA);
        assertThat(TestBrowser.location(browser.get(browser.entraSignsIn(browser.begin(SIGN_IN), LENA))))
                .isEqualTo("/");
    }

    @Test
    void t2AConsentThatMicrosoftAsksForLeadsToTheConsentLinkAndTheDoctorNamesIt() {
        app.ready();
        TestBrowser browser = new TestBrowser(app);
        String state = browser.begin(SIGN_IN).get("state");

        Answer page = browser.get("/signin/callback?error=access_denied&state=" + state
                + "&error_description=AADSTS90093:%20Consent%20can%20only%20be%20performed%20by%20an%20administrator.");

        assertThat(page.expect(403).http().body()).contains("action=consent");
        app.entra.revoke(Registration.BASE);
        String link = "/les?action=consent&tenant=" + TENANT + "&registration=base";
        assertCheck("consent.base", "red", link);
        assertCheck("token", "red", ErrorCode.CONSENT_REQUIRED.remedy());
        assertCheck("permission.base.GroupMember.Read.All", "red", link);
        app.consent(Registration.BASE).expect(200);
        assertCheck("consent.base", "green", "");
    }

    @Test
    void t3ADeviceIsMissingUntilItsUserIsInAGroupThatIsThere() {
        app.ready();
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18");
        sync();
        assertThat(app.get("/api/v1/devices/" + TABLET).expect(404).code()).isEqualTo("device.unknown");

        app.directory.join(GROUP, OSCAR);
        app.pass(Duration.ofMinutes(Connector.DEFAULT_POLL + 1));
        assertThat(app.device(TABLET)).isEqualTo("pending");

        assertCheck("groups.enrollment." + GROUP, "green", "");
        app.directory.removeGroup(GROUP);
        sync();
        assertCheck("groups.enrollment." + GROUP, "red", ErrorCode.ENROLLMENT_GROUP_GONE.remedy());
        assertCheck("sync", "red", ErrorCode.ENROLLMENT_GROUP_GONE.remedy());
        assertThat(app.device(TABLET)).as("nobody loses a device by it").isEqualTo("pending");
    }

    @Test
    void t4AnUnsupportedDeviceIsListedWithTheReason() {
        app.ready();
        app.directory.withDevice(TABLET, LENA, "iPadOS", "9.0");
        sync();

        assertThat(app.get("/api/v1/devices/" + TABLET).expect(404).code()).isEqualTo("device.unknown");
        JsonNode listed =
                app.get("/api/v1/unsupported-devices").expect(200).json().at("/devices/0");
        assertThat(listed.path("deviceId").asText()).isEqualTo(TABLET);
        assertThat(listed.path("reason").asText()).isNotEmpty();
    }

    @Test
    void t5ADeviceStaysPendingUntilItsUserActivatesIt() {
        app.ready();
        assertThat(device(PHONE).text("/state")).isEqualTo("pending");
        assertThat(device(PHONE).text("/why")).isEqualTo("Pending because the app was not activated on it yet.");

        app.activate(PHONE);
        assertThat(app.device(PHONE)).isEqualTo("activated");
    }

    @Test
    void t6ADeviceWhoseUserLeftTheGroupIsOutOfScopeAndItsThreatsAreNotTold() {
        app.ready();
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(GROUP, OSCAR);
        app.feed(TestApp.deviceEvent("e1", TestApp.START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.checkIn(app.activate(PHONE)).expect(200);
        sync();
        app.directory.leave(GROUP, LENA);
        sync();
        assertThat(device(PHONE).text("/state")).isEqualTo("out-of-scope");
        assertThat(device(PHONE).text("/why")).contains("its user is in no enrollment group any more");

        int told = app.intune.history(PHONE).size();
        threat("e2", 1);
        app.pass(Duration.ofMinutes(10));
        assertThat(app.intune.history(PHONE)).hasSize(told).last().isEqualTo("deactivated");

        app.directory.join(GROUP, LENA);
        sync();
        app.pass(Duration.ofMinutes(10));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).last().isEqualTo("highSeverity");
    }

    @Test
    void t7ADeviceThatWasNotHeardOfIsDisconnectedUntilItsAppChecksIn() {
        app.ready();
        String credential = app.activate(PHONE);
        app.checkIn(credential).expect(200);
        app.drain();
        app.clock.advance(Duration.ofDays(31));
        app.app().tick();
        app.drain();

        assertThat(device(PHONE).text("/state")).isEqualTo("disconnected");
        assertThat(device(PHONE).text("/why")).contains("the next check-in connects it again");
        assertThat(app.intune.history(PHONE)).last().isEqualTo("unresponsive");

        app.checkIn(app.activate(PHONE)).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).last().isEqualTo("secured");
    }

    @Test
    void t8ADeletedDeviceSyncsWholeAtItsNextActivation() {
        app.ready();
        app.checkIn(app.activate(PHONE)).expect(200);
        app.drain();

        assertThat(app.delete("/api/v1/devices/" + PHONE).expect(200).text("/state"))
                .isEqualTo("pending");
        app.drain();
        app.checkIn(app.activate(PHONE)).expect(200);
        app.drain();

        assertThat(app.intune.history(PHONE)).containsExactly("secured", "deactivated", "secured");
    }

    @Test
    void t9ADeviceOfANewUserComesBackAsTheirsWhenTheDirectorySaysSo() {
        app.ready();
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(GROUP, OSCAR);
        app.checkIn(app.activate(PHONE)).expect(200);
        sync();
        app.delete("/api/v1/devices/" + PHONE).expect(200);
        app.directory.removeDevice(PHONE);
        app.directory.withDevice(PHONE, INES, "iOS", "18.6");
        app.directory.join(GROUP, INES);
        sync();
        assertThat(device(PHONE).text("/state")).isEqualTo("pending");
        assertThat(device(PHONE).text("/userId")).isEqualTo(INES);
    }

    @Test
    void t10WhoSignsInWithoutAConsentGetsThePageThatAsksForIt() {
        app.onboard().expect(201);

        Answer page = new TestBrowser(app).get(SIGN_IN);

        assertThat(page.expect(403).http().body()).contains("action=consent").contains(TENANT);
        assertCheck("consent.base", "red", "/les?action=consent&tenant=" + TENANT);
    }

    @Test
    void t11WhenHeartbeatsDoNotFlowItIsSaidAndEndsWhenTheyFlowAgain() {
        app.ready();
        app.entra.grantOptional(Registration.BASE);
        app.consent(Registration.BASE).expect(200);
        app.intune.failWith(
                new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down"));
        app.intune.show("unresponsive");
        app.pass(Duration.ofMinutes(61));

        assertThat(app.get("/api/v1/connector").text("/heartbeat/state")).isEqualTo("failing");
        assertCheck("heartbeat", "red", ErrorCode.HEARTBEAT_SILENT.remedy());
        assertCheck("intune", "red", ErrorCode.INTUNE_SHOWS_UNRESPONSIVE.remedy());

        app.intune.failWith(null);
        app.intune.show("available");
        app.pass(Duration.ofMinutes(61));
        assertCheck("heartbeat", "green", "");
        assertCheck("intune", "yellow", "Switch at least one platform on");
        app.intune.show("enabled");
        app.pass(Duration.ofMinutes(61));
        assertCheck("intune", "green", "");
    }
}

package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device of the API says in one sentence why it has its state, whatever that is. */
class WhyTest {

    private final TestApp app = new TestApp().ready();

    private void isNow(String state, String... words) {
        TestApp.Answer device = app.get("/api/v1/devices/" + PHONE).expect(200);
        assertThat(device.text("/state")).isEqualTo(state);
        assertThat(device.text("/why")).contains(words).endsWith(".").doesNotContain("null");
    }

    private void threat(String id, String status, String classification) {
        app.feed(threatEvent("t" + id, app.clock.instant(), VENDOR_GUID, LENA, status, classification))
                .expect(200);
        app.drain();
    }

    private void tie() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.drain();
    }

    @Test
    void pendingActivatedAndDeactivated() {
        isNow("pending", "Pending", "not activated");
        String credential = app.activate(PHONE);
        isNow("activated", "Activated", "has not reported");
        app.checkIn(credential).expect(200);
        isNow("secured", "Secured", "none of its open threats");
        app.post("/api/v1/devices/" + PHONE + "/deactivate", "");
        isNow("deactivated", "Deactivated");
    }

    @Test
    void aThreatWithoutAnyClassificationIsCalledUnknown() {
        tie();
        String event = threatEvent("t1", app.clock.instant(), VENDOR_GUID, LENA, "OPEN", "TROJAN");
        app.feed(event.replace("\"TROJAN\"", "")).expect(200);
        app.drain();
        isNow(app.device(PHONE), "because of UNKNOWN (threat " + LENA + ")");
    }

    @ParameterizedTest
    @CsvSource({"ADWARE, low", "SPAM, medium", "TROJAN, high", "PORT_SCAN, secured"})
    void aLevelNamesTheThreatThatDecides(String classification, String state) {
        tie();
        isNow("secured", "Secured");
        app.clock.advance(Duration.ofSeconds(1));
        threat("1", "OPEN", classification);
        if (state.equals("secured")) {
            isNow(state, "none of its open threats counts");
        } else {
            isNow(
                    state,
                    "risk of " + state,
                    classification,
                    LENA,
                    START.plusSeconds(1).toString());
        }
        app.clock.advance(Duration.ofSeconds(1));
        threat("2", "RESOLVED", classification);
        isNow("secured", "Secured");
    }

    @Test
    void aDisconnectedOneSaysWhenItWasLastHeardOf() {
        String credential = app.activate(PHONE);
        app.checkIn(credential).expect(200);
        app.clock.advance(Duration.ofDays(31));
        app.pass(Duration.ofMinutes(2));
        isNow("disconnected", "Disconnected since 2026-12-22", "last checked in at 2026-11-21", "next check-in");
        app.checkIn(credential).expect(200);
        isNow("secured", "Secured");
    }

    @Test
    void oneThatIsOutOfScopeSaysByWhat() {
        tie();
        String other = "11111111-0000-4000-8000-000000000009";
        app.directory.join(GROUP, INES).withDevice(other, INES, "Android", "15");
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": 100}
                """).expect(200);
        app.drain();
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        app.directory.leave(GROUP, LENA);
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        isNow("out-of-scope", "Out of scope", "in no enrollment group");
        app.directory.join(GROUP, LENA);
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        isNow("secured", "Secured");
    }

    @Test
    void oneWhosePlaceWasTakenNamesTheOther() {
        String newer = new UUID(7, 7).toString();
        new DeviceTable(app.tables, app.clock).open(TENANT, false).supersede(PHONE, newer);
        isNow("out-of-scope", "registered anew", newer);
    }

    @Test
    void oneThatWasDeletedSaysSoUntilIntuneKnows() {
        tie();
        new DeviceTable(app.tables, app.clock).open(TENANT, false).leave(List.of(PHONE), true);
        isNow("out-of-scope", "Out of scope and deleted", "once Intune was told");
        app.pass(Duration.ofMinutes(12));
        app.get("/api/v1/devices/" + PHONE).expect(404);
    }
}

package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceActionsTest {

    private static final String AT_PHONE = "/api/v1/devices/" + PHONE;
    private static final String THREAT = "5f0c1f6e-6c5e-4b8e-9d50-7f3f4f6a9b01";
    private static final String OTHER = "5f0c1f6e-6c5e-4b8e-9d50-7f3f4f6a9b02";
    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String TABLET = "11111111-0000-4000-8000-000000000002";
    private static final String IGNORE = AT_PHONE + "/threats/" + THREAT + "/ignore";

    private final TestApp app = new TestApp().ready();
    private String credential = app.activate(PHONE);

    private void sync() {
        app.post("/api/v1/connector/sync", "");
        app.drain();
    }

    private void securedAndTold() {
        app.checkIn(credential).expect(200);
        app.drain();
    }

    private void threat(String id, String guid, int second, String status, String classification) {
        if (second == 0) {
            app.feed(TestApp.deviceEvent("d", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                    .expect(200);
        }
        app.feed(TestApp.threatEvent(id, START.plusSeconds(second), VENDOR_GUID, guid, status, classification))
                .expect(200);
        app.drain();
    }

    @Test
    void whatTheFeedSaidBeforeDoesNotUndoADeactivation() {
        app.feed(TestApp.deviceEvent("d1", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.clock.advance(Duration.ofMinutes(10));
        app.post(AT_PHONE + "/deactivate", "").expect(200);
        app.feed(TestApp.deviceEvent("d2", START.plusSeconds(60), VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("deactivated");
        app.feed(TestApp.deviceEvent("d3", app.clock.instant().plusSeconds(1), VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void aDeactivatedDeviceIsToldOfAndActivatedByItsUserAgain() {
        securedAndTold();
        assertThat(app.post(AT_PHONE + "/deactivate", "").expect(200).text("/state"))
                .isEqualTo("deactivated");
        app.post(AT_PHONE + "/deactivate", "").expect(200);
        app.drain();
        assertThat(app.checkIn(credential).expect(200).text("/message")).startsWith("This device has been deactivated");
        credential = app.activate(PHONE);
        app.checkIn(credential).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "deactivated", "secured");
    }

    @Test
    void aDeletedDeviceIsPendingAgainAndItsNextActivationStartsAnew() {
        app.send("POST", "/device/v1/checkin", credential, "{\"configuration\": {\"deviceLock\": false}}")
                .expect(200);
        app.drain();
        assertThat(app.delete(AT_PHONE).expect(200).text("/state")).isEqualTo("pending");
        app.drain();
        app.checkIn(credential).expect(401);
        Answer device = app.get(AT_PHONE);
        assertThat(device.text("/osVersion")).as("the directory's").isEqualTo("18.6");
        assertThat(device.json().at("/configuration")).isEmpty();
        assertThat(device.json().at("/openThreats")).isEmpty();
        assertThat(device.json().at("/lastCheckInAt").isNull()).isTrue();

        app.checkIn(app.activate(PHONE)).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("lowSeverity", "deactivated", "secured");
    }

    @Test
    void intuneIsToldAgainThoughTheDeviceWasActivatedBeforeItHeardOfTheDeletion() {
        securedAndTold();
        app.intune.expectAgain(PHONE);
        app.delete(AT_PHONE).expect(200);
        app.checkIn(app.activate(PHONE)).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "secured");
    }

    @Test
    void whatTheFeedFoundIsStillThereAfterADeletion() {
        securedAndTold();
        threat("e1", THREAT, 0, "OPEN", "TROJAN");
        app.delete(AT_PHONE).expect(200);
        app.drain();
        app.activate(PHONE);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void aDeviceOutOfScopeIsForgottenWhenItIsDeleted() {
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(TestApp.GROUP, OSCAR);
        sync();
        securedAndTold();
        app.directory.leave(TestApp.GROUP, LENA);
        sync();
        assertThat(app.device(PHONE)).isEqualTo("out-of-scope");
        Answer refused = app.send(
                "POST", "/device/v1/activate", app.entra.token(TENANT, LENA), "{\"deviceId\": \"" + PHONE + "\"}");
        assertThat(refused.expect(409).code()).isEqualTo("device.out-of-scope");
        assertThat(refused.text("/userMessage")).isNotEmpty();
        app.delete(AT_PHONE);
        app.drain();
        app.get(AT_PHONE).expect(404);
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured", "deactivated");
    }

    @Test
    void aResyncTellsTheSameOnceMore() {
        securedAndTold();
        app.intune.expectAgain(PHONE);
        app.post(AT_PHONE + "/resync", "").expect(200);
        app.drain();
        app.pass(Duration.ofMinutes(20));
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "secured");
    }

    @Test
    void anIgnoredThreatDoesNotCountUntilItIsResolvedAndOpensAgain() {
        securedAndTold();
        threat("e1", THREAT, 0, "OPEN", "TROJAN");
        Answer ignored =
                app.post(IGNORE, "{\"reason\": \"A test app of ours\"}").expect(200);
        assertThat(ignored.text("/state")).isEqualTo("secured");
        assertThat(ignored.text("/threats/0/status")).isEqualTo("ignored");
        assertThat(ignored.text("/threats/0/ignored/reason")).isEqualTo("A test app of ours");
        assertThat(ignored.text("/threats/0/ignored/by")).startsWith("key:");
        threat("e2", THREAT, 1, "OPEN", "TROJAN");
        assertThat(app.device(PHONE)).as("open is what it was").isEqualTo("secured");
        threat("e3", THREAT, 2, "RESOLVED", "TROJAN");
        threat("e4", THREAT, 3, "OPEN", "TROJAN");
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity", "secured", "highSeverity");
    }

    @Test
    void aThreatCountsAgainWhenItIsNoLongerIgnored() {
        securedAndTold();
        threat("e1", THREAT, 0, "OPEN", "TROJAN");
        app.post(IGNORE, "{\"reason\": \"x\"}").expect(200);
        assertThat(app.delete(IGNORE).expect(200).text("/state")).isEqualTo("high");
        app.delete(IGNORE).expect(200);
    }

    @Test
    void onlyAnOpenThreatThatIsThereCanBeIgnored() {
        String body = "{\"reason\": \"x\"}";
        assertThat(app.post(IGNORE, body).expect(404).code()).isEqualTo("threat.unknown");
        threat("e1", THREAT, 0, "RESOLVED", "TROJAN");
        assertThat(app.post(IGNORE, body).expect(409).code()).isEqualTo("threat.closed");
        assertThat(app.post(IGNORE, "{}").expect(400).text("/errors/0/field")).isEqualTo("reason");
    }

    @Test
    void manyDevicesAreActedOnAtOnce() {
        app.directory.withDevice(TABLET, LENA, "IPad", "18.6");
        sync();
        securedAndTold();
        Answer answer = app.post(
                        "/api/v1/device-actions",
                        "{\"action\": \"deactivate\", \"deviceIds\": [\"" + PHONE + "\", \"" + TABLET + "\", \""
                                + THREAT + "\"]}")
                .expect(200);
        assertThat(answer.text("/results/0/result")).isEqualTo("done");
        assertThat(answer.text("/results/1/result")).isEqualTo("done");
        assertThat(answer.text("/results/2/result")).isEqualTo("unknown");
        assertThat(app.device(TABLET)).isEqualTo("deactivated");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured", "deactivated");
    }

    @Test
    void manyThreatsAreIgnoredAtOnce() {
        threat("e1", THREAT, 0, "OPEN", "TROJAN");
        threat("e2", OTHER, 1, "OPEN", "BOT");
        String threats = """
                "threats": [{"deviceId": "%s", "threatGuid": "%s"}, {"deviceId": "%s", "threatGuid": "%s"}]}""".formatted(PHONE, THREAT, PHONE, OTHER);
        Answer answer = app.post("/api/v1/threat-actions", "{\"action\": \"ignore\", \"reason\": \"ours\", " + threats)
                .expect(200);
        assertThat(answer.text("/results/0/result")).isEqualTo("done");
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.post("/api/v1/threat-actions", "{\"action\": \"stop-ignoring\", " + threats)
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[\"x\"]", "{}", "MANY"})
    void aListIsOfOneToAHundredIds(String ids) {
        String many = IntStream.range(0, 101)
                .mapToObj(i -> "\"%08d-0000-4000-8000-000000000000\"".formatted(i))
                .collect(Collectors.joining(",", "[", "]"));
        String list = ids.equals("MANY") ? many : ids;
        var before = app.tables.dump();
        assertThat(app.post("/api/v1/device-actions", "{\"action\": \"delete\", \"deviceIds\": " + list + "}")
                        .expect(400)
                        .text("/errors/0/field"))
                .startsWith("deviceIds");
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void openThreatsAreListedByPageAndFilter() {
        app.directory.withDevice(TABLET, LENA, "IPad", "18.6");
        sync();
        threat("e1", THREAT, 0, "OPEN", "TROJAN");
        threat("e2", OTHER, 1, "OPEN", "PORT_SCAN");
        app.send("POST", "/device/v1/checkin", app.activate(TABLET), "{\"configuration\": {\"deviceLock\": false}}")
                .expect(200);
        Answer all = app.get("/api/v1/threats").expect(200);
        assertThat(all.json().at("/threats")).hasSize(3);
        assertThat(all.json().at("/next").isNull()).isTrue();
        assertThat(all.text("/threats/0/deviceId")).isEqualTo(PHONE);

        Answer first = app.get("/api/v1/threats?limit=1").expect(200);
        assertThat(first.json().at("/threats")).as("all of one device").hasSize(2);
        Answer second = app.get("/api/v1/threats?limit=1&cursor=" + first.text("/next"));
        assertThat(second.text("/threats/0/deviceId")).isEqualTo(TABLET);
        assertThat(second.json().at("/next").isNull()).isTrue();

        assertThat(app.get("/api/v1/threats?level=low").json().at("/threats")).hasSize(1);
        assertThat(app.get("/api/v1/threats?level=none").text("/threats/0/guid"))
                .isEqualTo(OTHER);
        assertThat(app.get("/api/v1/threats?classification=TROJAN").json().at("/threats"))
                .hasSize(1);
        assertThat(app.get("/api/v1/threats?classification=NEW").json().at("/threats"))
                .isEmpty();
        app.get("/api/v1/threats?level=extreme").expect(400);
        app.get("/api/v1/threats?classification=a%20b").expect(400);
        app.get("/api/v1/threats?cursor=x").expect(400);
    }
}

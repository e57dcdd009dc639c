package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceApiTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String OLD_IPAD = "11111111-0000-4000-8000-000000000001";

    private final TestApp app = new TestApp().ready();

    private TestApp.Answer activate(String user, String deviceId) {
        return app.send(
                "POST", "/device/v1/activate", app.entra.token(TENANT, user), "{\"deviceId\": \"" + deviceId + "\"}");
    }

    @Test
    void aDeviceIsActivatedByItsUserThenSecuredByItsCheckIn() {
        String credential = app.activate(PHONE);
        assertThat(app.device(PHONE)).isEqualTo("activated");
        TestApp.Answer answer = app.checkIn(credential).expect(200);
        assertThat(answer.http().body())
                .isEqualTo(
                        "{\"deviceId\":\"" + PHONE + "\",\"state\":\"secured\",\"level\":\"none\",\"openThreats\":[],"
                                + "\"message\":\"Your device is protected. There is nothing to do.\",\"language\":\"en\"}");
        TestApp.Answer device = app.get("/api/v1/devices/" + PHONE);
        assertThat(device.text("/protection")).isEqualTo("protected");
        assertThat(device.text("/security")).isEqualTo("secured");
        assertThat(device.text("/intune/outstanding")).isEqualTo("true");

        app.drain();
        device = app.get("/api/v1/devices/" + PHONE);
        assertThat(device.text("/intune/outstanding")).isEqualTo("false");
        assertThat(device.text("/intune/published")).isEqualTo("secured");
    }

    @Test
    void onlyItsUserActivatesADevice() {
        assertThat(activate(OSCAR, PHONE).expect(403).code()).isEqualTo("device.not-owned");
        assertThat(activate(LENA, OSCAR).expect(404).code()).isEqualTo("device.unknown");
        assertThat(activate(LENA, PHONE.toUpperCase(Locale.ROOT)).expect(200).text("/deviceId"))
                .isEqualTo(PHONE);
    }

    @Test
    void anUnsupportedDeviceIsToldSoToItsUserOnly() {
        app.directory.withDevice(OLD_IPAD, LENA, "IPad", "12.5");
        app.post("/api/v1/connector/sync", "");
        app.drain();
        assertThat(activate(LENA, OLD_IPAD).expect(409).code()).isEqualTo("device.unsupported");
        assertThat(activate(OSCAR, OLD_IPAD).expect(404).code()).isEqualTo("device.unknown");
    }

    @Test
    void activatingAgainReplacesTheCredentialAndTellsNothingNew() {
        String first = app.activate(PHONE);
        app.drain();
        String second = app.activate(PHONE);
        app.drain();

        app.checkIn(first).expect(401);
        app.checkIn(second).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured");
    }

    @Test
    void aCheckInDoesNotUndoADeactivation() {
        String credential = app.activate(PHONE);
        app.checkIn(credential);
        app.drain();
        app.feed(TestApp.deviceEvent("e1", TestApp.START, VENDOR_GUID, PHONE, "DEACTIVATED"))
                .expect(200);
        app.drain();
        assertThat(app.checkIn(credential).expect(200).text("/state")).isEqualTo("deactivated");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "deactivated");

        app.activate(PHONE);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "deactivated", "activated");
    }

    @Test
    void aCheckInThatSaysNothingNewIsNotToldAgain() {
        String credential = app.activate(PHONE);
        for (int i = 0; i < 3; i++) {
            app.checkIn(credential).expect(200);
            app.drain();
        }
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
    }

    @Test
    void theAgentsOwnVersionIsShownBeforeTheDirectorys() {
        String credential = app.activate(PHONE);
        app.send("POST", "/device/v1/checkin", credential, "{\"osVersion\": \"18.7\"}")
                .expect(200);
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/osVersion")).isEqualTo("18.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"osVersion\": 18}", "{\"colour\": 1}", "{\"agentVersion\": \"a\\nb\"}", "[]", "{"})
    void aCheckInThatIsNotValidIsRefused(String body) {
        String credential = app.activate(PHONE);
        var before = app.tables.dump();
        app.send("POST", "/device/v1/checkin", credential, body).expect(400);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a%2Fb", "%23", "%00", "11111111-2222-4333-8444-555555555555"})
    void aDeviceThatIsNotThereIsUnknownWhateverItsName(String id) {
        assertThat(app.get("/api/v1/devices/" + id).status()).isEqualTo(404);
    }

    @Test
    void aVeryLongNameIsUnknownToo() {
        app.get("/api/v1/devices/" + "a".repeat(3000)).expect(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=ten", "limit=-1", "limit=", "cursor=x", "cursor=%27"})
    void aListTakesALimitAndTheCursorThatItGave(String query) {
        assertThat(app.get("/api/v1/devices?" + query).expect(400).text("/errors/0/field"))
                .isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void otherKeysDoNotReadDevices() {
        String credential = app.activate(PHONE);
        for (String key : new String[] {app.feedKey(), credential, TestApp.OPERATOR_KEY}) {
            assertThat(app.send("GET", "/api/v1/devices", key, "").status()).isEqualTo(403);
        }
        assertThat(app.send("POST", "/device/v1/activate", app.apiKey(), "{}").status())
                .isEqualTo(403);
        assertThat(app.send("POST", "/device/v1/checkin", app.apiKey(), "{}").status())
                .isEqualTo(403);
        assertThat(app.send("GET", "/api/v1/devices", app.entra.token(TENANT, LENA), "")
                        .status())
                .isEqualTo(401);
    }
}

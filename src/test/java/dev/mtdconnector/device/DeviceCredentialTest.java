package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.testing.TestApp;
import org.junit.jupiter.api.Test;

class DeviceCredentialTest {

    private static final String TABLET = "11111111-0000-4000-8000-000000000002";
    private static final String OTHER_TENANT = "22222222-0000-4000-8000-000000000002";
    private static final String OF_PHONE = "/api/v1/devices/" + PHONE + "/credential";

    private final TestApp app = new TestApp().ready();

    @Test
    void aCredentialSpeaksForItsTenantAndDeviceOnly() {
        app.directory.withDevice(TABLET, LENA, "IPad", "18.6");
        app.post("/api/v1/connector/sync", "");
        app.drain();
        String phone = app.activate(PHONE);
        String tablet = app.activate(TABLET);

        assertThat(app.checkIn(phone).expect(200).text("/deviceId")).isEqualTo(PHONE);
        assertThat(app.device(TABLET)).isEqualTo("activated");
        app.checkIn(phone.replace(PHONE, TABLET)).expect(401);
        app.checkIn(tablet.replace(TABLET, PHONE)).expect(401);
        app.checkIn(phone.replace(TENANT, OTHER_TENANT)).expect(401);
        app.send("GET", "/api/v1/devices/" + PHONE, phone, "").expect(403);
        app.send("DELETE", OF_PHONE, phone, "").expect(403);
    }

    @Test
    void activatingAgainReplacesTheCredential() {
        String first = app.activate(PHONE);
        String second = app.activate(PHONE);
        app.checkIn(first).expect(401);
        app.checkIn(second).expect(200);
    }

    @Test
    void aRevokedCredentialIsWorthNothingUntilTheUserActivatesAgain() {
        String credential = app.activate(PHONE);
        app.delete(OF_PHONE).expect(204);
        app.checkIn(credential).expect(401);
        assertThat(app.device(PHONE)).as("the device itself is as it was").isEqualTo("activated");
        app.delete(OF_PHONE).expect(204);

        String next = app.activate(PHONE);
        assertThat(Key.parse(next).orElseThrow().id()).isEqualTo(PHONE);
        app.checkIn(next).expect(200);
        app.checkIn(credential).expect(401);
    }

    @Test
    void aDeviceThatIsNotThereHasNoCredential() {
        for (String id : new String[] {TABLET, "x", "..", "a".repeat(2000)}) {
            assertThat(app.delete("/api/v1/devices/" + id + "/credential")
                            .expect(404)
                            .code())
                    .isEqualTo("device.unknown");
        }
    }
}

package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkProfileTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String PARENT = "11111111-0000-4000-8000-000000000001";
    private static final String PROFILE = "11111111-0000-4000-8000-000000000002";
    private static final String OSCARS = "11111111-0000-4000-8000-000000000003";
    private static final String UNKNOWN = "11111111-0000-4000-8000-000000000004";

    private final TestApp app = app();

    private static TestApp app() {
        TestApp app = new TestApp();
        app.directory
                .withDevice(PARENT, LENA, "Android", "15")
                .withDevice(PROFILE, LENA, "AndroidForWork", "15")
                .withDevice(OSCARS, OSCAR, "Android", "15");
        app.directory.join(TestApp.GROUP, OSCAR);
        return app.ready();
    }

    private Answer activate(String deviceId, String parentDeviceId) {
        return app.send(
                "POST",
                "/device/v1/activate",
                app.entra.token(TENANT, LENA),
                "{\"deviceId\": \"" + deviceId + "\", \"parentDeviceId\": \"" + parentDeviceId + "\"}");
    }

    @Test
    void aWorkProfileIsADeviceOfItsOwnThatNamesItsParent() {
        String parent = app.activate(PARENT);
        String profile = activate(PROFILE, PARENT).expect(200).text("/deviceCredential");
        app.checkIn(parent).expect(200);
        app.send("POST", "/device/v1/checkin", profile, "{\"configuration\": {\"unknownSources\": true}}")
                .expect(200);
        assertThat(app.get("/api/v1/devices/" + PROFILE).text("/parentDeviceId"))
                .isEqualTo(PARENT);
        assertThat(app.device(PROFILE)).isEqualTo("low");
        assertThat(app.device(PARENT)).as("levels do not cross over").isEqualTo("secured");

        activate(PROFILE, PARENT).expect(200);
        assertThat(app.get("/api/v1/devices/" + PROFILE).text("/parentDeviceId"))
                .isEqualTo(PARENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {PROFILE, OSCARS, UNKNOWN, PHONE})
    void aParentIsAnotherAndroidDeviceOfTheSameUser(String parent) {
        var before = app.tables.dump();
        assertThat(activate(PROFILE, parent).expect(400).text("/errors/0/field"))
                .isEqualTo("parentDeviceId");
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void aProfileHasNoProfiles() {
        activate(PROFILE, PARENT).expect(200);
        activate(PARENT, PROFILE).expect(400);
        activate(PHONE, PARENT).expect(400);
    }
}

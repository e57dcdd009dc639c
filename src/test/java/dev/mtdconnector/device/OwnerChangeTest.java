package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lena's phone becomes Oscar's: no delta query tells. */
class OwnerChangeTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";

    private final TestApp app = new TestApp().ready();

    private static final String VENDOR = "f1557f3b-f90a-4260-a7c5-5a7bf975524c";

    @BeforeEach
    void oscarIsInScope() {
        app.directory.join(GROUP, OSCAR).withDevice(TABLET, OSCAR, "iOS", "18");
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private void isNow(String... owners) {
        app.directory.removeDevice(PHONE);
        for (String owner : owners) {
            app.directory.withDevice(PHONE, owner, "iOS", "18.6");
        }
    }

    private TestApp.Answer activate(String user) {
        return app.send(
                "POST", "/device/v1/activate", app.entra.token(TENANT, user), "{\"deviceId\": \"" + PHONE + "\"}");
    }

    private String owner() {
        return app.get("/api/v1/devices/" + PHONE).expect(200).text("/userId");
    }

    @Test
    void theNewOwnerActivatesAtOnceAndTheFormerOnesCredentialIsWorthNothing() {
        String lenas = app.activate(PHONE);
        app.checkIn(lenas).expect(200);
        app.drain();
        isNow(OSCAR);

        String oscars = activate(OSCAR).expect(200).text("/deviceCredential");
        assertThat(owner()).isEqualTo(OSCAR);
        app.checkIn(lenas).expect(401);
        assertThat(app.device(PHONE)).as("as new").isEqualTo("activated");
        // The same state, and yet another thing to say: it is somebody else's device.
        app.intune.expectAgain(PHONE);
        app.checkIn(oscars).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(activate(LENA).expect(403).code()).isEqualTo("device.not-owned");
    }

    @Test
    void whatTheFormerOwnersAgentFoundIsOverAndWhatTheFeedFoundIsNot() {
        String lenas = app.activate(PHONE);
        app.checkIn(lenas).expect(200);
        app.send("POST", "/device/v1/threats", lenas, """
                {"threats": [{"subject": "com.example.spy", "status": "detected", "classifications": ["SPYWARE"]}]}
                """).expect(200);
        app.feed(TestApp.deviceEvent("d", TestApp.START, VENDOR, PHONE, "ACTIVATED"))
                .expect(200);
        app.feed(TestApp.threatEvent(
                        "t", TestApp.START, VENDOR, "6c2f0f0e-0f4f-4c0e-9c7b-2f6c5ad9e8b1", "OPEN", "ADWARE"))
                .expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("high");
        isNow(OSCAR);
        app.intune.expectAgain(PHONE);
        app.checkIn(activate(OSCAR).expect(200).text("/deviceCredential")).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).as("by what the feed found").isEqualTo("low");
        assertThat(app.get("/api/v1/threats").expect(200).json().path("threats"))
                .as("of those that are open")
                .hasSize(1);
    }

    @Test
    void aCheckInFindsTheNewOwnerOnceADay() {
        String lenas = app.activate(PHONE);
        int requests = app.directory.requests();
        app.checkIn(lenas).expect(200);
        assertThat(app.directory.requests()).as("the first one asks").isEqualTo(requests + 1);
        isNow(OSCAR);
        app.clock.advance(Duration.ofHours(23));
        app.checkIn(lenas).expect(200);
        assertThat(app.directory.requests()).isEqualTo(requests + 1);
        app.clock.advance(Duration.ofHours(1));

        assertThat(app.checkIn(lenas).expect(403).code()).isEqualTo("device.not-owned");
        assertThat(app.directory.requests()).isEqualTo(requests + 2);
        assertThat(owner()).isEqualTo(OSCAR);
        assertThat(app.device(PHONE)).isEqualTo("pending");
        app.checkIn(lenas).expect(401);
        assertThat(app.directory.requests()).isEqualTo(requests + 2);
    }

    @Test
    void aDeviceThatASyncHandsOverTakesNoFormerCredentialEither() {
        String lenas = app.activate(PHONE);
        app.checkIn(lenas).expect(200);
        isNow(OSCAR);
        app.pass(Duration.ofHours(13));
        assertThat(owner()).isEqualTo(OSCAR);
        app.checkIn(lenas).expect(401);
        // The feed still calls it by its old name, and says that it is active.
        app.feed(TestApp.deviceEvent("e1", app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        assertThat(app.device(PHONE)).isNotEqualTo("pending");
        app.checkIn(lenas).expect(401);
    }

    @Test
    void whoIsNoOwnerIsRefusedAndNothingChanges() {
        var before = app.tables.dump().get("devices");
        assertThat(activate(OSCAR).expect(403).code()).isEqualTo("device.not-owned");
        isNow(LENA, OSCAR);
        assertThat(activate(OSCAR).expect(403).code())
                .as("it stays with its user while that is an owner")
                .isEqualTo("device.not-owned");
        isNow("99999999-0000-4000-8000-000000000009");
        assertThat(activate("99999999-0000-4000-8000-000000000009").expect(403).code())
                .as("an owner who is out of scope")
                .isEqualTo("device.not-owned");
        isNow();
        activate(OSCAR).expect(403);
        assertThat(app.tables.dump().get("devices")).isEqualTo(before);
    }

    @Test
    void aDirectoryThatCannotBeAskedDelaysAnActivationAndNoCheckIn() {
        String lenas = app.activate(PHONE);
        isNow(OSCAR);
        app.directory.failAfterDevices(0, new UpstreamException(Service.GRAPH, Kind.UNAVAILABLE, "down"));
        assertThat(activate(OSCAR).expect(503).code()).isEqualTo("directory.unavailable");
        app.checkIn(lenas).expect(200);
        assertThat(owner()).isEqualTo(LENA);
        app.directory.heal();
        activate(OSCAR).expect(200);
    }

    @Test
    void anOwnerChangeIsToldToIntuneAsANewUsersDevice() {
        String lenas = app.activate(PHONE);
        app.checkIn(lenas).expect(200);
        app.drain();
        isNow(OSCAR);
        app.clock.advance(Duration.ofDays(1));
        app.checkIn(lenas).expect(403);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "deactivated");
    }
}

package dev.mtdconnector.intake;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A guid comes to mean another device, while somebody changes the threat that goes with it: before each call to the store. */
class MoveRacesTest {

    private static final String TABLET = "082fb7b9-70be-41a9-8d0b-d84fe7f17292";
    private static final String THREAT = "7d848fca-3beb-4616-a144-d23e5fa308c4";

    private TestApp app = new TestApp();

    /** The threat as its new device has it, of each of the moments; nothing of it is left where it was. */
    private void moveWhile(Function<TestApp, Integer> change, String path, String expected) {
        int calls = Integer.MAX_VALUE;
        int changes = 0;
        for (int call = 1; call <= calls; call++) {
            app = new TestApp();
            app.directory.withDevice(TABLET, LENA, "iOS", "18.6");
            app.ready();
            app.clock.advance(Duration.ofMinutes(10));
            app.feed(deviceEvent("a", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
            app.feed(threatEvent("b", START.plusSeconds(1), VENDOR_GUID, THREAT, "OPEN", "TROJAN"))
                    .expect(200);
            app.drain();
            int[] status = new int[1];
            app.faults.pauseAt(call, () -> status[0] = change.apply(app));
            app.feed(deviceEvent("c", START.plusSeconds(2), VENDOR_GUID, TABLET, "ACTIVATED"))
                    .expect(200);
            calls = status[0] == 0 ? call : Integer.MAX_VALUE;
            app.faults.never();
            app.drain();
            assertThat(threat(PHONE).isMissingNode()).as("call %s", call).isTrue();
            assertThat(threat(TABLET).isMissingNode()).as("call %s", call).isFalse();
            if (status[0] == 200) {
                changes++;
                assertThat(threat(TABLET).at(path).asText()).as("call %s", call).isEqualTo(expected);
            }
        }
        assertThat(changes).isPositive();
    }

    private JsonNode threat(String deviceId) {
        for (JsonNode threat :
                app.get("/api/v1/devices/" + deviceId).expect(200).json().path("threats")) {
            if (threat.path("guid").asText().equals(THREAT)) {
                return threat;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void whatAnAdministratorIgnoresMeanwhileGoesAlongIgnored() {
        moveWhile(
                world -> world.post(
                                "/api/v1/devices/" + PHONE + "/threats/" + THREAT + "/ignore",
                                "{\"reason\": \"Known\"}")
                        .status(),
                "/status",
                "ignored");
    }

    @Test
    void whatTheAllowListSilencesMeanwhileGoesAlongAndCountsNowhere() {
        moveWhile(
                world -> {
                    String body = "{\"name\": \"Free Torch\", \"reason\": \"x\", \"until\": \""
                            + world.clock.instant().plus(Duration.ofDays(1)) + "\"}";
                    world.post("/api/v1/allowed-apps", body).expect(201);
                    world.drain();
                    return 200;
                },
                "/status",
                "silenced");
    }
}

package dev.mtdconnector.story;

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

import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A credential that was worth something once is answered with a problem document, and nothing is written. */
class ReplayedCredentialsTest {

    private static final String THREAT = """
            {"threats": [{"status": "detected", "classifications": ["TROJAN"]}]}""";

    private final TestApp app = new TestApp().ready();

    /** Sends it to a route, well-formed, and compares what is stored before and after. */
    private void isWorthNothing(String credential, String method, String address, String body) {
        String before = app.tables.dump().toString();
        TestApp.Answer answer = app.send(method, address, credential, body).expect(401);
        assertThat(answer.http().headers().get("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.text("/status")).isEqualTo("401");
        assertThat(answer.code()).isNotEmpty();
        assertThat(answer.http().body()).doesNotContain(credential.substring(credential.lastIndexOf('.') + 1));
        assertThat(app.tables.dump().toString()).as("%s %s", method, address).isEqualTo(before);
        app.drain();
        assertThat(app.tables.dump().toString()).as("nothing is under way").isEqualTo(before);
    }

    private void isWorthNothing(String deviceCredential) {
        isWorthNothing(deviceCredential, "POST", "/device/v1/checkin", "{\"osVersion\": \"18.6\"}");
        isWorthNothing(deviceCredential, "POST", "/device/v1/threats", THREAT);
    }

    @Test
    void theOneBeforeAfterTheNextWasUsed() {
        String first = app.activate(PHONE);
        app.drain();
        app.clock.advance(Duration.ofDays(400));
        String second = app.checkIn(first).expect(200).text("/deviceCredential");
        assertThat(second).isNotEmpty();
        app.checkIn(second).expect(200);
        app.drain();
        isWorthNothing(first);
        app.checkIn(second).expect(200);
    }

    @Test
    void oneThatWasRevoked() {
        String credential = app.activate(PHONE);
        app.checkIn(credential).expect(200);
        app.delete("/api/v1/devices/" + PHONE + "/credential").expect(204);
        app.drain();
        isWorthNothing(credential);
    }

    @Test
    void thatOfTheUserWhoHadTheDeviceBefore() {
        String lenas = app.activate(PHONE);
        app.checkIn(lenas).expect(200);
        app.drain();
        app.directory.join(GROUP, INES);
        app.directory.removeDevice(PHONE);
        app.directory.withDevice(PHONE, INES, "iOS", "18.6");
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        String body = "{\"deviceId\": \"" + PHONE + "\"}";
        app.send("POST", "/device/v1/activate", app.entra.token(TENANT, INES), body)
                .expect(200);
        app.drain();
        isWorthNothing(lenas);
    }

    @Test
    void aKeyOfTheFeedThatWasReplaced() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.drain();
        String feed = app.feedKey();
        String api = app.apiKey();
        app.replaceKeys();
        revoke(api);
        revoke(feed);
        app.drain();
        String event = threatEvent("t1", START.plusSeconds(1), VENDOR_GUID, LENA, "OPEN", "TROJAN");
        isWorthNothing(feed, "POST", "/events", event);
        isWorthNothing(api, "POST", "/events", event);
        isWorthNothing(api, "POST", "/api/v1/connector/sync", "");
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        app.feed(event).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
    }

    private void revoke(String key) {
        app.delete("/api/v1/keys/" + key.split("\\.", -1)[2]).expect(204);
    }
}

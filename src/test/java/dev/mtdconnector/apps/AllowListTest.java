package dev.mtdconnector.apps;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The events of these tests name the app Free Torch. */
class AllowListTest {

    private static final String THREAT = "a8da3393-7896-431b-875d-945993cfdbf3";
    private static final String OTHER = "b8da3393-7896-431b-875d-945993cfdbf3";

    private final TestApp app = new TestApp().ready();

    private void feed(String id, String guid, String status, String classification) {
        app.feed(threatEvent(id, app.clock.instant(), VENDOR_GUID, guid, status, classification))
                .expect(200);
        settle();
    }

    private void infected() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        feed("t1", THREAT, "OPEN", "TROJAN");
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    private void settle() {
        app.pass(Duration.ofSeconds(30));
    }

    private String allow(String fields, Duration time) {
        String id = app.post(
                        "/api/v1/allowed-apps",
                        "{" + fields + ", \"reason\": \"Our own\", \"until\": \""
                                + app.clock.instant().plus(time) + "\"}")
                .expect(201)
                .text("/id");
        settle();
        return id;
    }

    private JsonNode threat(String guid) {
        for (JsonNode threat :
                app.get("/api/v1/devices/" + PHONE).expect(200).json().path("threats")) {
            if (threat.path("guid").asText().equals(guid)) {
                return threat;
            }
        }
        throw new AssertionError("There is no threat " + guid);
    }

    @Test
    void anEntrySilencesWhatItCoversUntilItEndsByItself() {
        infected();
        Instant until = app.clock.instant().plus(Duration.ofHours(3));
        allow("\"name\": \"ｆｒｅｅ  TORCH\"", Duration.ofHours(3));

        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).state()).isEqualTo("secured");
        assertThat(threat(THREAT).path("status").asText()).isEqualTo("silenced");
        assertThat(threat(THREAT).at("/silenced/reason").asText()).isEqualTo("Our own");
        assertThat(threat(THREAT).at("/silenced/by").asText()).startsWith("key:");
        assertThat(Instant.parse(threat(THREAT).at("/silenced/until").asText())).isEqualTo(until);

        app.pass(Duration.between(app.clock.instant(), until.minusSeconds(60)));
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.pass(Duration.ofMinutes(3));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).state()).isEqualTo("highSeverity");
        assertThat(app.get("/api/v1/devices/" + PHONE + "/trace").http().body()).contains("countsAgain");
        assertThat(app.get("/api/v1/allowed-apps").text("/allowedApps/0/state")).isEqualTo("ended");
    }

    @Test
    void removingTheEntryHasTheThreatCountAgain() {
        infected();
        String id = allow("\"name\": \"Free Torch\"", Duration.ofDays(3));
        assertThat(app.device(PHONE)).isEqualTo("secured");

        app.delete("/api/v1/allowed-apps/" + id).expect(204);
        settle();

        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).state()).isEqualTo("highSeverity");
        app.delete("/api/v1/allowed-apps/" + id).expect(404);
    }

    @Test
    void whatComesWhileTheEntryHoldsNeverCounts() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        settle();
        allow("\"name\": \"Free Torch\", \"classification\": \"TROJAN\"", Duration.ofDays(3));
        int told = app.intune.history(PHONE).size();

        feed("t1", THREAT, "OPEN", "TROJAN");
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).hasSize(told);

        feed("t2", OTHER, "OPEN", "WORM");
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    /** As people write it, and by the name that it had in an older version of the feed. */
    @ParameterizedTest
    @CsvSource({"trojan, TROJAN", "SURVEILLANCEWARE, SURVEILLANCE", "blacklisted_app, DENYLISTED_APP"})
    void aClassificationIsMeantByEachOfItsNames(String written, String heard) {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        feed("t1", THREAT, "OPEN", heard);
        allow("\"name\": \"Free Torch\", \"classification\": \"" + written + "\"", Duration.ofDays(3));
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void aThreatThatBecomesAnotherIsJudgedAnew() {
        infected();
        allow("\"name\": \"Free Torch\", \"classification\": \"TROJAN\"", Duration.ofDays(3));
        assertThat(app.device(PHONE)).isEqualTo("secured");
        feed("t2", THREAT, "OPEN", "ADWARE");
        assertThat(app.device(PHONE)).isEqualTo("low");
        feed("t3", THREAT, "RESOLVED", "TROJAN");
        assertThat(threat(THREAT).path("silenced").isNull()).isTrue();
        feed("t4", THREAT, "OPEN", "TROJAN");
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void ignoringAndSilencingStandBesideEachOther() {
        infected();
        String id = allow("\"name\": \"Free Torch\"", Duration.ofDays(3));
        app.post("/api/v1/devices/" + PHONE + "/threats/" + THREAT + "/ignore", "{\"reason\": \"Known\"}")
                .expect(200);
        assertThat(threat(THREAT).path("status").asText()).isEqualTo("ignored");
        app.delete("/api/v1/allowed-apps/" + id).expect(204);
        settle();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.delete("/api/v1/devices/" + PHONE + "/threats/" + THREAT + "/ignore")
                .expect(200);
        settle();
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void anEntryForAnotherDeviceCoversNothingHere() {
        infected();
        allow("\"name\": \"Free Torch\", \"deviceId\": \"11111111-0000-4000-8000-000000000001\"", Duration.ofDays(1));
        assertThat(app.device(PHONE)).isEqualTo("high");
        allow("\"name\": \"Free Torch\", \"deviceId\": \"" + PHONE + "\"", Duration.ofDays(1));
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    /** Another process went by the list of before for half a minute. */
    @Test
    void whatAnOlderListLetPassIsPutRightWithinTwoMinutes() {
        infected();
        String id = allow("\"name\": \"Free Torch\"", Duration.ofDays(3));
        app.pass(Duration.ofMinutes(5));
        app.delete("/api/v1/allowed-apps/" + id).expect(204);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void anEntryThatEndedLongAgoIsForgotten() {
        infected();
        allow("\"name\": \"Free Torch\"", Duration.ofMinutes(5));
        app.pass(Duration.ofMinutes(10));
        app.clock.advance(Duration.ofDays(31));
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get("/api/v1/allowed-apps").json().path("allowedApps")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"reason\": \"x\", \"until\": \"2026-12-01T00:00:00Z\"}; name",
                "{\"name\": \"A\", \"until\": \"2026-12-01T00:00:00Z\"}; reason",
                "{\"name\": \"A\", \"reason\": \"x\"}; until",
                "{\"name\": \"A\", \"reason\": \"x\", \"until\": \"2026-11-21T08:00:00Z\"}; until",
                "{\"name\": \"A\", \"reason\": \"x\", \"until\": \"2028-11-21T08:00:00Z\"}; until",
                "{\"name\": \"A\", \"reason\": \"x\", \"until\": \"2026-12-01T00:00:00Z\", \"deviceId\": \"me\"}; deviceId",
                "{\"name\": \"A\", \"reason\": \"x\", \"until\": \"2026-12-01T00:00:00Z\", \"classification\": \"a b\"}; classification"
            })
    void whatIsWrongIsNamedAndNothingIsWritten(String body, String field) {
        var answer = app.post("/api/v1/allowed-apps", body).expect(400);
        assertThat(answer.text("/errors/0/field")).isEqualTo(field);
        assertThat(app.get("/api/v1/allowed-apps").json().path("allowedApps")).isEmpty();
    }

    @Test
    void theListIsBounded() {
        String body = "{\"name\": \"A\", \"reason\": \"x\", \"until\": \"2026-12-01T00:00:00Z\"}";
        for (int i = 0; i < AppLists.MOST_ALLOWED; i++) {
            if (app.post("/api/v1/allowed-apps", body).status() == 429) {
                app.clock.advance(Duration.ofMinutes(1));
                app.post("/api/v1/allowed-apps", body).expect(201);
            }
        }
        app.clock.advance(Duration.ofMinutes(1));
        assertThat(app.post("/api/v1/allowed-apps", body).expect(409).code()).isEqualTo("apps.full");
    }
}

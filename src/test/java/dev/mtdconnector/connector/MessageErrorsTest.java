package dev.mtdconnector.connector;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Intune says at a heartbeat that a message failed which it had completed. */
class MessageErrorsTest {

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void intuneKnowsThatThePhoneIsSecured() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
    }

    private UUID message() {
        return Objects.requireNonNull(app.intune.held(PHONE)).messageId();
    }

    private void beat() {
        int beats = app.intune.beats().size();
        while (app.intune.beats().size() == beats) {
            app.pass(Duration.ofSeconds(10));
        }
    }

    private List<JsonNode> lines(String kind) {
        JsonNode lines = app.get("/api/v1/devices/" + PHONE + "/trace?limit=200")
                .expect(200)
                .json()
                .path("lines");
        return lines.findParents("kind").stream()
                .filter(line -> line.path("kind").asText().equals(kind))
                .toList();
    }

    @Test
    void itsDevicesAreToldAgainAfterAPauseAndTheTraceSaysWhy() {
        UUID failed = message();
        app.intune.failAfterAll(failed, "the device was busy");
        beat();
        assertThat(app.intune.history(PHONE)).as("not at once").containsExactly("secured");
        JsonNode refused = lines("refused").get(0).path("details");
        assertThat(refused.path("messageId").asText()).isEqualTo(failed.toString());
        assertThat(refused.path("reason").asText()).isEqualTo("the device was busy");
        assertThat(refused.path("againAt").asText())
                .isEqualTo(app.intune
                        .beats()
                        .get(app.intune.beats().size() - 1)
                        .plusSeconds(60)
                        .toString());
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/intune/published"))
                .isEqualTo("null");
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/intune/outstanding"))
                .isEqualTo("true");

        app.pass(Duration.ofSeconds(70));
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "secured");
        assertThat(message()).isNotEqualTo(failed);
        assertThat(lines("confirmed")).hasSize(2);
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/intune/published"))
                .isEqualTo("secured");
    }

    @Test
    void whatWasToldSinceIsNotToldAgain() {
        UUID failed = message();
        app.clock.advance(Duration.ofSeconds(5));
        app.feed(threatEvent("t", app.clock.instant(), VENDOR_GUID, LENA, "OPEN", "TROJAN"))
                .expect(200);
        app.drain();
        app.intune.failAfterAll(failed, "late");
        beat();
        app.pass(Duration.ofMinutes(5));
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
        assertThat(lines("refused")).isEmpty();
    }

    @Test
    void aMessageThatNobodyKnowsIsPassedOver() {
        app.intune.failAfterAll(new UUID(1, 1), "whose?");
        beat();
        app.pass(Duration.ofMinutes(5));
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        assertThat(app.get("/api/v1/connector")
                        .json()
                        .at("/heartbeat/lastError")
                        .asText(""))
                .isIn("", "null");
    }
}

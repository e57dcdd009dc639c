package dev.mtdconnector.feed;

import static dev.mtdconnector.feed.TenantFeedTest.ADWARE;
import static dev.mtdconnector.feed.TenantFeedTest.CONNECT;
import static dev.mtdconnector.feed.TenantFeedTest.FEED;
import static dev.mtdconnector.feed.TenantFeedTest.TROJAN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events at which the intake itself fails. */
class FeedDefectTest {

    private static final String BROKEN = "00000000-bbbb-4000-8000-00000000dead";

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void aFeedIsConnected() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.put(FEED, CONNECT).expect(200);
        app.drain();
        app.clock.advance(Duration.ofMinutes(6));
        app.faults.breakAtKeysWith(BROKEN);
    }

    private JsonNode feed() {
        return app.get(FEED).expect(200).json();
    }

    private boolean isOpen(String job) {
        for (JsonNode one : app.get("/api/v1/errors").expect(200).json().path("errors")) {
            if (one.path("job").asText().equals(job) && one.path("recoveredAt").isNull()) {
                assertThat(one.path("code").asText()).isEqualTo("feed.event-failed");
                return true;
            }
        }
        return false;
    }

    @Test
    void anEventAtWhichTheIntakeFailsHoldsNothingUpForLongAndIsKept() {
        app.risk.open(ADWARE, BROKEN, "ADWARE");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).as("another device is told at once").isEqualTo("high");
        assertThat(feed().path("code").asText()).isEqualTo("feed.event-failed");
        assertThat(isOpen("risk-feed")).isTrue();

        app.risk.become(TROJAN, "RESOLVED");
        app.pass(Duration.ofMinutes(15));
        assertThat(app.device(PHONE)).as("what comes after it is read").isEqualTo("secured");
        assertThat(feed().path("state").asText()).isEqualTo("connected");
        assertThat(feed().at("/counts/rejected_failed").asInt()).isEqualTo(1);
        assertThat(feed().at("/history/1/what").asText()
                        + feed().at("/history/0/what").asText())
                .contains("event-failed");
        JsonNode intake = app.get("/api/v1/events/intake").expect(200).json();
        assertThat(intake.at("/counts/failed").asInt()).isEqualTo(1);
        assertThat(intake.at("/latest/0/type").asText()).isEqualTo("FAILED");
        assertThat(intake.at("/latest/0/event").asText()).contains(ADWARE);
        assertThat(isOpen("risk-feed")).isFalse();
        assertThat(isOpen("risk-feed-event")).isTrue();
    }

    @Test
    void aDefectThatIsMendedInTimeCostsNoEvent() {
        app.risk.device(BROKEN, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, BROKEN, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        app.faults.never();
        app.pass(Duration.ofMinutes(5));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(feed().path("state").asText()).isEqualTo("connected");
        assertThat(feed().at("/counts/rejected_failed").isMissingNode()).isTrue();
    }

    @Test
    void aListIsReadToItsEndToo() {
        app.risk.open(ADWARE, BROKEN, "ADWARE");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.post(FEED + "/read-again", "").expect(202);
        app.pass(Duration.ofMinutes(30));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(feed().path("state").asText()).isEqualTo("connected");
    }
}

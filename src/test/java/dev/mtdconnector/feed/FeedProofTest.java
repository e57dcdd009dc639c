package dev.mtdconnector.feed;

import static dev.mtdconnector.feed.TenantFeedTest.CONNECT;
import static dev.mtdconnector.feed.TenantFeedTest.FEED;
import static dev.mtdconnector.feed.TenantFeedTest.TROJAN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What shows whose a feed is that had no event for ten days. */
class FeedProofTest {

    private static final String ANOTHER = "00000000-0000-4000-8000-00000000ffff";
    private static final String NOT_OURS = "00000000-cccc-4000-8000-000000000001";
    private static final String ITS_GUID = "00000000-cccc-4000-8000-000000000002";

    private final TestApp app = new TestApp().ready();

    private void connectAfterAQuietMonth() {
        app.clock.advance(Duration.ofDays(30));
        app.drain();
        app.put(FEED, CONNECT).expect(200);
        app.pass(Duration.ofMinutes(3));
    }

    private JsonNode feed() {
        return app.get(FEED).expect(200).json();
    }

    private int waiting() {
        return app.get("/api/v1/parked-events")
                .expect(200)
                .json()
                .path("waiting")
                .asInt();
    }

    @Test
    void nothingOfAListIsTakenWhileNothingShowsWhoseItIs() {
        app.risk.device(ITS_GUID, NOT_OURS, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, ITS_GUID, "TROJAN");
        connectAfterAQuietMonth();
        assertThat(waiting()).isZero();
        assertThat(feed().path("enterpriseIsProven").asBoolean()).isFalse();
        assertThat(feed().path("state").asText()).isEqualTo("connected");
        assertThat(feed().at("/counts/held").asInt()).isEqualTo(1);

        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.pass(Duration.ofMinutes(3));
        assertThat(feed().path("enterpriseIsProven").asBoolean()).isTrue();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(waiting()).as("lists are read at once then").isPositive();
        assertThat(feed().path("history").toString()).contains("proven");
    }

    @Test
    void aListedDeviceOfTheDirectoryShowsIt() {
        app.risk.device(ITS_GUID, NOT_OURS, "ACTIVATED", "PROTECTED");
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        connectAfterAQuietMonth();
        assertThat(feed().path("enterpriseIsProven").asBoolean()).isTrue();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(waiting()).isPositive();
    }

    @Test
    void aListThatNamesAnotherEnterpriseIsNotTaken() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.risk.listAs(ANOTHER);
        connectAfterAQuietMonth();
        assertThat(feed().path("code").asText()).isEqualTo("feed.foreign-enterprise");
        assertThat(app.device(PHONE)).isNotEqualTo("high");
    }

    @Test
    void threatsOfADeviceThatIsInNoListStayOpenAndAreCounted() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.device(ITS_GUID, NOT_OURS, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.put(FEED, CONNECT).expect(200);
        app.drain();
        app.clock.advance(Duration.ofMinutes(6));
        app.risk.purge(VENDOR_GUID);
        app.post(FEED + "/read-again", "").expect(202);
        app.pass(Duration.ofMinutes(3));
        assertThat(app.device(PHONE)).as("nobody said that it is safe").isEqualTo("high");
        assertThat(feed().at("/counts/left_open").asInt()).isEqualTo(1);
        app.delete(FEED + "?threats=close").expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(feed().path("history").toString()).contains("\"threats-closed\",\"detail\":\"1\"");
    }

    @Test
    void ofAKnownFeedAnItemThatNamesAnotherEnterpriseIsCountedAndPassed() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.put(FEED, CONNECT).expect(200);
        app.drain();
        app.clock.advance(Duration.ofMinutes(6));
        app.risk.device(ITS_GUID, NOT_OURS, "ACTIVATED", "PROTECTED");
        app.risk.listAs(ANOTHER);
        app.post(FEED + "/read-again", "").expect(202);
        app.pass(Duration.ofMinutes(3));
        assertThat(feed().at("/counts/rejected_foreign").asInt()).isEqualTo(2);
        assertThat(feed().path("state").asText()).isEqualTo("connected");
    }
}

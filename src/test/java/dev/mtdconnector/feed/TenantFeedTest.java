package dev.mtdconnector.feed;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.testing.FakeRiskApi;
import dev.mtdconnector.testing.LogCapture;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantFeedTest {

    static final String FEED = "/api/v1/feed";
    static final String CONNECT = "{\"applicationKey\": \"" + FakeRiskApi.KEY + "\"}";
    static final String TROJAN = "aaaaaaaa-0000-4000-8000-000000000001";
    static final String ADWARE = "aaaaaaaa-0000-4000-8000-000000000002";

    private final TestApp app = new TestApp().ready();

    private void connect() {
        app.put(FEED, CONNECT).expect(200);
        app.drain();
    }

    private String state() {
        return app.get(FEED).text("/state");
    }

    private long count(String name) {
        return app.get(FEED).json().at("/counts/" + name).asLong();
    }

    private boolean isOpen(String code) {
        for (JsonNode one : app.get("/api/v1/errors").expect(200).json().path("errors")) {
            if (one.path("code").asText().equals(code)
                    && one.path("recoveredAt").isNull()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatIsOpenAlreadyCountsAtOnce() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.clock.advance(Duration.ofDays(30));
        app.drain();
        connect();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity");
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/openThreats/0/openedAt"))
                .isEqualTo(START.toString());
        assertThat(state()).isEqualTo("connected");
        app.risk.become(TROJAN, "RESOLVED");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void eventsAreReadEveryMinuteWithOneRequest() {
        connect();
        app.risk.requests();
        app.pass(Duration.ofMinutes(5));
        assertThat(app.risk.requests()).hasSize(5).allMatch(request -> request.startsWith("events since"));
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.risk.requests()).hasSize(2).endsWith("events after");
        assertThat(count("applied")).isEqualTo(2);
        assertThat(count("events")).isEqualTo(2);
    }

    @Test
    void aKeyIsTriedBeforeItIsSaved() {
        var refused = app.put(FEED, "{\"applicationKey\": \"wrong\"}").expect(400);
        assertThat(refused.code()).isEqualTo("feed.key-invalid");
        assertThat(refused.text("/errors/0/field")).isEqualTo("applicationKey");
        assertThat(state()).isEqualTo("not connected");
        assertThat(app.tables.dump().getOrDefault("feeds", List.of())).isEmpty();
        app.put(FEED, "{}").expect(400);
        app.put(FEED, CONNECT.replace("}", ", \"everySeconds\": 5}")).expect(400);
        app.risk.fail(Kind.UNAVAILABLE);
        assertThat(app.put(FEED, CONNECT).expect(503).code()).isEqualTo("feed.unavailable");
        assertThat(app.tables.dump().getOrDefault("feeds", List.of())).isEmpty();
    }

    @Test
    void anotherEnterprisesKeyIsRefused() {
        app.risk.publish(threatEvent("f1", START, VENDOR_GUID, TROJAN, "OPEN", "TROJAN")
                .replace(TestApp.ENTERPRISE, "00000000-0000-4000-8000-00000000ffff"));
        var refused = app.put(FEED, CONNECT).expect(409);
        assertThat(refused.code()).isEqualTo("feed.foreign-enterprise");
        assertThat(refused.text("/errors/0/field")).isEqualTo("applicationKey");
        assertThat(app.put(FEED, CONNECT.replace("}", ", \"enterpriseGuid\": \"" + LENA + "\"}"))
                        .expect(409)
                        .text("/errors/0/field"))
                .isEqualTo("enterpriseGuid");
    }

    @Test
    void aKeyThatTurnsOutToBeAnothersIsHeld() {
        connect();
        app.risk.publish(threatEvent("f1", app.clock.instant(), VENDOR_GUID, TROJAN, "OPEN", "TROJAN")
                .replace(TestApp.ENTERPRISE, "00000000-0000-4000-8000-00000000ffff"));
        app.pass(Duration.ofMinutes(2));
        assertThat(state()).isEqualTo("failing");
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.foreign-enterprise");
        assertThat(isOpen("feed.foreign-enterprise")).isTrue();
    }

    @Test
    void aForeignEventOfAKnownKeyIsCountedAndPassed() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.publish(threatEvent("f1", app.clock.instant(), VENDOR_GUID, TROJAN, "OPEN", "TROJAN")
                .replace(TestApp.ENTERPRISE, "00000000-0000-4000-8000-00000000ffff"));
        app.risk.publish("{\"id\": \"bad\", \"id\": 7}");
        app.risk.publish("[17]");
        app.risk.publish(threatEvent("old", START, VENDOR_GUID, ADWARE, "OPEN", "ADWARE")
                .replace(START.toString(), "1970-01-01T00:00:00Z"));
        app.risk.publish(threatEvent("far", START, VENDOR_GUID, ADWARE, "OPEN", "ADWARE")
                .replace(START.toString(), "2099-01-01T00:00:00Z"));
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(state()).isEqualTo("connected");
        assertThat(count("rejected_foreign")).isEqualTo(1);
        assertThat(count("rejected_invalid")).isEqualTo(4);
    }

    @Test
    void aKeyThatIsNotAcceptedAnyMoreIsSaidAndWaitsForAnother() {
        connect();
        app.risk.acceptOnly("another-key");
        app.pass(Duration.ofMinutes(7));
        assertThat(state()).isEqualTo("failing");
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.key-invalid");
        assertThat(app.get(FEED).text("/remedy")).contains("application key");
        assertThat(isOpen("feed.key-invalid")).isTrue();
        app.risk.requests();
        app.pass(Duration.ofMinutes(30));
        assertThat(app.risk.requests()).as("left alone").isEmpty();
        app.put(FEED, "{\"applicationKey\": \"another-key\"}").expect(200);
        app.drain();
        assertThat(state()).isEqualTo("connected");
        assertThat(isOpen("feed.key-invalid")).isFalse();
    }

    @Test
    void aFeedThatIsGoneIsNoTrouble() {
        connect();
        app.risk.acceptOnly("another-key");
        app.pass(Duration.ofMinutes(3));
        assertThat(isOpen("feed.key-invalid")).isTrue();
        app.delete(FEED).expect(200);
        app.drain();
        assertThat(isOpen("feed.key-invalid")).isFalse();
    }

    @Test
    void whatTheFeedAsksToWaitIsWaited() {
        connect();
        app.risk.requests();
        app.risk.fail(
                new UpstreamException(Service.RISK_FEED, Kind.THROTTLED, "too many", Duration.ofMinutes(7), null));
        app.pass(Duration.ofMinutes(7));
        assertThat(app.risk.requests()).hasSize(1);
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.unavailable");
        app.pass(Duration.ofMinutes(2));
        assertThat(state()).isEqualTo("connected");
    }

    @Test
    void withoutAWordTheOwnPausesGrow() {
        connect();
        app.risk.requests();
        for (int i = 0; i < 20; i++) {
            app.risk.fail(Kind.UNAVAILABLE);
        }
        app.pass(Duration.ofMinutes(60));
        assertThat(app.risk.requests().size()).isBetween(8, 12);
        assertThat(isOpen("feed.unavailable")).isTrue();
        app.pass(Duration.ofMinutes(150));
        assertThat(state()).isEqualTo("connected");
        assertThat(isOpen("feed.unavailable")).isFalse();
        assertThat(app.get(FEED).json().path("history").toString()).contains("failing", "read-again");
    }

    @Test
    void afterTwoWeeksWithoutAWordListsSayWhatIs() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        connect();
        assertThat(app.device(PHONE)).isEqualTo("high");
        app.clock.advance(Duration.ofDays(1));
        app.risk.become(TROJAN, "RESOLVED");
        app.risk.open(ADWARE, VENDOR_GUID, "ADWARE");
        app.clock.advance(Duration.ofDays(13));
        app.risk.requests();
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get("/api/v1/devices/" + PHONE)
                        .json()
                        .path("openThreats")
                        .toString())
                .contains(ADWARE)
                .doesNotContain(TROJAN);
        assertThat(app.risk.requests()).anyMatch(request -> request.startsWith("devices since"));
        assertThat(app.get(FEED).json().path("history").toString()).contains("gap", "lists-read");
        assertThat(isOpen("feed.gap")).as("closed when all was read").isFalse();
        assertThat(app.get("/api/v1/errors").json().toString()).contains("feed.gap");
        assertThat(count("closed")).isEqualTo(1);
        assertThat(state()).isEqualTo("connected");
    }

    @Test
    void aQuietFeedHasNoGap() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        for (int day = 0; day < 15; day++) {
            app.clock.advance(Duration.ofDays(1));
            app.pass(Duration.ofMinutes(2));
        }
        assertThat(app.get(FEED).json().path("history").toString()).doesNotContain("gap");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void aPlaceThatIsNotKnownAnyMoreIsGoneOnFromByTime() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.risk.fail(Kind.GONE);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.get(FEED).json().path("history").toString()).doesNotContain("gap");
    }

    @Test
    void aPageThatStaysUnreadableIsPassed() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.risk.answer((from, page) -> {
            if (from instanceof RiskApi.From.After && page.size() > 0) {
                throw new UnreadablePageException("The page is not JSON");
            }
            return page;
        });
        app.pass(Duration.ofMinutes(20));
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.page-unreadable");
        assertThat(isOpen("feed.page-unreadable")).isTrue();
        app.pass(Duration.ofMinutes(60));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.get(FEED).json().path("history").toString()).contains("gap");
        app.risk.answer((from, page) -> page);
        app.pass(Duration.ofMinutes(2));
        assertThat(state()).isEqualTo("connected");
        assertThat(isOpen("feed.page-unreadable")).isFalse();
    }

    @Test
    void aPageThatIsTooLargeIsReadInParts() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.answer((from, page) -> {
            if (page.size() > 1) {
                throw new UnreadablePageException("The answer is larger than 16777216 bytes");
            }
            return page;
        });
        app.risk.open(ADWARE, VENDOR_GUID, "ADWARE");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(90));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(2);
    }

    @Test
    void aPlaceThatDoesNotMoveIsNoEndlessReading() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        app.risk.answer((from, page) ->
                from instanceof RiskApi.From.After after ? new RiskApi.Page(List.of("{}"), 0, after.place()) : page);
        app.risk.requests();
        app.pass(Duration.ofMinutes(30));
        assertThat(app.risk.requests().size()).isLessThan(10);
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.page-unreadable");
    }

    @Test
    void silenceIsNoticed() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.put(FEED, CONNECT.replace("}", ", \"silentAfterHours\": 2}")).expect(200);
        app.drain();
        app.pass(Duration.ofMinutes(110));
        assertThat(state()).isEqualTo("connected");
        app.pass(Duration.ofMinutes(15));
        assertThat(state()).isEqualTo("silent");
        assertThat(isOpen("feed.silent")).isTrue();
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(2));
        assertThat(state()).isEqualTo("connected");
        assertThat(isOpen("feed.silent")).isFalse();
    }

    @Test
    void ofAKeyThatExpiresThePrimaryContactHearsEachTimeOnce() {
        app.put(FEED, CONNECT.replace("}", ", \"expiresAt\": \"" + START.plus(Duration.ofDays(31)) + "\"}"))
                .expect(200);
        app.drain();
        int before = app.mailer.mails().size();
        for (int hour = 0; hour < 32 * 4; hour++) {
            app.clock.advance(Duration.ofHours(6));
            app.pass(Duration.ofMinutes(1));
        }
        assertThat(app.mailer.mails().subList(before, app.mailer.mails().size()))
                .filteredOn(mail -> mail.subject().contains("the threat feed’s application key"))
                .hasSize(8);
        assertThat(isOpen("feed.key-expiring")).isTrue();
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.pass(Duration.ofMinutes(2));
        assertThat(state()).isEqualTo("key expiring");
        app.put(FEED, CONNECT).expect(200);
        app.drain();
        assertThat(isOpen("feed.key-expiring")).isFalse();
        assertThat(state()).isEqualTo("connected");
    }

    @Test
    void aDisconnectedFeedLeavesItsThreatsUnlessToldToCloseThem() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        connect();
        assertThat(app.delete(FEED).expect(200).text("/state")).isEqualTo("not connected");
        app.drain();
        app.risk.requests();
        app.pass(Duration.ofMinutes(5));
        assertThat(app.risk.requests()).isEmpty();
        assertThat(app.device(PHONE)).isEqualTo("high");
        app.delete(FEED).expect(404);
        app.clock.advance(Duration.ofMinutes(10));
        connect();
        app.delete(FEED + "?threats=perhaps").expect(400);
        app.delete(FEED + "?threats=close").expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(state()).isEqualTo("not connected");
        connect();
        assertThat(app.device(PHONE)).as("the feed's own word counts again").isEqualTo("high");
    }

    @Test
    void whatTheFeedHasNotHeardOfIsDisconnectedUntilItHas() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "DISCONNECTED");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("disconnected");
        app.pass(Duration.ofHours(3));
        assertThat(app.device(PHONE)).as("no sweep connects it").isEqualTo("disconnected");
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void theFeedDoesNotSpeakForOurOwnAgent() {
        app.activate(PHONE);
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "DISCONNECTED");
        connect();
        assertThat(app.device(PHONE)).isNotEqualTo("disconnected");
    }

    @Test
    void theKeyIsSealedAndComesOutNowhere() {
        try (LogCapture log = LogCapture.start()) {
            connect();
            app.risk.acceptOnly("another");
            app.pass(Duration.ofMinutes(3));
            String shown = app.get(FEED).http().body()
                    + app.get("/api/v1/errors").http().body()
                    + app.get("/api/v1/audit").http().body()
                    + app.tables.dump()
                    + log.lines();
            assertThat(shown).contains("feed.key-invalid").doesNotContain(FakeRiskApi.KEY);
        }
    }

    @Test
    void readAgainClosesWhatIsNotOpenThere() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        connect();
        app.feed(threatEvent("p1", app.clock.instant(), VENDOR_GUID, TROJAN, "OPEN", "TROJAN"))
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
        app.clock.advance(Duration.ofMinutes(10));
        app.post(FEED + "/read-again", "").expect(202);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }
}

package dev.mtdconnector.simulated;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.risk.Enrollment;
import dev.mtdconnector.local.risk.RiskAccess;
import dev.mtdconnector.local.risk.RiskBench;
import dev.mtdconnector.local.risk.RiskFault;
import dev.mtdconnector.local.risk.RiskFaults;
import dev.mtdconnector.local.risk.Severity;
import dev.mtdconnector.lookout.LookoutClient;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The feed's job with its real adapter over the simulated Mobile Risk API. */
@Timeout(120)
class FeedOverRiskApiTest {

    private static final String FEED = "/api/v1/feed";

    private final TestApp app = new TestApp().ready();
    private final RiskBench bench = RiskBench.start(app.clock);
    private String device = "";

    @BeforeEach
    void aDeviceWithATrojan() {
        app.feeding(new LookoutClient(bench.address(), app.clock));
        device = bench.feed().enroll(Enrollment.ios().withEntra(PHONE));
        bench.feed().activate(device);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void connect() {
        app.put(FEED, key(RiskAccess.CONTOSO_KEY)).expect(200);
        app.drain();
    }

    private static String key(String key) {
        return "{\"applicationKey\": \"" + key + "\"}";
    }

    private String state() {
        return app.get(FEED).text("/state");
    }

    private long count(String name) {
        return app.get(FEED).json().at("/counts/" + name).asLong();
    }

    @Test
    void whatIsOpenCountsAtOnceAndWhatComesAfterwardsWithinAMinute() {
        bench.feed().openThreat(device, "TROJAN", Severity.HIGH);
        app.clock.advance(Duration.ofDays(20));
        connect();
        assertThat(app.device(PHONE)).isEqualTo("high");
        bench.feed().threats().forEach(threat -> bench.feed().resolve(threat.guid()));
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(state()).isEqualTo("connected");
    }

    @Test
    void aTokenLastsForTwoHoursOfPolls() {
        connect();
        app.pass(Duration.ofHours(1));
        assertThat(bench.service().access().tokensIssued()).isEqualTo(1);
        app.pass(Duration.ofHours(2));
        assertThat(bench.service().access().tokensIssued()).isEqualTo(2);
        assertThat(state()).isEqualTo("connected");
    }

    @Test
    void keysThatDoNotFitAreRefused() {
        assertThat(app.put(FEED, key(RiskAccess.FABRIKAM_KEY + "x")).expect(400).code())
                .isEqualTo("feed.key-invalid");
        bench.service().otherFeed().activate(bench.service().otherFeed().enroll(Enrollment.ios()));
        assertThat(app.put(FEED, key(RiskAccess.FABRIKAM_KEY)).expect(409).code())
                .isEqualTo("feed.foreign-enterprise");
        assertThat(state()).isEqualTo("not connected");
    }

    @Test
    void aRevokedKeyIsSaid() {
        connect();
        bench.service().access().revoke(RiskAccess.CONTOSO_KEY);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.key-invalid");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "DUPLICATES",
                "REORDERED",
                "CURSOR_EXPIRED",
                "CURSOR_STUCK",
                "FOREIGN_ENTERPRISE",
                "DATED_1970",
                "DATED_2099",
                "NOT_AN_OBJECT",
                "INVALID_UTF8",
                "HUGE_PAGE",
                "TOKEN_REJECTED"
            })
    void noFaultKeepsTheFeedForLong(RiskFault fault) {
        connect();
        bench.feed().openThreat(device, "ADWARE", Severity.LOW);
        app.pass(Duration.ofMinutes(1));
        bench.faults().set(fault, 2);
        String threat = bench.feed().openThreat(device, "TROJAN", Severity.HIGH);
        app.pass(Duration.ofMinutes(4));
        assertThat(app.device(PHONE)).isEqualTo("high");
        bench.faults().clear();
        bench.feed().resolve(threat);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("low");
        assertThat(state()).isEqualTo("connected");
        if (fault == RiskFault.FOREIGN_ENTERPRISE) {
            assertThat(count("rejected_foreign")).isPositive();
        }
        if (fault == RiskFault.DATED_1970 || fault == RiskFault.DATED_2099 || fault == RiskFault.NOT_AN_OBJECT) {
            assertThat(count("rejected_invalid")).isPositive();
        }
    }

    @Test
    void aPageThatNeverComesRightIsPassedAfterAnHour() {
        connect();
        bench.feed().openThreat(device, "ADWARE", Severity.LOW);
        app.pass(Duration.ofMinutes(2));
        bench.faults().set(RiskFault.INVALID_UTF8, RiskFaults.ALWAYS);
        bench.feed().openThreat(device, "TROJAN", Severity.HIGH);
        app.pass(Duration.ofMinutes(30));
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.page-unreadable");
        assertThat(app.device(PHONE)).isEqualTo("low");
        app.pass(Duration.ofMinutes(60));
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void theVendorsPaceIsKept() {
        bench.faults().pace(3, 300, true);
        app.put(FEED, key(RiskAccess.CONTOSO_KEY)).expect(200);
        for (int i = 0; i < 30; i++) {
            app.pass(Duration.ofMinutes(1));
        }
        bench.faults().clear();
        app.pass(Duration.ofMinutes(6));
        assertThat(state()).isEqualTo("connected");
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void twoWeeksLaterListsSayWhatIs() {
        String trojan = bench.feed().openThreat(device, "TROJAN", Severity.HIGH);
        connect();
        app.clock.advance(Duration.ofDays(2));
        bench.feed().resolve(trojan);
        bench.feed().openThreat(device, "ADWARE", Severity.LOW);
        app.clock.advance(Duration.ofDays(14));
        app.pass(Duration.ofMinutes(2));
        assertThat(app.device(PHONE)).isEqualTo("low");
        assertThat(app.get(FEED).json().path("history").toString()).contains("gap");
    }

    @Test
    void thousandsOfEventsAreCaughtUpWith() {
        connect();
        app.risk.requests();
        for (int i = 0; i < 2500; i++) {
            bench.feed().rerate(bench.feed().openThreat(device, "ADWARE", Severity.LOW), Severity.MEDIUM);
            if (i > 0) {
                bench.feed().resolve(bench.feed().threats().get(0).guid());
            }
            if (i == 50) {
                break;
            }
        }
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(1);
    }
}

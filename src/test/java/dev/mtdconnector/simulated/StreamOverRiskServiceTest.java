package dev.mtdconnector.simulated;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.app.StreamProcess;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.local.risk.Enrollment;
import dev.mtdconnector.local.risk.RiskAccess;
import dev.mtdconnector.local.risk.RiskBench;
import dev.mtdconnector.local.risk.RiskFault;
import dev.mtdconnector.local.risk.RiskFaults;
import dev.mtdconnector.local.risk.Severity;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process that follows, over HTTP against the simulated Mobile Risk API and its faults. A quarter of a second goes by in
 * the product for every look it takes, of which there are twenty in a real second.
 */
@Timeout(90)
class StreamOverRiskServiceTest {

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int REAL_MILLIS = 50;

    private final TestApp app = new TestApp().ready();
    private final RiskBench bench = RiskBench.start(app.clock);
    private final Semaphore looks = new Semaphore(0);
    private final Sleeper sleeper = time -> {
        app.clock.advance(LOOK);
        looks.release();
        TimeUnit.MILLISECONDS.sleep(REAL_MILLIS);
    };
    private final StreamProcess process = new StreamProcess(settings(), edges());
    private final Thread thread = new Thread(process::run, "follower");

    private Settings settings() {
        return Settings.from(Map.ofEntries(
                Map.entry("MTD_PUBLIC_URL", "https://connector.example"),
                Map.entry("STATE_STORAGE", "unused"),
                Map.entry("MTD_BASE_CLIENT_ID", TestApp.BASE_CLIENT),
                Map.entry("MTD_BASE_CLIENT_SECRET", "unused"),
                Map.entry("MTD_MAIL_HOST", "mail.example"),
                Map.entry("MTD_MAIL_FROM", "mtd@connector.example"),
                Map.entry("MTD_PARTNER_CLIENT_ID", "0f445670-4b58-44e7-8afa-48335ce0baa0"),
                Map.entry("MTD_PARTNER_CLIENT_SECRET", "unused"),
                Map.entry("MTD_SEALING_KEYS", TestApp.SEALING_KEY),
                Map.entry("RISK_FEED_ENDPOINT", bench.address().toString())));
    }

    private Edges edges() {
        return new Edges(
                () -> app.tables,
                () -> app.queues,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                StreamOverRiskServiceTest::unused,
                app.clock,
                sleeper);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // It never returns, so no cast is hidden.
    private static <T> T unused() {
        throw new AssertionError("Following needs nothing else");
    }

    @BeforeEach
    void aFeedIsConnected() {
        app.risk.acceptOnly(RiskAccess.CONTOSO_KEY);
        app.put("/api/v1/feed", "{\"applicationKey\": \"" + RiskAccess.CONTOSO_KEY + "\"}")
                .expect(200);
        bench.feed().enroll(Enrollment.ios().withGuid(VENDOR_GUID).withEntra(PHONE));
        bench.feed().activate(VENDOR_GUID);
        thread.start();
        await("the first events", () -> device().equals("secured"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        process.close();
        thread.join();
        bench.close();
    }

    private String device() {
        return app.device(PHONE);
    }

    private void await(String what, BooleanSupplier condition) {
        for (int look = 0; look < 1000; look++) {
            if (condition.getAsBoolean()) {
                return;
            }
            try {
                assertThat(looks.tryAcquire(10, TimeUnit.SECONDS)).as(what).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("Waited in vain for " + what);
    }

    private Map<String, Long> counts() {
        return new FeedTable(app.tables).stream().find(TENANT).orElseThrow().counts();
    }

    @ParameterizedTest
    @EnumSource(
            value = RiskFault.class,
            names = {"ENDLESS_PAGE", "HUGE_PAGE", "CURSOR_STUCK", "SILENCE"},
            mode = EnumSource.Mode.EXCLUDE)
    void whateverGoesWrongOnceEveryEventArrives(RiskFault fault) {
        bench.faults().set(fault, 1);
        String threat = bench.feed().openThreat(VENDOR_GUID, "TROJAN", Severity.HIGH);
        await("the threat", () -> device().equals("high"));
        app.clock.advance(Duration.ofSeconds(1));
        bench.feed().resolve(threat);
        await("its end", () -> device().equals("secured"));
    }

    @Test
    void aStreamThatFallsSilentIsOpenedAnew() {
        bench.faults().set(RiskFault.SILENCE, RiskFaults.ALWAYS);
        await("silence", () -> counts().getOrDefault("silences", 0L) > 0);
        bench.faults().clear();
        bench.feed().openThreat(VENDOR_GUID, "TROJAN", Severity.HIGH);
        await("the threat", () -> device().equals("high"));
    }

    @Test
    void whatHappenedWhileNobodyFollowedComesAfterwardsAndWhoStopsGivesTheStreamBack() throws InterruptedException {
        process.close();
        thread.join();
        assertThat(new FeedTable(app.tables).stream().find(TENANT).orElseThrow().owner())
                .isNull();
        bench.feed().openThreat(VENDOR_GUID, "TROJAN", Severity.HIGH);
        StreamProcess next = new StreamProcess(settings(), edges());
        Thread running = new Thread(next::run, "next");
        running.start();
        try {
            await("the threat", () -> device().equals("high"));
        } finally {
            next.close();
            running.join();
        }
    }

    @Test
    void aFeedThatIsDisconnectedIsLeftWithinAMinute() {
        app.delete("/api/v1/feed?threats=keep").expect(200);
        await("its end", () -> process.open() == 0);
    }
}

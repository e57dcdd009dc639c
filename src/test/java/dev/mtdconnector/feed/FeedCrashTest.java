package dev.mtdconnector.feed;

import static dev.mtdconnector.feed.TenantFeedTest.ADWARE;
import static dev.mtdconnector.feed.TenantFeedTest.CONNECT;
import static dev.mtdconnector.feed.TenantFeedTest.FEED;
import static dev.mtdconnector.feed.TenantFeedTest.TROJAN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reading of the feed that is ended at every call to storage, queues or the feed, before or after it took effect: the next
 * one ends in the same state as one that nobody disturbed.
 */
class FeedCrashTest {

    /** What an administrator and Intune see at the end. */
    private static String seen(TestApp app) {
        List<String> seen = new ArrayList<>();
        app.get("/api/v1/devices/" + PHONE)
                .json()
                .path("openThreats")
                .forEach(threat -> seen.add(
                        threat.path("guid").asText() + threat.path("openedAt").asText()));
        seen.sort(null);
        return app.device(PHONE) + " " + seen + " "
                + Objects.requireNonNull(app.intune.held(PHONE)).state() + " "
                + app.get(FEED).text("/state");
    }

    private static TestApp prepared(String what) {
        TestApp app = new TestApp().ready();
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        if (what.equals("first")) {
            app.clock.advance(Duration.ofDays(1));
            app.put(FEED, CONNECT).expect(200);
            return app;
        }
        app.put(FEED, CONNECT).expect(200);
        app.drain();
        app.clock.advance(Duration.ofMinutes(1));
        app.risk.become(TROJAN, "RESOLVED");
        app.clock.advance(Duration.ofMinutes(1));
        app.risk.open(ADWARE, VENDOR_GUID, "ADWARE");
        if (what.equals("gap")) {
            app.clock.advance(Duration.ofDays(12));
        }
        return app;
    }

    private static String undisturbed(String what) {
        TestApp app = prepared(what);
        app.pass(Duration.ofMinutes(5));
        return seen(app);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "events", "gap"})
    void aReadingThatEndsAnywhereGoesOn(String what) {
        String expected = undisturbed(what);
        int crashes = 0;
        for (boolean after : List.of(false, true)) {
            for (int call = 1; ; call++) {
                TestApp app = prepared(what);
                app.faults.dieAt(call, after);
                boolean isDead = false;
                try {
                    app.app().run(JobKind.RISK_FEED, TestApp.TENANT);
                } catch (Faults.Death e) {
                    isDead = true;
                }
                app.faults.never();
                if (!isDead) {
                    break;
                }
                crashes++;
                app.restart();
                app.pass(Duration.ofMinutes(5));
                assertThat(seen(app))
                        .as("%s, call %d, after %s", what, call, after)
                        .isEqualTo(expected);
            }
        }
        assertThat(crashes).isGreaterThan(40);
    }
}

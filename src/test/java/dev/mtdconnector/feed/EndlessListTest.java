package dev.mtdconnector.feed;

import static dev.mtdconnector.feed.TenantFeedTest.CONNECT;
import static dev.mtdconnector.feed.TenantFeedTest.FEED;
import static dev.mtdconnector.feed.TenantFeedTest.TROJAN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndlessListTest {

    private static final String NEWER = "01969f85-f6d8-73bd-bcbc-a38948f21386";
    private static final String OLDER = "01969f85-f6d8-73bd-bcbc-a38948f21385";

    private final TestApp app = new TestApp().ready();

    /** Answers two pages by turns, for ever. */
    private RiskApi endless() {
        return new RiskApi() {
            @Override
            public void prove(ApplicationKey key) {
                app.risk.prove(key);
            }

            @Override
            public Page events(ApplicationKey key, From from, int limit) {
                return app.risk.events(key, from, limit);
            }

            @Override
            public Page devices(ApplicationKey key, @Nullable Instant since, @Nullable String after, int limit) {
                Page page = app.risk.devices(key, since, null, limit);
                return new Page(page.items(), 0, NEWER.equals(after) ? OLDER : NEWER);
            }

            @Override
            public Page openThreats(ApplicationKey key, @Nullable String after, int limit) {
                return app.risk.openThreats(key, after, limit);
            }
        };
    }

    @Test
    void aListThatComesBackToWhereItWasKeepsNoEventBackForLongerThanAnHour() {
        app.risk.device(VENDOR_GUID, PHONE, "ACTIVATED", "PROTECTED");
        app.feeding(endless());
        app.put(FEED, CONNECT).expect(200);
        app.pass(Duration.ofMinutes(3));
        assertThat(app.get(FEED).text("/code")).isEqualTo("feed.page-unreadable");
        assertThat(app.risk.requests()).filteredOn("devices"::equals).hasSizeLessThan(20);
        app.risk.open(TROJAN, VENDOR_GUID, "TROJAN");
        app.pass(Duration.ofMinutes(75));
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(List.of("connected", "catching-up")).contains(app.get(FEED).text("/state"));
    }
}

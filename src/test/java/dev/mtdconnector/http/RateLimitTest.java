package dev.mtdconnector.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.signin.Access;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final AtomicInteger handled = new AtomicInteger();
    private final Router router = new Router(
            new RateLimit(clock)
                    .on(List.of(
                            new Route("GET", "/signin/callback", Access.ANYBODY, null, (request, caller) -> {
                                handled.incrementAndGet();
                                return HttpAnswer.json(200, Map.of());
                            }),
                            new Route(
                                    "GET",
                                    "/assets/a.css",
                                    Access.ANYBODY,
                                    null,
                                    (request, caller) -> HttpAnswer.json(200, Map.of())))),
            () -> {
                throw new IllegalStateException("nobody asks who this is");
            },
            new Browser("https://connector.example"));

    private HttpAnswer from(String forwardedFor) {
        return send("/signin/callback", Map.of("X-Forwarded-For", forwardedFor));
    }

    private HttpAnswer send(String path, Map<String, String> headers) {
        return router.handle(new HttpRequest("GET", path, Map.of(), headers, "", Map.of()));
    }

    private void exhaust(String forwardedFor) {
        for (int i = 0; i < RateLimit.BURST; i++) {
            assertThat(from(forwardedFor).status()).isEqualTo(200);
        }
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeBackAndNothingIsDone() {
        exhaust("198.51.100.7:50000");
        HttpAnswer refused = from("198.51.100.7:50001");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).contains("request.too-many");
        assertThat(refused.headers()).containsEntry("Retry-After", "5");
        assertThat(handled).hasValue(RateLimit.BURST);
        assertThat(from("198.51.100.8:50000").status()).as("somebody else").isEqualTo(200);
    }

    @Test
    void whoComesBackWhenToldIsServed() {
        exhaust("198.51.100.7");
        for (int round = 0; round < 3; round++) {
            assertThat(from("198.51.100.7").status()).isEqualTo(429);
            clock.advance(Duration.ofSeconds(Long.parseLong(RateLimit.RETRY_AFTER_SECONDS)));
            for (int i = 0; i < 5; i++) {
                assertThat(from("198.51.100.7").status()).isEqualTo(200);
            }
        }
        clock.advance(Duration.ofHours(1));
        exhaust("198.51.100.7");
    }

    @Test
    void whatTheClientSaysOfItselfChangesNothing() {
        for (int i = 0; i < RateLimit.BURST; i++) {
            from("203.0.113." + i + ", 198.51.100.7:" + (40_000 + i));
        }
        assertThat(from("127.0.0.1, 203.0.113.99, 198.51.100.7:1").status()).isEqualTo(429);
        assertThat(from("198.51.100.7, 203.0.113.99:1").status()).isEqualTo(200);
    }

    @Test
    void staticFilesAndRequestsThatCameThroughNoFrontEndAreNotCounted() {
        for (int i = 0; i < 3 * RateLimit.BURST; i++) {
            assertThat(send("/assets/a.css", Map.of("X-Forwarded-For", "198.51.100.7"))
                            .status())
                    .isEqualTo(200);
            assertThat(send("/signin/callback", Map.of()).status()).isEqualTo(200);
        }
    }

    @Test
    void aFloodOfAddressesIsForgottenBeforeItFillsTheMemory() {
        exhaust("198.51.100.7");
        for (int i = 0; i < RateLimit.MOST_ADDRESSES; i++) {
            from("10." + (i >> 16) + "." + ((i >> 8) & 255) + "." + (i & 255));
        }
        assertThat(from("198.51.100.7").status()).as("forgotten").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 198.51.100.7",
        "198.51.100.7:65535, 198.51.100.7",
        "[2001:db8:1:2:3:4:5:6]:443, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "[2001:db8:1:3::9], 20010db800010003",
        "::ffff:198.51.100.7, c6336407",
        "'a, b, 198.51.100.7', 198.51.100.7",
        "somewhere.example, unknown",
        "'198.51.100.7,', unknown",
        "1:2:3:4:5:6:7:8:9, unknown",
        "::::, unknown",
    })
    void aClientIsItsAddressOrItsNetwork(String header, String client) {
        assertThat(RateLimit.address(header)).isEqualTo(client);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void withoutTheHeaderNobodyIsKnown(String header) {
        assertThat(RateLimit.address(header)).isNull();
    }

    @Test
    void ofTheProductEveryRouteThatIsOpenToAnybodyIsLimitedButTheStyleSheet() {
        assertThat(new TestApp().app().routes())
                .filteredOn(route -> route.access() == Access.ANYBODY && !RateLimit.isLimited(route))
                .extracting(Route::template)
                .allMatch(template -> template.startsWith("/assets/"));
        TestApp app = new TestApp();
        for (int i = 0; i < RateLimit.BURST; i++) {
            start(app).expect(400);
        }
        assertThat(start(app).expect(429).code()).isEqualTo("request.too-many");
        assertThat(app.send("GET", "/api/v1/tenant", "no-key", "").status())
                .as("who says who they are is not counted")
                .isEqualTo(401);
    }

    private static TestApp.Answer start(TestApp app) {
        return app.sendWith(
                "POST",
                "/les",
                Map.of(
                        "Content-Type",
                        Route.FORM,
                        "Content-Length",
                        "8",
                        "X-Forwarded-For",
                        "spoofed, 198.51.100.7:4711"),
                "tenant=x");
    }
}

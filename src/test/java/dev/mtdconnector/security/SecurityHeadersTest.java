package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.http.Route;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every answer of every route carries the security headers: asked as nobody, as the operator and with an API key, with
 * an empty body and a wrong one, through the development host.
 */
class SecurityHeadersTest {

    private static final Map<String, String> EXPECTED = Map.of(
            "Content-Security-Policy", "default-src 'none'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "same-origin",
            "Strict-Transport-Security", "max-age=31536000",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    private final List<String> wrong = new ArrayList<>();

    @Test
    void everyAnswerOfEveryRouteCarriesTheSecurityHeaders() throws Exception {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            var story = world.story();
            story.run("onboard");
            // Without its drivers a deployment calls itself stale, with a 503.
            for (int seconds = 0; seconds <= 60; seconds += 5) {
                world.step();
            }
            RawHttp http = new RawHttp(world.connector());
            List<String> callers = List.of(
                    "X-Nobody: 1",
                    "Authorization: Bearer " + story.values().get("operatorKey"),
                    "Authorization: Bearer " + story.values().get("apiKey"));
            List<Route> routes = new TestApp().app().routes();
            for (Route route : routes) {
                String target = route.template().replaceAll("\\{\\w+}", "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412");
                for (String caller : callers) {
                    check(http, route.method() + " " + target, caller, "");
                    check(http, route.method() + " " + target, caller, "{\"nonsense\": 1}");
                }
                check(http, "HEAD " + target, callers.get(0), "");
            }
            for (String other : List.of(
                    "GET /nowhere",
                    "GET /api/v1/nowhere",
                    "GET /device/v1/nowhere",
                    "DELETE /health",
                    "POST /",
                    "PATCH /events",
                    "GET /assets/nothing.css",
                    "GET /consent/callback?state=a&error=access_denied",
                    "GET /api%2fv1/tenant",
                    "GET /%0d%0a")) {
                check(http, other, callers.get(0), "");
            }
            assertThat(routes).hasSizeGreaterThan(20);
            assertThat(wrong).isEmpty();
        }
    }

    private void check(RawHttp http, String request, String caller, String body) throws Exception {
        RawHttp.Answer answer = http.send(
                request + " HTTP/1.1",
                List.of(caller, "Content-Type: application/json"),
                body.getBytes(StandardCharsets.UTF_8));
        String name = request + " as " + caller.substring(0, 2) + ": " + answer.status();
        EXPECTED.forEach((header, start) -> {
            if (!answer.header(header).startsWith(start)) {
                wrong.add(name + " lacks " + header);
            }
        });
        String policy = answer.header("Content-Security-Policy");
        if (!policy.contains("frame-ancestors 'none'")
                || !policy.contains("base-uri 'none'")
                || policy.contains("unsafe")
                || policy.contains("*")) {
            wrong.add(name + " has a weak policy: " + policy);
        }
        boolean cacheable = answer.status() == 200 && request.contains("/assets/");
        if (!cacheable && !answer.header("Cache-Control").equals("no-store")) {
            wrong.add(name + " may be cached");
        }
        if (answer.header("X-Correlation-Id").isEmpty() || answer.status() >= 500) {
            wrong.add(name + " is not answered by us: " + answer.body());
        }
        if (answer.hasHeader("Server") || answer.hasHeader("X-Powered-By")) {
            wrong.add(name + " names its software");
        }
    }
}

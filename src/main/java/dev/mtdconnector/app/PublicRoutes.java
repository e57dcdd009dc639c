package dev.mtdconnector.app;

import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.signin.Access;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What anybody may see: that we are up, and the style sheet of the pages. */
final class PublicRoutes {

    private final Drivers drivers;

    PublicRoutes(Drivers drivers) {
        this.drivers = drivers;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/health", Access.ANYBODY, null, (request, caller) -> health()),
                new Route("GET", "/assets/connector.css", Access.ANYBODY, null, (request, caller) -> styleSheet()));
    }

    /** Up means that storage answers; a failure becomes a 500 like any other. Drives the schedule when nothing else does. */
    private HttpAnswer health() {
        drivers.health();
        return HttpAnswer.json(200, Map.of("status", "up"));
    }

    private static HttpAnswer styleSheet() {
        try (InputStream in = Page.class.getResourceAsStream("connector.css")) {
            if (in == null) {
                throw new IllegalStateException("connector.css is not in the package");
            }
            return new HttpAnswer(
                    200,
                    Map.of("Content-Type", "text/css; charset=utf-8", "Cache-Control", "public, max-age=3600"),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("connector.css cannot be read", e);
        }
    }
}

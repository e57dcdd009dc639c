package dev.mtdconnector.app;

import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobStore;
import dev.mtdconnector.signin.Access;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What anybody may see: that we are up, a page that says who we are, and its style sheet. */
final class PublicRoutes {

    private final JobStore jobs;
    private final Clock clock;

    PublicRoutes(JobStore jobs, Clock clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/health", Access.ANYBODY, null, (request, caller) -> health()),
                new Route("GET", "/", Access.ANYBODY, null, (request, caller) -> home()),
                new Route("GET", "/assets/connector.css", Access.ANYBODY, null, (request, caller) -> styleSheet()));
    }

    /** Up means that storage answers; a failure becomes a 500 like any other. */
    private HttpAnswer health() {
        jobs.dueUntil(clock.instant(), 1, null);
        return HttpAnswer.json(200, Map.of("status", "up"));
    }

    private static HttpAnswer home() {
        return Page.of(
                200,
                "MTD Connector",
                "<p>This service makes devices with an active mobile threat non-compliant in Microsoft Intune, and"
                        + " compliant again when the threat is gone.</p>"
                        + "<p>Administrators: open the consent link of your invitation, or"
                        + " <a href=\"/les?action=consent\">connect your organization</a>.</p>"
                        + "<p class=\"soft\">Its API is at <code>/api/v1</code>.</p>");
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

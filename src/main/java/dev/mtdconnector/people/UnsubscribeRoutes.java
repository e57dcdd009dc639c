package dev.mtdconnector.people;

import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Page;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import java.util.List;

/**
 * Ends mails of a kind by a link, without a sign-in (RFC 8058). Looking at the address changes nothing, for programs that
 * look for bad links follow every one. Every link is answered alike, genuine or not: nobody learns who is known here.
 */
public final class UnsubscribeRoutes {

    private final People people;

    public UnsubscribeRoutes(People people) {
        this.people = people;
    }

    public List<Route> routes() {
        return List.of(
                Route.page("GET", "/unsubscribe", Access.ANYBODY, null, (request, caller) -> ask(request)),
                // Mail programs post a form or multipart, as RFC 8058 lets them; what it says is not needed.
                Route.page("POST", "/unsubscribe", Access.ANYBODY, null, (request, caller) -> end(request)));
    }

    private static HttpAnswer ask(HttpRequest request) {
        return Page.of(
                200,
                "End these mails",
                "<p>You will get no more mails of this kind. Other mails stay as they are.</p>"
                        + "<form method=\"post\" action=\"/unsubscribe?token=" + Page.text(token(request)) + "\">"
                        + "<button>End these mails</button></form>");
    }

    private HttpAnswer end(HttpRequest request) {
        people.end(token(request));
        return Page.of(
                200,
                "Ended",
                "<p>If the link was complete, you get no more mails of this kind from now on.</p>"
                        + "<p>Who signs in to the connector can have them again.</p>");
    }

    private static String token(HttpRequest request) {
        String token = request.query().getOrDefault("token", "");
        return Unsubscribe.read(token).isPresent() ? token : "";
    }
}

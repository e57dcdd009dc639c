package dev.mtdconnector.local.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Handler;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.mail.CaughtMail;
import dev.mtdconnector.local.mail.MailCatcher;
import dev.mtdconnector.local.risk.RiskFeed;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The simulator's page at {@code /}, its buttons, and the inbox at {@code /mail}. */
public final class PageRoutes implements Routes {

    private final WorldReader world;
    private final MailCatcher mails;
    private final Changes changes;
    private final ContosoClock clock;
    private final Bulletin bulletin;

    public PageRoutes(
            Contoso contoso,
            SimulatedIntune intune,
            MailCatcher mails,
            RiskFeed risk,
            Changes changes,
            ContosoClock clock,
            Bulletin bulletin) {
        this.world = new WorldReader(contoso, intune, mails, risk, clock);
        this.mails = mails;
        this.changes = changes;
        this.clock = clock;
        this.bulletin = bulletin;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/", request -> new SimulatorPage(world.read(), bulletin.notice()).render());
        server.route("POST", "/page/platform", button(this::platform));
        server.route("POST", "/page/rule", button(this::rule));
        server.route("POST", "/page/clock", button(this::advance));
        server.route("GET", "/mail", request -> InboxPage.list(mails.mails()));
        server.route("GET", "/mail/{number}", request -> mail(request, InboxPage::mail));
        // The policy of the answer lets it load nothing, whatever it holds.
        server.route("GET", "/mail/{number}/html", request -> mail(request, mail -> Answer.html(200, mail.html())));
    }

    private interface Button {

        /** Throws {@link IllegalArgumentException} for a form that no button of the page sends. */
        void press(Request request);
    }

    /** Presses the button and shows the page again. Another site's page may not press it. */
    private static Handler button(Button button) {
        return request -> {
            String origin = request.header("Origin");
            if (origin != null && !origin.equals(request.base().toString())) {
                return Answer.text(403, "This button was pressed on another page: " + origin);
            }
            try {
                button.press(request);
            } catch (IllegalArgumentException e) {
                return Answer.text(400, String.valueOf(e.getMessage()));
            }
            return Answer.empty(303).withHeader("Location", "/");
        };
    }

    private void platform(Request request) {
        changes.apply(List.of(Json.object()
                .put("type", "platformToggled")
                .put("platform", field(request, "platform"))
                .put("enabled", field(request, "enabled").equals("true"))));
    }

    private void rule(Request request) {
        String level = field(request, "level");
        ObjectNode change = Json.object().put("type", "complianceRule");
        changes.apply(List.of(level.equals("none") ? change.putNull("level") : change.put("level", level)));
    }

    private void advance(Request request) {
        clock.advance(Duration.ofSeconds(Long.parseLong(field(request, "advanceSeconds"))));
    }

    private Answer mail(Request request, Function<CaughtMail, Answer> shown) {
        String number = request.variable("number");
        return mails.mails().stream()
                .filter(mail -> Integer.toString(mail.number()).equals(number))
                .findFirst()
                .map(shown)
                .orElseGet(InboxPage::missing);
    }

    private static String field(Request request, String name) {
        String value = request.form().get(name);
        if (value == null) {
            throw new IllegalArgumentException("The form lacks " + name);
        }
        return value;
    }
}

package dev.mtdconnector.local.contoso;

import static dev.mtdconnector.local.http.Html.escape;

import dev.mtdconnector.local.contoso.LoginSessions.Session;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The authorization endpoint: a page on which the person chooses who to be, without any password, and a code for the
 * application. Whoever is signed in already goes through without the page.
 */
final class SignInPage implements Routes {

    private static final List<String> ACCESS_GROUPS =
            List.of(WellKnown.FULL_ACCESS_GROUP, WellKnown.RESTRICTED_ACCESS_GROUP, WellKnown.READ_ONLY_ACCESS_GROUP);
    private static final int MOST = 10;

    private final Contoso contoso;
    private final AuthorizeRequests requests;
    private final LoginSessions sessions;
    private final Codes codes;
    private final LoginErrors errors;
    private final Set<Rule> off;

    SignInPage(Contoso contoso, LoginSessions sessions, Codes codes, LoginErrors errors, Set<Rule> off) {
        this.contoso = contoso;
        this.requests = new AuthorizeRequests(contoso, errors, off);
        this.sessions = sessions;
        this.codes = codes;
        this.errors = errors;
        this.off = off;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/{tenant}/oauth2/v2.0/authorize", this::show)
                .route("POST", "/{tenant}/oauth2/v2.0/authorize", this::decide);
    }

    private Answer show(Request request) {
        AuthorizeRequest ask = requests.read(request);
        Optional<Session> session = sessions.of(request);
        boolean asksAnyway =
                on(Rule.SIGN_IN_PROMPT) && Set.of("login", "select_account").contains(ask.prompt());
        if (session.isPresent() && !asksAnyway && isMeant(ask, session.get().user())) {
            return proceed(ask, session.get());
        }
        if (on(Rule.SIGN_IN_SILENT) && ask.prompt().equals("none")) {
            return ask.back(errors.parameters(
                    "login_required", 50058, "A silent sign-in request was sent but no user is signed in."));
        }
        List<User> people = people();
        String hint = ask.loginHint();
        boolean isListed = hint == null || hint.isBlank() || people.stream().anyMatch(user -> isMeant(ask, user));
        return request.query().containsKey("account") || !isListed
                ? anotherAccount(request, ask, hint, null)
                : choice(request, ask, people, session.map(Session::user));
    }

    private static boolean isMeant(AuthorizeRequest ask, User user) {
        String hint = ask.loginHint();
        return hint == null || hint.isBlank() || hint.equalsIgnoreCase(user.userPrincipalName());
    }

    private Answer decide(Request request) {
        AuthorizeRequest ask = requests.read(request);
        Map<String, String> form = request.form();
        if (form.getOrDefault("decision", "").equals("cancel")) {
            return ask.back(errors.parameters(
                    on(Rule.SIGN_IN_DECLINED) ? "access_denied" : "server_error",
                    65004,
                    "User declined to consent to access the app."));
        }
        String identity = form.getOrDefault("identity", "").strip();
        Optional<User> user = identity.isEmpty() ? Optional.empty() : contoso.user(identity);
        if (user.isEmpty()) {
            return anotherAccount(request, ask, identity, "We couldn't find an account with that user name.");
        }
        Session session = sessions.start(request, user.get());
        return LoginSessions.remember(proceed(ask, session), session);
    }

    private Answer proceed(AuthorizeRequest ask, Session session) {
        User user = session.user();
        boolean isConsented =
                contoso.principalOf(ask.registration().clientId()).isPresent() || !on(Rule.SIGN_IN_APPROVAL);
        if (!isConsented && ask.prompt().equals("none")) {
            return ask.back(errors.parameters(
                    "interaction_required",
                    65001,
                    "The user or administrator has not consented to use the application with ID '"
                            + ask.registration().clientId() + "'."));
        }
        // prompt=consent asks for a consent that nobody but an administrator can give here.
        if (!isConsented || (ask.prompt().equals("consent") && !user.mayConsentForTenant())) {
            return approvalNeeded(ask);
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(
                "code",
                codes.issue(new Codes.Grant(
                        ask.registration().clientId(),
                        ask.redirectUri(),
                        ask.scopes(),
                        ask.nonce(),
                        ask.challenge(),
                        user.id(),
                        session.id())));
        parameters.put("session_state", session.id());
        return ask.back(parameters);
    }

    /** The person is left here: the application learns of it only when the link is followed. */
    private static Answer approvalNeeded(AuthorizeRequest ask) {
        Map<String, String> cancelled = new LinkedHashMap<>();
        cancelled.put("error", "access_denied");
        cancelled.put("error_subcode", "cancel");
        String name = escape(ask.registration().displayName());
        return LoginPages.page(
                403,
                "Need admin approval",
                "<h1>Need admin approval</h1><p><strong>" + name + "</strong> asks for permissions in your "
                        + "organization that only an administrator can grant. Ask one of them to do so, then come "
                        + "back.</p><p><a href=\"" + escape(ask.address(cancelled))
                        + "\">Go back to the application without consent</a></p>"
                        + "<p class=\"soft\">AADSTS90094</p>");
    }

    // ---- the page ----

    /** Everybody with access to the console, then two people without. */
    private List<User> people() {
        return Stream.concat(
                        ACCESS_GROUPS.stream().flatMap(group -> contoso.transitiveMembers(group).stream()),
                        Stream.of(WellKnown.LENA, WellKnown.OSCAR))
                .distinct()
                .flatMap(id -> contoso.user(id).stream())
                .limit(MOST)
                .toList();
    }

    private Answer choice(Request request, AuthorizeRequest ask, List<User> people, Optional<User> signedIn) {
        StringBuilder content = head("Pick an account", ask, request);
        content.append("<div class=\"tiles\">");
        for (User user : people) {
            List<String> notes = new ArrayList<>();
            signedIn.filter(user::equals).ifPresent(one -> notes.add("Signed in"));
            if (user.mayConsentForTenant()) {
                notes.add("Global Administrator");
            }
            notes.add(groups(user));
            content.append("<button class=\"tile\" name=\"identity\" value=\"")
                    .append(escape(user.userPrincipalName()))
                    .append('"')
                    .append(ask.loginHint() != null && isMeant(ask, user) ? " autofocus" : "")
                    .append("><span class=\"face\">")
                    .append(escape(initials(user)))
                    .append("</span><span class=\"who\"><strong>")
                    .append(escape(user.displayName()))
                    .append("</strong><span>")
                    .append(escape(user.userPrincipalName()))
                    .append("</span><span class=\"soft\">")
                    .append(escape(String.join(" · ", notes)))
                    .append("</span></span></button>");
        }
        content.append("<a class=\"tile\" href=\"")
                .append(escape(request.target() + "&account=other"))
                .append("\"><span class=\"face\">+</span><span class=\"who\"><strong>Use another account</strong>"
                        + "</span></a></div><div class=\"row\"><button name=\"decision\" value=\"cancel\">Cancel"
                        + "</button></div></form>");
        return LoginPages.page(200, "Sign in to Contoso", content.toString());
    }

    private Answer anotherAccount(
            Request request, AuthorizeRequest ask, @Nullable String typed, @Nullable String problem) {
        StringBuilder content = head("Sign in", ask, request);
        if (problem != null) {
            content.append("<p class=\"problem\" role=\"alert\">")
                    .append(escape(problem))
                    .append("</p>");
        }
        // The Enter key presses the first button of the form.
        content.append("<label>User name<input class=\"line\" name=\"identity\" autofocus autocomplete=\"username\" "
                        + "spellcheck=\"false\" placeholder=\"name@" + WellKnown.DOMAIN + "\" value=\"")
                .append(escape(typed == null ? "" : typed))
                .append("\"></label><p class=\"soft\">Anybody in Contoso; no password is asked for.</p>"
                        + "<div class=\"row reversed\"><button class=\"act\" name=\"decision\" value=\"next\">Next</button>"
                        + "<button name=\"decision\" value=\"cancel\">Cancel</button></div></form>");
        return LoginPages.page(problem == null ? 200 : 400, "Sign in to Contoso", content.toString());
    }

    private static StringBuilder head(String title, AuthorizeRequest ask, Request request) {
        return new StringBuilder("<h1>")
                .append(title)
                .append("</h1><p>to continue to <strong>")
                .append(escape(ask.registration().displayName()))
                .append("</strong></p><form method=\"post\" action=\"")
                .append(escape(request.target()))
                .append("\">");
    }

    private String groups(User user) {
        String found = ACCESS_GROUPS.stream()
                .filter(group -> contoso.transitiveMembers(group).contains(user.id()))
                .flatMap(group -> contoso.group(group).stream())
                .map(Group::displayName)
                .collect(Collectors.joining(" · "));
        return found.isEmpty() ? "In no access group" : found;
    }

    private static String initials(User user) {
        return Stream.of(user.givenName(), user.surname())
                .filter(name -> !name.isEmpty())
                .map(name -> name.substring(0, name.offsetByCodePoints(0, 1)))
                .collect(Collectors.joining());
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}

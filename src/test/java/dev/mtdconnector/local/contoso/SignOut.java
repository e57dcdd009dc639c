package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The end-session endpoint: signs out, and goes back to an address that some application has registered. */
final class SignOut implements Routes {

    private final Contoso contoso;
    private final LoginSessions sessions;
    private final Set<Rule> off;

    SignOut(Contoso contoso, LoginSessions sessions, Set<Rule> off) {
        this.contoso = contoso;
        this.sessions = sessions;
        this.off = off;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/{tenant}/oauth2/v2.0/logout", request -> signOut(request, request.query()))
                .route("POST", "/{tenant}/oauth2/v2.0/logout", request -> {
                    Map<String, String> all = new LinkedHashMap<>(request.query());
                    all.putAll(request.form());
                    return signOut(request, all);
                });
    }

    private Answer signOut(Request request, Map<String, String> parameters) {
        sessions.end(request);
        String target = parameters.getOrDefault("post_logout_redirect_uri", "");
        boolean isRegistered = contoso.registrations().stream()
                .anyMatch(one -> one.redirectUris().contains(target));
        if (target.isEmpty() || (!isRegistered && !off.contains(Rule.SIGN_OUT_REDIRECT))) {
            return LoginPages.page(200, "You signed out", "<h1>You signed out</h1><p>You may close this window.</p>");
        }
        String state = parameters.get("state");
        return state == null ? Answer.redirect(target) : LoginPages.back(target, Map.of("state", state));
    }
}

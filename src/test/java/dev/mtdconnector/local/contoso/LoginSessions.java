package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who is signed in with which browser (single sign-on). A restart forgets everybody. */
final class LoginSessions {

    /** As long as Entra keeps one for a browser that stays open and did not ask to stay signed in. */
    private static final Duration LIFETIME = Duration.ofHours(24);

    private static final String COOKIE = "contoso-session";

    private final Contoso contoso;
    private final Clock clock;
    private final Set<Rule> off;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    LoginSessions(Contoso contoso, Clock clock, Set<Rule> off) {
        this.contoso = contoso;
        this.clock = clock;
        this.off = off;
    }

    /**
     * One sign-in.
     *
     * @param id names it to the application; the cookie holds something else
     */
    record Session(String id, User user, String cookie, Instant until) {}

    /** Who is signed in with the browser that sent this; empty when that person is no longer in the directory. */
    Optional<Session> of(Request request) {
        if (off.contains(Rule.SIGN_IN_SSO)) {
            return Optional.empty();
        }
        return Optional.ofNullable(sessions.get(cookie(request)))
                .filter(session -> session.until().isAfter(clock.instant()))
                .filter(session -> contoso.user(session.user().id()).isPresent());
    }

    /** Signs a person in, in place of whoever was. */
    Session start(Request request, User user) {
        end(request);
        String cookie = Codes.secret();
        Session session = new Session(
                UUID.randomUUID().toString(), user, cookie, clock.instant().plus(LIFETIME));
        sessions.put(cookie, session);
        return session;
    }

    /** Signs out. Idempotent. */
    void end(Request request) {
        if (!off.contains(Rule.SIGN_OUT_SESSION)) {
            sessions.remove(cookie(request));
        }
    }

    /** The answer, with which the browser remembers the session. */
    static Answer remember(Answer answer, Session session) {
        return answer.withHeader("Set-Cookie", COOKIE + "=" + session.cookie() + "; Path=/; HttpOnly; SameSite=Lax");
    }

    private static String cookie(Request request) {
        String header = request.header("Cookie");
        if (header == null) {
            return "";
        }
        for (String pair : header.split("[;,]", -1)) {
            if (pair.strip().startsWith(COOKIE + "=")) {
                return pair.strip().substring(COOKIE.length() + 1);
            }
        }
        return "";
    }
}

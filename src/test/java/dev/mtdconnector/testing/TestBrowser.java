package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.http.Form;
import dev.mtdconnector.testing.TestApp.Answer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A browser in front of the connector: keeps its one cookie, and says where its forms come from. */
public final class TestBrowser {

    private final TestApp app;
    private @Nullable String cookie;
    private int codes;

    public TestBrowser(TestApp app) {
        this.app = app;
    }

    /** What the cookie holds, or null without one. */
    public @Nullable String cookie() {
        return cookie;
    }

    /** Plants a cookie, as somebody might who had the browser in hand. */
    public TestBrowser withCookie(@Nullable String value) {
        cookie = value;
        return this;
    }

    public Answer get(String address) {
        return send("GET", address, Map.of(), "");
    }

    /** Sends a form of one of our pages. */
    public Answer post(String address, String form) {
        return post(address, form, Map.of("Origin", "https://connector.example", "Sec-Fetch-Site", "same-origin"));
    }

    /** Sends a form with what the browser says of where it comes from. */
    public Answer post(String address, String form, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        all.put("Content-Length", "" + form.length());
        return send("POST", address, all, form);
    }

    /** Sends JSON as a script of one of our pages does. */
    public Answer script(String method, String address, String json) {
        return send(
                method,
                address,
                Map.of(
                        "Origin", "https://connector.example",
                        "Sec-Fetch-Site", "same-origin",
                        "X-CSRF-Token", formToken(),
                        "Content-Type", "application/json",
                        "Content-Length", "" + json.length()),
                json);
    }

    public Answer send(String method, String address, Map<String, String> headers, String body) {
        Map<String, String> all = new HashMap<>(headers);
        if (cookie != null) {
            all.put("Cookie", "__Host-mtd=" + cookie);
        }
        Answer answer = app.sendWith(method, address, all, body);
        String set = answer.http().headers().get("Set-Cookie");
        if (set != null) {
            assertThat(set).matches("__Host-mtd=[^;]*; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax; Secure");
            cookie = set.contains("; Max-Age=0;") ? null : set.replaceFirst("^__Host-mtd=([^;]*);.*", "$1");
        }
        return answer;
    }

    public String formToken() {
        return get("/api/v1/me").expect(200).text("/formToken");
    }

    /** Where an answer sends the browser. */
    public static String location(Answer answer) {
        return Objects.requireNonNull(answer.expect(303).http().headers().get("Location"));
    }

    /** Begins a sign-in; what Entra is asked. */
    public Map<String, String> begin(String address) {
        return asked(get(address));
    }

    /** What Entra is asked by this redirect. */
    public static Map<String, String> asked(Answer answer) {
        String location = location(answer);
        assertThat(location).startsWith(TestApp.LOGIN + "/" + TestApp.TENANT + "/oauth2/v2.0/authorize?");
        return Form.parse(URI.create(location).getRawQuery());
    }

    /** Entra signs the person in; answers the address to which it sends the browser back. */
    public String entraSignsIn(Map<String, String> asked, String userId) {
        String nonce = Objects.requireNonNull(asked.get("nonce"));
        return entraAnswers(
                asked,
                FakeEntra.sign(app.entra.idClaims(TestApp.TENANT, userId, nonce).build(), FakeEntra.KEY));
    }

    /** Entra gives a code for this token; answers the address to which it sends the browser back. */
    public String entraAnswers(Map<String, String> asked, String idToken) {
        String code = "code-" + System.identityHashCode(this) + "-" + ++codes;
        app.entra.issue(code, Objects.requireNonNull(asked.get("code_challenge")), idToken);
        return "/signin/callback?code=" + code + "&state=" + asked.get("state");
    }

    /** The whole way, by which this person ends up signed in. */
    public TestBrowser signIn(String userId) {
        assertThat(location(get(entraSignsIn(begin("/signin?tenant=" + TestApp.TENANT), userId))))
                .isEqualTo("/");
        return this;
    }
}

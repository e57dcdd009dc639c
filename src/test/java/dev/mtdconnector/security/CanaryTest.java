package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.mail.CaughtMail;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.testing.LogCapture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * No secret comes out: the story of docs/local-world.md, and requests that carry secrets where none belong, over real
 * adapters and a real storage account; then logs of every logger, rows, messages, mails and answers are searched.
 *
 * <p>A new flow is told in docs/local-world.md, or is one more line of {@link #REQUESTS}; a new secret of the story is
 * one more of {@link #KEPT}.
 */
class CanaryTest {

    /** What the story keeps that is secret. */
    private static final Set<String> KEPT =
            Set.of("operatorKey", "apiKey", "feedKey", "agentToken", "deviceCredential");

    /** Steps whose answer shows a secret for the only time, and those of the simulator, which is no part of the product. */
    private static final Set<String> SHOWN_ONCE = Set.of("onboard", "activate");

    /** Method, path, and whose key: each is sent with secrets in its query, headers, cookies and body. */
    private static final List<List<String>> REQUESTS = List.of(
            List.of("GET", "/", ""),
            List.of("GET", "/health", ""),
            List.of("GET", "/les", ""),
            List.of("POST", "/les", ""),
            List.of("GET", "/consent/callback", ""),
            List.of("GET", "/signin", ""),
            List.of("POST", "/signin", ""),
            List.of("GET", "/signin/callback", ""),
            List.of("GET", "/signout", ""),
            List.of("POST", "/signout", ""),
            List.of("GET", "/nowhere", ""),
            List.of("GET", "/api/v1/me", "apiKey"),
            List.of("GET", "/api/v1/keys", "apiKey"),
            List.of("POST", "/api/v1/keys", "apiKey"),
            List.of("DELETE", "/api/v1/keys/0123456789abcdef", "apiKey"),
            List.of("PATCH", "/api/v1/operator/tenants/9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412", "operatorKey"),
            List.of("POST", "/api/v1/operator/tenants/9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412/suspend", "operatorKey"),
            List.of("GET", "/api/v1/operator/tenants/9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412/export", "operatorKey"),
            List.of("GET", "/api/v1/tenant", ""),
            List.of("GET", "/api/v1/tenant", "apiKey"),
            List.of("GET", "/api/v1/devices", "apiKey"),
            List.of("PUT", "/api/v1/connector/settings", "apiKey"),
            List.of("PUT", "/api/v1/connector/enrollment", "apiKey"),
            List.of("POST", "/api/v1/tenant/consent-check", "apiKey"),
            List.of("POST", "/api/v1/operator/tenants", "operatorKey"),
            List.of("POST", "/api/v1/operator/tenants", "apiKey"),
            List.of("POST", "/device/v1/activate", "agentToken"),
            List.of("POST", "/device/v1/checkin", "deviceCredential"),
            List.of("POST", "/events", "feedKey"));

    private final Canaries canaries = new Canaries();
    private final List<String> answers = new ArrayList<>();

    @Test
    void noSecretComesOutOfTheStoryOrOfRequestsThatCarrySecrets() throws Exception {
        try (LogCapture log = LogCapture.start();
                LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.FRESH_AZURITE))) {
            world.settings().forEach((name, value) -> {
                if (name.endsWith("SECRET") || name.endsWith("_KEY") || name.endsWith("PASSWORD")) {
                    canaries.watch(name, value);
                }
            });
            canaries.watch("account key", StoredState.accountKey(connectionString(world)));
            StoryRunner story = tell(world);
            carrySecrets(world, story);
            for (int i = 0; i < 20; i++) {
                world.step();
            }

            List<String> found = new ArrayList<>();
            assertThat(canaries.count()).isGreaterThan(KEPT.size() + REQUESTS.size());
            search(found, "the log", log.lines());
            search(found, "an answer", answers);
            List<String> stored = StoredState.of(connectionString(world));
            assertThat(stored).as("rows and messages").hasSizeGreaterThan(20);
            search(found, "storage", stored);
            search(
                    found,
                    "a mail",
                    world.simulator().mails().mails().stream()
                            .map(CaughtMail::toString)
                            .toList());
            assertThat(log.lines())
                    .as("the log was really collected")
                    .anyMatch(line -> line.contains("answered identity.required"));
            assertThat(found).isEmpty();
        }
    }

    @Test
    void aSecretThatComesOutIsFound() {
        String secret = canaries.plant("secret");
        assertThat(canaries.search("the log", "before " + secret + " after"))
                .containsExactly("the log holds secret: before <SECRET> after");
        assertThat(canaries.search("a row", "x eyJhbGciOiJub25lIn0.eyJhdWQiOiJhYmMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ y"))
                .hasSize(1);
        assertThat(canaries.search("a mail", "mtdk.9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412.0123456789abcdef." + secret))
                .hasSize(2);
        assertThat(canaries.search("an answer", "nothing")).isEmpty();
    }

    private StoryRunner tell(LocalWorld world) {
        StoryRunner story = world.story();
        for (StoryDocument.Step step :
                StoryDocument.read(Path.of("docs/local-world.md")).steps()) {
            StoryRunner.Answer answer = story.run(step.name());
            String cookie = secretOf(story.cookies());
            if (!cookie.isEmpty()) {
                canaries.watch("cookie after " + step.name(), cookie.substring(cookie.indexOf('=') + 1));
            }
            boolean ours = step.url().startsWith(StoryRunner.DOCUMENTED_CONNECTOR);
            if (ours && !SHOWN_ONCE.contains(step.name())) {
                answers.add(step.name() + " " + answer.body());
            }
        }
        Map<String, String> values = story.values();
        assertThat(values.keySet()).containsAll(KEPT);
        KEPT.forEach(name -> canaries.watch(name, secretOf(String.valueOf(values.get(name)))));
        values.forEach((name, value) -> {
            for (String parameter : List.of("state", "code", "nonce")) {
                Matcher matcher =
                        Pattern.compile("[?&]" + parameter + "=([^&]+)").matcher(value);
                if (matcher.find()) {
                    canaries.watch(parameter + " of " + name, secretOf(matcher.group(1)));
                }
            }
        });
        assertThat(canaries.names()).contains("code of signInCallback", "nonce of signInPage", "cookie after me");
        return story;
    }

    /** Keys and states begin with what is no secret. */
    private static String secretOf(String value) {
        return value.substring(value.lastIndexOf('.') + 1);
    }

    private void carrySecrets(LocalWorld world, StoryRunner story) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (List<String> line : REQUESTS) {
            String name = line.get(0) + " " + line.get(1);
            boolean form = line.get(1).startsWith("/les") || line.get(1).startsWith("/sign");
            String body = form
                    ? "tenant=" + canaries.plant(name + " form") + "&registration=base&csrf="
                            + canaries.plant(name + " form token")
                    : "{\"password\": \"" + canaries.plant(name + " body") + "\", \"events\": [\""
                            + canaries.plant(name + " event") + "\"], \"groups\": [\"x\"]}";
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(world.connector() + line.get(1) + "?token="
                            + canaries.plant(name + " query") + "&state="
                            + story.values().get("tenantId") + "."
                            + canaries.plant(name + " state") + "&code=" + canaries.plant(name + " code")
                            + "&error_description=" + canaries.plant(name + " description")))
                    .header("Cookie", "mtd=" + canaries.plant(name + " cookie") + "; a=" + canaries.plant(name + " c2"))
                    .header("X-Functions-Key", canaries.plant(name + " function key"))
                    .header("X-CSRF-Token", canaries.plant(name + " form header"))
                    .header("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json");
            String key = line.get(2).isEmpty()
                    ? canaries.plant(name + " bearer")
                    : String.valueOf(story.values().get(line.get(2)));
            request.header("Authorization", "Bearer " + key);
            request.method(
                    line.get(0), line.get(0).equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            var answer = http.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(name).isLessThan(500);
            answers.add(name + " " + answer.headers().map() + " " + answer.body());
        }
    }

    private static String connectionString(LocalWorld world) {
        return String.valueOf(world.settings().get("STATE_STORAGE"));
    }

    private void search(List<String> found, String place, List<String> texts) {
        texts.forEach(text -> found.addAll(canaries.search(place, text)));
    }
}

package dev.mtdconnector.local.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mtdconnector.local.story.StoryDocument.Keep;
import dev.mtdconnector.local.story.StoryDocument.Step;
import dev.mtdconnector.local.story.StoryDocument.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of a {@link StoryDocument} to a real connector and a real Contoso, wherever they listen. Not safe
 * for several threads. Redirects are not followed: each is a step of its own.
 */
public final class StoryRunner {

    /** The addresses that the page names. */
    public static final String DOCUMENTED_CONNECTOR = "http://localhost:7071";

    public static final String DOCUMENTED_CONTOSO = "http://localhost:7080";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What happens between two looks of a step that waits: time passes, or a manual host is made to work. */
    @FunctionalInterface
    public interface Pump {
        void between() throws InterruptedException;
    }

    /** An answer that was as the page says. */
    public record Answer(int status, @Nullable String location, String body) {

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("Not JSON: " + body, e);
            }
        }
    }

    private final StoryDocument document;
    private final Map<String, String> values;
    private final Pump pump;
    private final Duration patience;
    private final HttpClient client = HttpClient.newHttpClient();
    private Cookies browser = new Cookies();
    private String connector;
    private String contoso;

    /**
     * @param values what the page does not tell, such as {@code operatorKey}
     * @param patience how long a step with {@code until} may take
     */
    public StoryRunner(
            StoryDocument document,
            String connector,
            String contoso,
            Map<String, String> values,
            Pump pump,
            Duration patience) {
        this.document = document;
        this.connector = connector;
        this.contoso = contoso;
        this.values = new LinkedHashMap<>(values);
        this.pump = pump;
        this.patience = patience;
    }

    /** Goes on with other addresses, after a restart for example. */
    public void moveTo(String newConnector, String newContoso) {
        this.connector = newConnector;
        this.contoso = newContoso;
    }

    /** Forgets the cookies. */
    public void openNewBrowser() {
        browser = new Cookies();
    }

    /** What the browser would send to the connector as its cookies; empty for none. */
    public String cookies() {
        return browser.header(URI.create(connector + "/"));
    }

    /** Keeps a value that came by another way than the page's. */
    public void keep(String name, String value) {
        values.put(name, value);
    }

    /** What has been kept so far, and what was given. */
    public Map<String, String> values() {
        return Map.copyOf(values);
    }

    /** Runs every step of the page. */
    public void runAll() {
        document.steps().forEach(step -> run(step.name()));
    }

    /** Runs the steps from the first of these names to the last, both included. */
    public void run(String first, String last) {
        boolean running = false;
        for (Step step : document.steps()) {
            running |= step.name().equals(first);
            if (running) {
                run(step.name());
            }
            if (step.name().equals(last)) {
                return;
            }
        }
        throw new IllegalArgumentException("No steps from " + first + " to " + last);
    }

    /**
     * Runs one step.
     *
     * @throws AssertionError when the answer is another than the page says, or does not become so in time
     */
    public Answer run(String name) {
        Step step = document.step(name);
        Answer answer = step.until() == null ? send(step) : sendUntil(step, step.until());
        if (answer.status() != step.status()) {
            throw new AssertionError(
                    name + ": status " + answer.status() + " instead of " + step.status() + ": " + answer.body());
        }
        for (Keep keep : step.keeps()) {
            String value = keep.isHeader()
                    ? answer.location()
                    : answer.json().path(keep.source()).textValue();
            if (value == null) {
                throw new AssertionError(name + ": no " + keep.source() + " in " + answer);
            }
            values.put(keep.name(), value);
        }
        return answer;
    }

    private Answer sendUntil(Step step, Until until) {
        long deadline = System.nanoTime() + patience.toNanos();
        Answer answer = send(step);
        while (answer.status() != step.status()
                || !at(answer.json(), until.path()).asText().equals(until.value())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(step.name() + ": not " + until.path() + "=" + until.value() + " within "
                        + patience + ": " + answer.status() + " " + answer.body());
            }
            try {
                pump.between();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            answer = send(step);
        }
        return answer;
    }

    private Answer send(Step step) {
        URI uri = URI.create(fill(step.url()));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(REQUEST_LIMIT)
                .method(
                        step.method(),
                        step.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(fill(step.body())));
        step.headers().forEach((name, value) -> request.header(name, fill(value)));
        String cookies = step.isBrowser() ? browser.header(uri) : "";
        if (!cookies.isEmpty()) {
            request.header("Cookie", cookies);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            if (step.isBrowser()) {
                browser.take(uri, response.headers());
            }
            String location = response.headers()
                    .firstValue("Location")
                    .map(target -> uri.resolve(target).toString())
                    .orElse(null);
            return new Answer(response.statusCode(), location, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(step.name() + ": " + step.method() + " " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String fill(String text) {
        String moved = text.replace(DOCUMENTED_CONNECTOR, connector).replace(DOCUMENTED_CONTOSO, contoso);
        return VARIABLE.matcher(moved).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalStateException("Nothing was kept as " + match.group(1));
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static JsonNode at(JsonNode json, String path) {
        JsonNode node = json;
        for (String name : path.split("\\.", -1)) {
            node = node.path(name);
        }
        return node;
    }
}

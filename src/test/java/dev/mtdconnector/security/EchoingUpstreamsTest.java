package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.security.EchoingWorld.Service;
import dev.mtdconnector.stub.StubServer.Answer;
import dev.mtdconnector.stub.StubServer.Request;
import dev.mtdconnector.testing.LogCapture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upstreams whose errors quote our request, tokens and secrets in it, and hold secrets of their own: in each field of
 * each error document they know, in headers, in pages of a proxy, and in what is no JSON at all. None of it comes out:
 * not in logs, rows, messages, or answers.
 */
class EchoingUpstreamsTest {

    /** Intune also alone: whoever asks the directory first does not get so far. */
    private static final List<Set<Service>> IN_TURN =
            List.of(Set.of(Service.LOGIN), Set.of(Service.GRAPH, Service.INTUNE), Set.of(Service.INTUNE));

    private final Canaries canaries = new Canaries();

    @Test
    void whatAnUpstreamQuotesComesOutNowhere(@TempDir Path folder) throws Exception {
        List<String> found = new ArrayList<>();
        try (LogCapture log = LogCapture.start();
                EchoingWorld world = new EchoingWorld(canaries, folder, Map.of())) {
            world.setUp();
            for (int status : List.of(200, 302, 400, 401, 403, 404, 429, 500)) {
                for (int form = 0; form < 12; form++) {
                    int chosen = form % 4;
                    world.trouble(IN_TURN.get(form / 4), request -> echo(request, status, chosen));
                    world.clock.advance(Duration.ofMinutes(61)); // Tokens and caches have run out.
                    world.useEverything(status);
                }
            }
            assertReached(log.lines(), "Graph answered 403", "Intune answered 403", "the answer was 400");
            assertReached(world.stored(), "directory.refused", "intune.refused", "did not take mail");
            log.lines().forEach(line -> found.addAll(canaries.search("the log", line)));
            world.stored().forEach(row -> found.addAll(canaries.search("storage", row)));
            world.answers.forEach(answer -> found.addAll(canaries.search("an answer", answer)));
        }
        assertThat(found).isEmpty();
    }

    /** That there was something to find. */
    private static void assertReached(List<String> texts, String... words) {
        for (String word : words) {
            assertThat(texts.stream().anyMatch(text -> text.contains(word)))
                    .as(word)
                    .isTrue();
        }
    }

    /** What was sent, sent back, in one of four forms. */
    private Answer echo(Request request, int status, int form) {
        String theirs = canaries.plant("secret of an upstream " + canaries.count());
        String token = Objects.requireNonNullElse(request.header("Authorization"), "no token");
        String quoted = (theirs + " " + token + " " + request.body() + " " + request.uri())
                .replace("\\", "\\\\")
                .replace("\"", "\\\"");
        Answer answer = switch (form) {
            case 0 -> Answer.json(status, """
                            {"error": "invalid_grant %1$s", "error_description": "AADSTS50000: %1$s",
                             "error_uri": "%1$s", "claims": "%1$s", "suberror": "%1$s", "correlation_id": "%1$s"}""".formatted(quoted));
            case 1 -> Answer.json(status, """
                            {"error": {"code": "%2$s", "message": "%1$s", "target": "%1$s",
                              "innerError": {"request-id": "%1$s"}}}""".formatted(quoted, theirs));
            case 2 -> Answer.json(status, """
                            {"ErrorCode": 7, "ErrorDetail": "%1$s", "Status": "Failed", "HttpStatusCode": %2$d,
                             "Timestamp": "2026-11-21T09:00:00Z",
                             "MessageErrors": [{"MessageId": "%1$s", "ErrorDetail": "%1$s"}],
                             "@odata.nextLink": "%1$s", "value": [{"id": "%1$s"}], "access_token": "%1$s", """.formatted(quoted, status) + "\"x\": 1}");
            default ->
                new Answer(
                        status,
                        Map.of("Content-Type", "text/html"),
                        "<html>{\"access_token\": \"" + quoted + "\"",
                        false);
        };
        return answer.with("request-id", theirs)
                .with("WWW-Authenticate", "Bearer error=\"invalid_token\", claims=\"" + theirs + "\"")
                .with("Location", "https://other.example/?token=" + theirs)
                .with("Retry-After", "1 " + theirs)
                .with("x-ms-diagnostic", token);
    }
}

package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.kiota.HttpMethod;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to twenty reads in one request (JSON batching). A batch succeeds although some of its reads did not: those that
 * were throttled or met a fault are sent again, they alone, within the bounds of {@link RetryBudget}.
 */
final class GraphBatch {

    /** Microsoft's limit. */
    static final int MAX_REQUESTS = 20;

    private final GraphClient client;
    private final GraphSettings settings;
    private final Clock clock;

    GraphBatch(GraphClient client, GraphSettings settings, Clock clock) {
        this.client = client;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The answers, in the order of the paths; empty for what does not exist.
     *
     * @param paths relative to the version, beginning with a slash, encoded as they should be sent; at most twenty
     */
    List<Optional<JsonNode>> get(GraphCaller caller, List<String> paths) {
        if (paths.size() > MAX_REQUESTS) {
            throw new IllegalArgumentException("A batch holds at most " + MAX_REQUESTS + " requests");
        }
        List<Optional<JsonNode>> answers = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            answers.add(Optional.empty());
            open.add(i);
        }
        RetryBudget budget = client.newBudget();
        while (!open.isEmpty()) {
            List<Integer> sent = List.copyOf(open);
            byte[] body = body(paths, sent);
            JsonNode answer = client.exchange(caller, () -> request(body), GraphClient::readObject);
            UpstreamException worst;
            try {
                worst = take(caller, answer, paths, open, answers);
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.FORBIDDEN) {
                    client.renewToken(caller);
                }
                throw e;
            }
            if (worst != null) {
                caller.meter().throttled(budget.waitAfter(worst));
            }
        }
        return answers;
    }

    /**
     * Takes what is settled out of {@code open}.
     *
     * @return of the failures that remain, the one that asks for the longest wait; null when none remains
     * @throws UpstreamException a failure that trying again does not mend
     */
    private @Nullable UpstreamException take(
            GraphCaller caller,
            JsonNode answer,
            List<String> paths,
            List<Integer> open,
            List<Optional<JsonNode>> answers) {
        TreeMap<String, JsonNode> byId = new TreeMap<>();
        String share = null;
        for (JsonNode response : answer.path("responses")) {
            byId.put(response.path("id").asText(), response);
            String told = header(response, Pace.SHARE_HEADER);
            share = told == null ? share : told;
        }
        if (share != null) {
            client.pace().told(caller, share);
        }
        UpstreamException worst = null;
        for (Integer index : List.copyOf(open)) {
            JsonNode response = byId.get(index.toString());
            int status = response == null ? 0 : response.path("status").asInt();
            JsonNode body = response == null ? null : response.get("body");
            if (status == 404) {
                open.remove(index);
            } else if (status >= 200 && status < 300 && body != null && body.isObject()) {
                answers.set(index, Optional.of(body));
                open.remove(index);
            } else {
                UpstreamException failure = failure(paths.get(index), status, response, body);
                if (!failure.isTransient()) {
                    throw failure;
                }
                if (failure.kind() == UpstreamException.Kind.THROTTLED) {
                    client.pace().refused(caller, failure.retryAfter());
                }
                worst = worst == null || wait(failure).compareTo(wait(worst)) > 0 ? failure : worst;
            }
        }
        return worst;
    }

    private UpstreamException failure(String path, int status, @Nullable JsonNode response, @Nullable JsonNode body) {
        String what = "GET " + path.replaceFirst("\\?.*", "") + " within a batch";
        if (response == null || status < 300) {
            return GraphFailures.interrupted(what, new IOException("No answer in the batch"));
        }
        Duration retryAfter = RetryAfter.parse(header(response, "Retry-After"), clock.instant());
        return GraphFailures.of(what, status, GraphFailures.code(body), header(response, "request-id"), retryAfter);
    }

    private static Duration wait(UpstreamException failure) {
        Duration asked = failure.retryAfter();
        return asked == null ? Duration.ZERO : asked;
    }

    private static @Nullable String header(JsonNode response, String name) {
        for (var header : response.path("headers").properties()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue().asText();
            }
        }
        return null;
    }

    private RequestInformation request(byte[] body) {
        RequestInformation request = new RequestInformation();
        request.httpMethod = HttpMethod.POST;
        request.setUri(URI.create(settings.baseUrl() + "/$batch"));
        request.headers.add("Accept", "application/json");
        request.setStreamContent(new ByteArrayInputStream(body), "application/json");
        return request;
    }

    private static byte[] body(List<String> paths, List<Integer> indexes) {
        ObjectNode batch = GraphClient.JSON.createObjectNode();
        ArrayNode requests = batch.putArray("requests");
        for (Integer index : indexes) {
            requests.addObject()
                    .put("id", index.toString())
                    .put("method", "GET")
                    .put("url", paths.get(index));
        }
        try {
            return GraphClient.JSON.writeValueAsBytes(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

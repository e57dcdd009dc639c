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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to twenty requests in one (JSON batching). A batch succeeds although some of its requests did not: those that were
 * throttled or met a fault are sent again, they alone, within the bounds of {@link RetryBudget}.
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
     * One request of a batch.
     *
     * @param path relative to the version, beginning with a slash, encoded as it should be sent
     * @param body null for none
     * @param isAdvanced an advanced query, which Graph answers from an index and only to those who say that this will do
     */
    record Part(String method, String path, @Nullable JsonNode body, boolean isAdvanced) {

        Part(String method, String path, @Nullable JsonNode body) {
            this(method, path, body, false);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * What was answered to one request.
     *
     * @param failure null for a success; else one that trying again does not mend
     */
    record Result(@Nullable JsonNode body, @Nullable UpstreamException failure) {

        @Override
        public String toString() {
            return "Result[" + (failure == null ? "success" : failure.kind()) + "]";
        }
    }

    /**
     * The answers, in the order of the paths; empty for what does not exist.
     *
     * @param paths of reads, at most twenty
     * @throws UpstreamException the first failure but "does not exist"
     */
    List<Optional<JsonNode>> get(GraphCaller caller, List<String> paths) {
        List<Part> parts =
                paths.stream().map(path -> new Part("GET", path, null)).toList();
        List<Optional<JsonNode>> answers = new ArrayList<>();
        for (Result result : send(caller, parts, () -> {})) {
            UpstreamException failure = result.failure();
            if (failure != null && failure.kind() != UpstreamException.Kind.NOT_FOUND) {
                if (failure.kind() == UpstreamException.Kind.FORBIDDEN) {
                    client.renewToken(caller);
                }
                throw failure;
            }
            answers.add(Optional.ofNullable(result.body()));
        }
        return answers;
    }

    /**
     * The answers to reads or writes, in their order. A write may go out more than once.
     *
     * @param parts at most twenty
     * @param checkpoint called right before each request to Graph
     * @throws UpstreamException when some of them were throttled or met faults until the budget was used up
     */
    List<Result> send(GraphCaller caller, List<Part> parts, Runnable checkpoint) {
        if (parts.size() > MAX_REQUESTS) {
            throw new IllegalArgumentException("A batch holds at most " + MAX_REQUESTS + " requests");
        }
        Map<Integer, Result> settled = new TreeMap<>();
        RetryBudget budget = client.newBudget();
        while (settled.size() < parts.size()) {
            byte[] body = body(parts, settled.keySet());
            JsonNode answer = client.exchange(caller, () -> request(body), GraphClient::readObject, checkpoint);
            UpstreamException worst = take(caller, answer, parts, settled);
            if (worst != null) {
                caller.meter().throttled(budget.waitAfter(worst));
            }
        }
        return List.copyOf(settled.values());
    }

    /**
     * Puts down what is settled.
     *
     * @return of the failures that remain, the one that asks for the longest wait; null when none remains
     */
    private @Nullable UpstreamException take(
            GraphCaller caller, JsonNode answer, List<Part> parts, Map<Integer, Result> settled) {
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
        for (int index = 0; index < parts.size(); index++) {
            if (settled.containsKey(index)) {
                continue;
            }
            Part part = parts.get(index);
            JsonNode response = byId.get(Integer.toString(index));
            int status = response == null ? 0 : response.path("status").asInt();
            JsonNode body = response == null ? null : response.get("body");
            boolean isWhole = !part.method().equals("GET") || (body != null && body.isObject());
            if (status >= 200 && status < 300 && isWhole) {
                settled.put(index, new Result(body, null));
                continue;
            }
            UpstreamException failure = failure(part, status, response, body);
            if (!failure.isTransient()) {
                settled.put(index, new Result(null, failure));
                continue;
            }
            if (failure.kind() == UpstreamException.Kind.THROTTLED) {
                client.pace().refused(caller, failure.retryAfter());
            }
            worst = worst == null || wait(failure).compareTo(wait(worst)) > 0 ? failure : worst;
        }
        return worst;
    }

    private UpstreamException failure(Part part, int status, @Nullable JsonNode response, @Nullable JsonNode body) {
        String what = part.method() + " " + part.path().replaceFirst("\\?.*", "") + " within a batch";
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

    private static byte[] body(List<Part> parts, Set<Integer> without) {
        ObjectNode batch = GraphClient.JSON.createObjectNode();
        ArrayNode requests = batch.putArray("requests");
        for (int index = 0; index < parts.size(); index++) {
            if (without.contains(index)) {
                continue;
            }
            Part part = parts.get(index);
            ObjectNode request = requests.addObject()
                    .put("id", Integer.toString(index))
                    .put("method", part.method())
                    .put("url", part.path());
            if (part.body() != null) {
                request.set("body", part.body());
                request.withObject("/headers").put("Content-Type", "application/json");
            }
            if (part.isAdvanced()) {
                request.withObject("/headers").put("ConsistencyLevel", "eventual");
            }
        }
        try {
            return GraphClient.JSON.writeValueAsBytes(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

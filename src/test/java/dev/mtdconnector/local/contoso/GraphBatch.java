package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * JSON batching. Each request inside goes through the server like any other, with its own count, faults and
 * authorization, and fails by itself; the answers come back in another order.
 */
final class GraphBatch {

    private static final int MOST = 20;

    private final LocalServer server;
    private final Set<Rule> off;

    GraphBatch(LocalServer server, Set<Rule> off) {
        this.server = server;
        this.off = off;
    }

    Answer answer(Request request) {
        if (!request.method().equals("POST")) {
            throw new GraphError(405, "Request_BadRequest", "A batch is sent with POST.");
        }
        List<Request> requests = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (JsonNode one : requests(request)) {
            String id = one.path("id").asText();
            if (id.isEmpty()) {
                throw GraphError.badRequest("Each request of a batch needs an id.");
            }
            ids.add(id);
            requests.add(inner(request, one));
        }
        if (new HashSet<>(ids).size() != ids.size() && !off.contains(Rule.BATCH_IDS)) {
            throw GraphError.badRequest("The ids of the requests of a batch must be unique.");
        }
        List<ObjectNode> answers = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            answers.add(written(ids.get(i), server.dispatch(requests.get(i))));
        }
        if (!off.contains(Rule.BATCH_ORDER)) {
            Collections.reverse(answers);
        }
        ObjectNode body = Json.object();
        body.putArray("responses").addAll(answers);
        return Answer.json(200, body);
    }

    private ArrayNode requests(Request request) {
        JsonNode requests;
        try {
            requests = request.json().path("requests");
        } catch (IOException e) {
            throw GraphError.badRequest("Invalid batch payload format.");
        }
        if (!(requests instanceof ArrayNode array)) {
            throw GraphError.badRequest("Invalid batch payload format.");
        }
        if (array.size() > MOST && !off.contains(Rule.BATCH_LIMIT)) {
            throw GraphError.badRequest("Number of batch request steps exceeds the maximum value of " + MOST + ".");
        }
        return array;
    }

    private static Request inner(Request outer, JsonNode one) {
        String method = one.path("method").asText();
        String url = one.path("url").asText();
        if (method.isEmpty() || url.isEmpty()) {
            throw GraphError.badRequest("Each request of a batch needs a method and a url.");
        }
        if (url.startsWith("http:") || url.startsWith("https:") || url.startsWith("//")) {
            throw GraphError.badRequest("The url of a request in a batch must be relative.");
        }
        if (one.has("dependsOn")) {
            throw GraphError.badRequest("This simulator does not know dependsOn.");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        one.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        String authorization = outer.header("Authorization");
        if (authorization != null) {
            headers.putIfAbsent("Authorization", authorization);
        }
        JsonNode body = one.get("body");
        return new Request(
                method,
                outer.base(),
                "/v1.0" + (url.startsWith("/") ? "" : "/") + url,
                headers,
                body == null ? new byte[0] : Json.bytes(body));
    }

    private static ObjectNode written(String id, Answer answer) {
        ObjectNode written = Json.object().put("id", id).put("status", answer.status());
        ObjectNode headers = written.putObject("headers");
        answer.headers().forEach(headers::put);
        if (answer.body().length == 0) {
            return written;
        }
        try {
            written.set("body", Json.parse(answer.body()));
        } catch (IOException e) {
            written.put("body", Base64.getEncoder().encodeToString(answer.body()));
        }
        return written;
    }
}

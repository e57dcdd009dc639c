package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request that Graph refuses, in Graph's words. */
final class GraphError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    GraphError(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static GraphError badRequest(String message) {
        return new GraphError(400, "BadRequest", message);
    }

    static GraphError unsupported(String message) {
        return new GraphError(400, "Request_UnsupportedQuery", message);
    }

    static GraphError notFound(String id) {
        return new GraphError(
                404,
                "Request_ResourceNotFound",
                "Resource '" + id
                        + "' does not exist or one of its queried reference-property objects are not present.");
    }

    static GraphError noSegment(String segment) {
        return badRequest("Resource not found for the segment '" + segment + "'.");
    }

    /** Adds a header to the answer. */
    GraphError with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    /**
     * The answer.
     *
     * @param date in Graph's form, {@code 2026-11-21T09:00:00}: with a zone the SDK fails to read it
     */
    Answer answer(String date, String requestId, String clientRequestId) {
        Answer answer = body(status, code, String.valueOf(getMessage()), date, requestId, clientRequestId);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.withHeader(header.getKey(), header.getValue());
        }
        return answer;
    }

    static Answer body(int status, String code, String message, String date, String requestId, String clientRequestId) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("code", code)
                .put("message", message)
                .putObject("innerError")
                .put("date", date)
                .put("request-id", requestId)
                .put("client-request-id", clientRequestId);
        return Answer.json(status, body).withHeader("Content-Type", "application/json");
    }
}

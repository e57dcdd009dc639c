package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Requests to the connector and to the simulator, as apps, the feed and administrators send them. */
final class Requests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer; status 0 when there was none. */
    record Answer(int status, JsonNode json) {

        boolean isDone() {
            return status >= 200 && status < 300;
        }

        /** Our side's fault, or nobody's answer: the same may be sent again. */
        boolean isForLater() {
            return status == 0 || status == 429 || status >= 500;
        }

        String code() {
            return json.path("code").asText();
        }
    }

    Answer send(String method, String address, @Nullable String key, @Nullable JsonNode body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(Json.bytes(body)));
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            boolean isJson = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            return new Answer(response.statusCode(), isJson ? Json.parse(response.body()) : Json.object());
        } catch (IOException e) {
            return new Answer(0, Json.object().put("code", String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

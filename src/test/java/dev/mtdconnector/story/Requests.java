package dev.mtdconnector.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.local.LocalWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Plain requests to a world, beside those of the story. */
final class Requests {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final LocalWorld world;

    Requests(LocalWorld world) {
        this.world = world;
    }

    JsonNode control(String path) {
        return json(send(request(world.contoso() + "/control/" + path)));
    }

    JsonNode control(String path, String body) {
        HttpRequest.Builder request = request(world.contoso() + "/control/" + path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return json(send(request));
    }

    void forgetFaults() {
        json(send(request(world.contoso() + "/control/faults").DELETE()));
    }

    JsonNode api(String path, String key) {
        return json(send(request(world.connector() + path).header("Authorization", "Bearer " + key)));
    }

    /** Whatever the answer is. */
    HttpResponse<String> post(String path, String key, String body) {
        return send(request(world.connector() + path)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new AssertionError(
                    response.request().uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

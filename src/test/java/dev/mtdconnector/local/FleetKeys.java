package dev.mtdconnector.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.story.StoryRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The tenant's API key and feed key for a fleet that lives in a world which is kept: of a tenant that it onboards, or, where
 * somebody onboarded it before, made by the operator. They are kept in a file beside the world's own.
 */
record FleetKeys(String apiKey, String feedKey) {

    static final String FILE = "fleet-keys.json";

    private static final String TENANTS = "/api/v1/operator/tenants/9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";

    /** As the story kept them. */
    static FleetKeys of(StoryRunner story) {
        return new FleetKeys(
                String.valueOf(story.values().get("apiKey")),
                String.valueOf(story.values().get("feedKey")));
    }

    /** Those of a world that is kept. */
    static FleetKeys of(LocalWorld world, Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.exists(file)) {
                JsonNode kept = Json.parse(Files.readString(file, StandardCharsets.UTF_8));
                FleetKeys keys = new FleetKeys(
                        kept.path("apiKey").asText(), kept.path("feedKey").asText());
                if (send(world, "GET", "/api/v1/me", keys.apiKey, "").statusCode() == 200) {
                    return keys;
                }
            }
            FleetKeys keys = isOnboarded(world) ? made(world) : onboarded(world);
            Files.writeString(
                    file,
                    Json.text(Json.object().put("apiKey", keys.apiKey).put("feedKey", keys.feedKey)),
                    StandardCharsets.UTF_8);
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOnboarded(LocalWorld world) {
        return send(world, "GET", TENANTS, LocalSettings.OPERATOR_KEY, "").statusCode() == 200;
    }

    private static FleetKeys onboarded(LocalWorld world) {
        StoryRunner story = world.story();
        story.run("onboard", "compliance-rule");
        return of(story);
    }

    private static FleetKeys made(LocalWorld world) {
        return new FleetKeys(made(world, "api"), made(world, "feed"));
    }

    private static String made(LocalWorld world, String kind) {
        HttpResponse<String> answer =
                send(world, "POST", TENANTS + "/keys", LocalSettings.OPERATOR_KEY, "{\"kind\": \"" + kind + "\"}");
        if (answer.statusCode() != 201) {
            throw new LocalWorldException("The fleet gets no key of kind " + kind + ": " + answer.body());
        }
        return Json.parse(answer.body()).path("key").asText();
    }

    private static HttpResponse<String> send(LocalWorld world, String method, String path, String key, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(world.connector() + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalWorldException("Stopped while starting.");
        }
    }
}

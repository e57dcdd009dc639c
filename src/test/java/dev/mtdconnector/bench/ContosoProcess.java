package dev.mtdconnector.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.contoso.GraphConduct;
import dev.mtdconnector.local.contoso.WellKnown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Contoso in a process of its own, without limits of requests, so that what it costs is nobody else's. Ends with the process
 * that started it.
 */
final class ContosoProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READY = "READY ";

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    private ContosoProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** The process itself: how many people, and the file to which its address is written when it answers. */
    public static void main(String[] args) throws IOException {
        ContosoOptions options = ContosoOptions.forTests()
                .withUsers(ContosoOptions.SEED, Integer.parseInt(args[0]))
                .withConduct(GraphConduct.State.START.withThrottling(false, 0, true));
        try (ContosoServer server = ContosoServer.start(options)) {
            server.parts().changes().consent(WellKnown.BASE_CLIENT);
            Files.writeString(Path.of(args[1]), READY + server.address());
            while (System.in.read() >= 0) {
                // Until whoever started this ends.
            }
        }
    }

    /**
     * @param people of whom nine tenths are in the enrollment groups
     */
    static ContosoProcess start(int people) {
        try {
            Path file = Files.createTempFile("bench-contoso", ".txt");
            Process process = Jvm.start(
                    List.of("-Xmx" + (400 + people / 400) + "m", "-Dsun.net.httpserver.nodelay=true"),
                    ContosoProcess.class,
                    List.of(Integer.toString(people), file.toString()));
            String said = Jvm.awaitFile(process, file, READY);
            Files.delete(file);
            return new ContosoProcess(process, URI.create(said.substring(READY.length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So many people that about {@code users} of them are in the enrollment groups, if there are enough to choose from. */
    static int people(int users) {
        return Math.max(ContosoOptions.USERS, (int) Math.round(users / 0.9));
    }

    URI address() {
        return address;
    }

    /** A token of the base registration for Graph that lasts a day. */
    String token() {
        return control("POST", "/control/tokens", """
                {"identity": "base", "audience": "graph", "expiresInSeconds": 86400}
                """).path("access_token").asText();
    }

    void deltaPage(int members) {
        control("POST", "/control/graph", "{\"deltaPage\": " + members + "}");
    }

    void change(String json) {
        control("POST", "/control/changes", json);
    }

    void resetCounts() {
        control("DELETE", "/control/requests", "");
    }

    Count count() {
        long requests = 0;
        long bytes = 0;
        Map<String, Long> byPath = new TreeMap<>();
        for (JsonNode one : control("GET", "/control/requests", "").path("requests")) {
            String path = one.path("template").asText();
            // Contoso counts what is within a batch too; ours asks for one user or device in batches only.
            boolean isWithinBatch = path.startsWith("/v1.0/users/{") || path.startsWith("/v1.0/devices/{");
            if (path.startsWith("/v1.0") && !isWithinBatch) {
                requests += one.path("count").asLong();
                bytes += one.path("responseBytes").asLong();
                byPath.put(path, one.path("count").asLong());
            }
        }
        return new Count(requests, bytes, byPath);
    }

    /** What Graph was asked; those within a batch are one. */
    record Count(long requests, long bytes, Map<String, Long> byPath) {}

    /** How many members a group has, by its id or name. */
    int members(String group) {
        for (JsonNode one : control("GET", "/control/state", "").path("groups")) {
            if (one.path("id").asText().equals(group)
                    || one.path("displayName").asText().equals(group)) {
                return one.path("members").asInt();
            }
        }
        throw new IllegalArgumentException("No group " + group);
    }

    /** The id of a group. */
    String group(String name) {
        for (JsonNode one : control("GET", "/control/state", "").path("groups")) {
            if (one.path("displayName").asText().equals(name)) {
                return one.path("id").asText();
            }
        }
        throw new IllegalArgumentException("No group " + name);
    }

    int devices() {
        return control("GET", "/control/state", "")
                .path("counts")
                .path("devices")
                .asInt();
    }

    private JsonNode control(String method, String path, String body) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(address.resolve(path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                            .header("Content-Type", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
            }
            return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}

package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A plain client of the simulated Mobile Risk API, and of its control API, for tests. */
final class RiskCaller {

    private static final int PATIENCE_SECONDS = 20;

    static final String GRANT = "grant_type=client_credentials";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final RiskBench bench;
    private @Nullable String token;

    RiskCaller(RiskBench bench) {
        this.bench = bench;
    }

    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    record Reply(int status, Optional<String> retryAfter, byte[] body) {

        JsonNode json() throws IOException {
            return Json.parse(body);
        }

        /** Texts at a place in each item of a list. */
        List<String> each(String list, String pointer) throws IOException {
            return items(json().path(list))
                    .map(item -> item.at(pointer).asText())
                    .toList();
        }
    }

    static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    Reply token(@Nullable String key, String form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(bench.address() + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return send(request);
    }

    String token() throws IOException, InterruptedException {
        String known = token;
        if (known == null) {
            known = token(RiskAccess.CONTOSO_KEY, GRANT)
                    .json()
                    .path("access_token")
                    .asText();
            token = known;
        }
        return known;
    }

    /** A GET below the base address with Contoso's token. */
    Reply get(String path) throws IOException, InterruptedException {
        return get(path, token());
    }

    Reply get(String path, @Nullable String bearer) throws IOException, InterruptedException {
        return send(request(path, bearer).GET());
    }

    Reply events(String query) throws IOException, InterruptedException {
        return get("/mra/api/v2/events" + query);
    }

    /** Everything from the beginning, by the cursor of each page, until one is empty. */
    List<String> eventIds(int limit) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        while (true) {
            Reply page = events("?limit=" + limit + cursor);
            List<String> found = page.each("events", "/id");
            if (found.isEmpty()) {
                return ids;
            }
            ids.addAll(found);
            cursor = "&oid=" + page.json().path("last_oid").asText();
        }
    }

    Reply control(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(bench.root() + "/control/risk" + path))
                .POST(BodyPublishers.ofString(body)));
    }

    JsonNode state() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(bench.root() + "/control/risk"))
                        .GET())
                .json();
    }

    Reply delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(bench.root() + "/control/risk" + path))
                .DELETE());
    }

    Listener listen(String query) throws IOException, InterruptedException {
        return listen(query, null);
    }

    Listener listen(String query, @Nullable String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request("/mra/stream/v2/events" + query, token()).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        return new Listener(client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    /** A body that is read as it comes. */
    Listener read(String path) throws IOException, InterruptedException {
        return new Listener(client.send(request(path, token()).build(), BodyHandlers.ofInputStream()));
    }

    private HttpRequest.Builder request(String path, @Nullable String bearer) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(bench.address() + path));
        return bearer == null ? request : request.header("Authorization", "Bearer " + bearer);
    }

    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        return new Reply(answer.statusCode(), answer.headers().firstValue("Retry-After"), answer.body());
    }

    /** An answer that is still being written. */
    static final class Listener implements AutoCloseable {

        private final int status;
        private final InputStream in;

        private Listener(HttpResponse<InputStream> answer) {
            this.status = answer.statusCode();
            this.in = answer.body();
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .execute(this::giveUp);
        }

        /** So that a test which waits in vain fails. */
        private void giveUp() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int status() {
            return status;
        }

        /** The next frame, without the empty line that ends it; null at the end of the stream. */
        @Nullable
        String frame() throws IOException {
            String frame = until("\n\n");
            return frame.endsWith("\n\n") ? frame.substring(0, frame.length() - 2) : null;
        }

        /** The next frame that is no heartbeat. */
        String news() throws IOException {
            while (true) {
                String frame = frame();
                if (frame == null) {
                    throw new IOException("The stream ended");
                }
                if (!frame.startsWith("event:heartbeat")) {
                    return frame;
                }
            }
        }

        /** What comes up to such an end, as ISO 8859-1; less when the body ends before. */
        String until(String end) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                bytes.write(next);
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        /** Counts the bytes up to the end of the body, but not beyond so many. */
        long count(long most) throws IOException {
            byte[] buffer = new byte[64 * 1024];
            long sum = 0;
            int read = in.read(buffer);
            while (read >= 0 && sum < most) {
                sum += read;
                read = in.read(buffer);
            }
            return sum;
        }

        /** The field of a frame; empty when it has none. */
        static String field(String frame, String name) {
            return frame.lines()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst()
                    .orElse("");
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

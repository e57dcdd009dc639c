package dev.mtdconnector.stub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a free loopback port that answers what it was told, in order, and keeps what it was asked. */
public final class StubServer implements AutoCloseable {

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Function<Request, Answer>> answers = new ArrayDeque<>();
    private final List<Request> requests = new ArrayList<>();

    private StubServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public static StubServer http() {
        try {
            return new StubServer(HttpServer.create(address(), 0), "http");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static StubServer https(SSLContext context) {
        try {
            HttpsServer server = HttpsServer.create(address(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return new StubServer(server, "https");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What came in. */
    public record Request(String method, URI uri, Map<String, List<String>> headers, String body) {

        public @Nullable String header(String name) {
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                if (header.getKey().equalsIgnoreCase(name)) {
                    return String.join(", ", header.getValue());
                }
            }
            return null;
        }

        public String query() {
            return uri.getQuery() == null ? "" : uri.getQuery();
        }
    }

    /** What goes out. {@code cut} announces more bytes than it sends, then hangs up. */
    public record Answer(int status, Map<String, String> headers, String body, boolean cut) {

        public static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), body, false);
        }

        public Answer with(String name, String value) {
            Map<String, String> all = new java.util.HashMap<>(headers);
            all.put(name, value);
            return new Answer(status, Map.copyOf(all), body, cut);
        }

        public Answer cutShort() {
            return new Answer(status, headers, body, true);
        }
    }

    /** The next answer; when none is left, the last one is given again. */
    public synchronized StubServer then(Function<Request, Answer> answer) {
        answers.add(answer);
        return this;
    }

    public StubServer then(Answer answer) {
        return then(request -> answer);
    }

    public StubServer then(int status, String json) {
        return then(Answer.json(status, json));
    }

    public URI uri() {
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
    }

    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private synchronized Answer next(Request request) {
        requests.add(request);
        Function<Request, Answer> answer = answers.size() > 1 ? answers.remove() : answers.peek();
        return answer == null ? Answer.json(599, "{}") : answer.apply(request);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = next(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    body));
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            boolean empty = bytes.length == 0 && !answer.cut();
            exchange.sendResponseHeaders(answer.status(), empty ? -1 : bytes.length + (answer.cut() ? 100 : 0));
            if (!empty) {
                exchange.getResponseBody().write(bytes);
                exchange.getResponseBody().flush();
            }
        }
    }
}

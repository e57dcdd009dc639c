package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's HTTP side on the loopback addresses: routes, keys, and requests and answers as the platform bends them.
 * Each rule and its source stands in docs/local-world.md.
 */
final class HttpFront implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final long MAX_BODY_BYTES = 100L * 1024 * 1024;
    private static final int NO_BODY = -1;
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+])(:\\d{1,5})?");

    /** What the admin routes do. */
    interface Admin {
        /** Runs a timer or queue function with this input; false when there is none of that name. */
        boolean run(String function, String input);
    }

    private record Route(FunctionDeclaration function, FunctionDeclaration.Http trigger, RouteTemplate template) {}

    private record Match(Route route, Map<String, String> values) {}

    private final List<Route> routes = new ArrayList<>();
    private final Invocations invocations;
    private final Admin admin;
    private final String key;
    private final HttpServer server;
    private final int port;
    private final ExecutorService threads;
    private final Phaser inFlight = new Phaser(1);

    HttpFront(
            int port,
            String prefix,
            List<FunctionDeclaration> functions,
            Invocations invocations,
            Admin admin,
            String key)
            throws IOException {
        for (FunctionDeclaration function : functions) {
            if (function.trigger() instanceof FunctionDeclaration.Http trigger) {
                String template = prefix.isEmpty() ? trigger.route() : prefix + "/" + trigger.route();
                routes.add(new Route(function, trigger, RouteTemplate.parse(template)));
            }
        }
        this.invocations = invocations;
        this.admin = admin;
        this.key = key;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        this.port = server.getAddress().getPort();
        this.threads = Executors.newCachedThreadPool(new NamedThreads("host-http"));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    void start() {
        server.start();
    }

    int port() {
        return port;
    }

    private void handle(HttpExchange exchange) throws IOException {
        inFlight.register();
        try (exchange) {
            long length = contentLength(exchange);
            if (length > MAX_BODY_BYTES) {
                send(exchange, 413, Map.of(), null);
                return;
            }
            List<String> path = segments(exchange.getRequestURI().getRawPath());
            String first = path.isEmpty() ? "" : path.get(0).toLowerCase(Locale.ROOT);
            if (first.equals("admin") || first.equals("runtime")) {
                send(exchange, adminStatus(exchange, path), Map.of(), null);
                return;
            }
            Match match = match(exchange.getRequestMethod(), path);
            if (match == null) {
                send(exchange, path.isEmpty() ? 204 : 404, Map.of(), null);
            } else if (!authorized(exchange, match.route().trigger().level())) {
                send(exchange, 401, Map.of(), null);
            } else {
                run(exchange, match, length);
            }
        } catch (RuntimeException e) {
            LOG.error("{} {} was not answered", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        } finally {
            inFlight.arriveAndDeregister();
        }
    }

    private @Nullable Match match(String method, List<String> path) {
        for (Route route : routes) {
            List<HttpMethod> methods = route.trigger().methods();
            if (methods.isEmpty()
                    || methods.stream().anyMatch(allowed -> allowed.name().equals(method))) {
                Optional<Map<String, String>> values = route.template().match(path);
                if (values.isPresent()) {
                    return new Match(route, values.get());
                }
            }
        }
        return null;
    }

    private void run(HttpExchange exchange, Match match, long length) throws IOException {
        URI uri = uri(exchange);
        if (uri == null) {
            send(exchange, 400, Map.of(), null);
            return;
        }
        Headers headers = exchange.getRequestHeaders();
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        if (bytes.length > 0 && length > 0 && isBinary(headers.getFirst("Content-Type"))) {
            LOG.warn(
                    "{} takes text; the platform gives it bytes for this media type",
                    match.route().function().name());
            send(exchange, 500, Map.of(), null);
            return;
        }
        // The length is unknown when a body is sent in chunks: the platform then hands over none.
        Optional<String> body = length > 0 ? Optional.of(new String(bytes, StandardCharsets.UTF_8)) : Optional.empty();
        HttpMessages.Request request = new HttpMessages.Request(
                uri,
                HttpMethod.value(exchange.getRequestMethod()),
                singleValued(headers),
                query(exchange.getRequestURI().getRawQuery()),
                body);
        Invocations.Outcome outcome = invocations.run(match.route().function(), request, match.values());
        if (outcome.failure() != null) {
            send(exchange, 500, Map.of(), null);
        } else if (outcome.value() instanceof HttpMessages.Answer answer) {
            send(exchange, answer.getStatusCode(), answer.headers(), answer.getBody());
        } else if (outcome.value() == null) {
            send(exchange, 204, Map.of(), null);
        } else {
            LOG.error(
                    "{} answered with a message that is not the worker's",
                    match.route().function().name());
            send(exchange, 500, Map.of(), null);
        }
    }

    private int adminStatus(HttpExchange exchange, List<String> path) throws IOException {
        boolean run = exchange.getRequestMethod().equals("POST")
                && path.size() == 3
                && path.get(0).equalsIgnoreCase("admin")
                && path.get(1).equalsIgnoreCase("functions");
        if (!run) {
            return 404;
        }
        Optional<String> input = AdminBody.input(exchange.getRequestBody().readAllBytes());
        if (input.isEmpty()) {
            return 400;
        }
        return admin.run(path.get(2), input.get()) ? 202 : 404;
    }

    private boolean authorized(HttpExchange exchange, AuthorizationLevel level) {
        String code = query(exchange.getRequestURI().getRawQuery()).get("code");
        return level == AuthorizationLevel.ANONYMOUS
                || key.equals(exchange.getRequestHeaders().getFirst("x-functions-key"))
                || key.equals(code);
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> headers, @Nullable Object body)
            throws IOException {
        Headers out = exchange.getResponseHeaders();
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Transfer-Encoding")) {
                out.set(name, value);
            }
        });
        byte[] bytes = body instanceof byte[] raw
                ? raw
                : body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && !out.containsKey("Content-Type")) {
            out.set("Content-Type", body instanceof byte[] ? "application/octet-stream" : "text/plain; charset=utf-8");
        }
        boolean bodyAllowed = status >= 200 && status != 204 && status != 304;
        if (exchange.getRequestMethod().equals("HEAD") || !bodyAllowed || bytes.length == 0) {
            if (bodyAllowed && bytes.length > 0) {
                out.set("Content-Length", Integer.toString(bytes.length));
            }
            exchange.sendResponseHeaders(status, NO_BODY);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream stream = exchange.getResponseBody()) {
            stream.write(bytes);
        }
    }

    private static long contentLength(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
        return length == null || chunked ? 0 : Long.parseLong(length.strip());
    }

    private static boolean isBinary(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        return type.startsWith("application/octet-stream") || type.startsWith("multipart/");
    }

    /** The address as the client wrote it; null when its host is none, which the platform refuses. */
    private static @Nullable URI uri(HttpExchange exchange) {
        URI target = exchange.getRequestURI();
        if (target.isAbsolute()) {
            return target;
        }
        String host = exchange.getRequestHeaders().getFirst("Host");
        String authority =
                host == null ? "localhost:" + exchange.getLocalAddress().getPort() : host;
        return HOST.matcher(authority).matches() ? URI.create("http://" + authority + target) : null;
    }

    private static Map<String, String> singleValued(Headers headers) {
        Map<String, String> single = new LinkedHashMap<>();
        headers.forEach((name, values) -> single.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return single;
    }

    private static Map<String, String> query(@Nullable String rawQuery) {
        Map<String, String> merged = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!name.isEmpty()) {
                merged.merge(name, value, (before, more) -> before + "," + more);
            }
        }
        merged.values().removeIf(String::isEmpty);
        return new LinkedHashMap<>(merged);
    }

    private static List<String> segments(String rawPath) {
        String path = rawPath.startsWith("/") ? rawPath.substring(1) : rawPath;
        // A plus is a plus in a path; split drops what slashes at the end make.
        return path.isEmpty()
                ? List.of()
                : Arrays.stream(path.split("/"))
                        .map(segment -> decode(segment.replace("+", "%2B")))
                        .toList();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Waits for the answers under way, then stops. */
    @Override
    public void close() {
        inFlight.arriveAndDeregister();
        if (!Waiting.until(inFlight::isTerminated, Waiting.GRACE)) {
            LOG.warn("Requests are still running; they are cut off");
        }
        server.stop(0);
        threads.shutdownNow();
    }
}

package dev.mtdconnector.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on the loopback address.
 *
 * <p>Routes are tried in the order of their registration. Every request is counted and may meet a fault (see
 * {@link Traffic}). Set {@code -Dsun.net.httpserver.nodelay=true} before the first server starts: without it JDK 17
 * takes 40 ms for each answer.
 */
public final class LocalServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
    private static final int THREADS = 32;

    private final HttpServer server;
    private final URI address;
    private final Traffic traffic;
    private final ExecutorService threads;
    private final ExecutorService streams;
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private final Map<String, FaultBody> faultBodies = new ConcurrentHashMap<>();
    private volatile FaultBody faultBody =
            (request, status, code) -> Answer.json(status, Json.object().put("error", "injected fault"));

    private LocalServer(HttpServer server, String scheme, Traffic traffic) {
        this.server = server;
        this.traffic = traffic;
        this.address = URI.create(scheme + "://localhost:" + server.getAddress().getPort());
        this.threads = Executors.newFixedThreadPool(THREADS, named("local-" + address.getPort()));
        this.streams = Executors.newCachedThreadPool(named("stream-" + address.getPort()));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    /**
     * Binds a plain server; it answers after {@link #start()}.
     *
     * @param port 0 for a free one
     * @throws IOException when the port is taken
     */
    public static LocalServer http(int port, Traffic traffic) throws IOException {
        return new LocalServer(HttpServer.create(loopback(port), 0), "http", traffic);
    }

    /** As {@link #http(int, Traffic)}, over TLS. */
    public static LocalServer https(int port, SSLContext tls, Traffic traffic) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new LocalServer(server, "https", traffic);
    }

    /**
     * Adds a route.
     *
     * @param template a path whose segments may be {@code {name}}; a last {@code {name...}} takes all that follows
     */
    public LocalServer route(String method, String template, Handler handler) {
        routes.add(new Route(method, template, List.of(template.substring(1).split("/", -1)), handler));
        return this;
    }

    /** How an answer looks whose status a fault dictates. */
    @FunctionalInterface
    public interface FaultBody {
        /** The answer; {@code code} is the error code that the fault dictates, null when it does not. */
        Answer of(Request request, int status, @Nullable String code);
    }

    /** Says how an answer looks whose status a fault dictates. */
    public LocalServer faultBody(FaultBody body) {
        faultBody = body;
        return this;
    }

    /** The same for the paths that begin so, whatever is said for the others. */
    public LocalServer faultBody(String prefix, FaultBody body) {
        faultBodies.put(prefix, body);
        return this;
    }

    public LocalServer start() {
        server.start();
        return this;
    }

    /** {@code http://localhost:port}, without a slash at the end. */
    public URI address() {
        return address;
    }

    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        streams.shutdownNow();
    }

    /**
     * Handles a request that came inside another one (a batch): counted and subject to faults like any other. A
     * connection cannot be dropped here, so such a fault answers 504.
     */
    public Answer dispatch(Request request) {
        Fault fault = traffic.take(request.method(), request.path(), request.queryText());
        Outcome outcome = outcome(request, fault);
        Answer answer = outcome.dropped() ? faultBodyOf(request, 504, null) : outcome.answer();
        traffic.count(request.method(), outcome.template(), request.body().length, answer.body().length);
        return answer;
    }

    private void serve(HttpExchange exchange) throws IOException {
        boolean handedOver = false;
        try {
            Request request = new Request(
                    exchange.getRequestMethod(),
                    base(exchange),
                    exchange.getRequestURI().toString(),
                    joined(exchange),
                    exchange.getRequestBody().readAllBytes());
            Fault fault = traffic.take(request.method(), request.path(), request.queryText());
            Outcome outcome = outcome(request, fault);
            Answer answer = outcome.answer();
            int whole = outcome.dropped() ? 0 : answer.body().length;
            Integer cut = fault == null ? null : fault.cutBodyAfterBytes();
            int sent = cut == null ? whole : Math.min(cut, whole);
            traffic.count(request.method(), outcome.template(), request.body().length, sent);
            if (outcome.dropped()) {
                return;
            }
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            Answer.Stream stream = answer.stream();
            if (stream != null) {
                exchange.sendResponseHeaders(answer.status(), 0);
                streams.execute(() -> stream(exchange, stream, cut));
                handedOver = true;
                return;
            }
            boolean bodiless = whole == 0 || request.method().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : whole);
            if (!bodiless) {
                OutputStream out = exchange.getResponseBody();
                long between = cut == null || fault == null ? 0 : fault.delayMillis();
                for (int i = 0; between > 0 && i < sent; i++) {
                    pause(between);
                    out.write(answer.body(), i, 1);
                    out.flush();
                }
                if (between == 0) {
                    out.write(answer.body(), 0, sent);
                    out.flush();
                }
            }
        } finally {
            if (!handedOver) {
                exchange.close();
            }
        }
    }

    private static void stream(HttpExchange exchange, Answer.Stream stream, @Nullable Integer cut) {
        try (exchange) {
            OutputStream out = exchange.getResponseBody();
            out.flush(); // A JDK after 17 keeps the header back until the first byte, and an idle stream has none.
            stream.write(cut == null ? out : new CutStream(out, cut));
        } catch (IOException e) {
            LOG.debug("{} ended before its body did", exchange.getRequestURI().getPath(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Outcome outcome(Request request, @Nullable Fault fault) {
        if (fault == null) {
            return answered(request);
        }
        if (fault.delayMillis() > 0 && fault.cutBodyAfterBytes() == null) {
            pause(fault.delayMillis());
        }
        boolean replaced = fault.status() != null || fault.dropConnection();
        String template = template(request);
        if (replaced && !fault.afterEffect()) {
            return new Outcome(faultAnswer(request, fault), template, fault.dropConnection());
        }
        Outcome real = answered(request);
        if (replaced) {
            return new Outcome(faultAnswer(request, fault), real.template(), fault.dropConnection());
        }
        Answer answer = fault.emptyPage() ? emptied(request, real.answer()) : real.answer();
        if (fault.nextLink() != null) {
            answer = led(answer, fault.nextLink().equals("self") ? request.url() : fault.nextLink());
        }
        return new Outcome(answer, real.template(), false);
    }

    private Answer faultAnswer(Request request, Fault fault) {
        Answer answer = faultBodyOf(request, fault.status() == null ? 503 : fault.status(), fault.code());
        Integer retryAfter = fault.retryAfterSeconds();
        return retryAfter == null ? answer : answer.withHeader("Retry-After", retryAfter.toString());
    }

    private Answer faultBodyOf(Request request, int status, @Nullable String code) {
        for (Map.Entry<String, FaultBody> own : faultBodies.entrySet()) {
            if (request.path().startsWith(own.getKey())) {
                return own.getValue().of(request, status, code);
            }
        }
        return faultBody.of(request, status, code);
    }

    private static Answer emptied(Request request, Answer answer) {
        try {
            JsonNode body = Json.parse(answer.body());
            if (body instanceof ObjectNode page && page.path("value").isArray()) {
                page.putArray("value");
                page.remove("@odata.deltaLink");
                page.put("@odata.nextLink", request.url());
                return answer.withBody(Json.bytes(page));
            }
            return answer;
        } catch (IOException e) {
            return answer;
        }
    }

    /** A page that leads somewhere else. */
    private static Answer led(Answer answer, String link) {
        try {
            if (Json.parse(answer.body()) instanceof ObjectNode page
                    && page.path("value").isArray()) {
                page.remove("@odata.deltaLink");
                return answer.withBody(Json.bytes(page.put("@odata.nextLink", link)));
            }
            return answer;
        } catch (IOException e) {
            return answer;
        }
    }

    private Outcome answered(Request request) {
        String template = request.path();
        try {
            boolean pathKnown = false;
            for (Route route : routes) {
                Map<String, String> captured = route.match(request.segments());
                if (captured == null) {
                    continue;
                }
                pathKnown = true;
                if (!route.method().equals(request.method())) {
                    continue;
                }
                template = route.template();
                return counted(route.handler().handle(request.with(captured)), template);
            }
            ObjectNode body = Json.object().put("error", pathKnown ? "method not allowed" : "not found");
            return new Outcome(Answer.json(pathKnown ? 405 : 404, body), template, false);
        } catch (Refusal refusal) {
            return counted(refusal.answer(), template);
        } catch (Exception e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return new Outcome(Answer.json(500, Json.object().put("error", e.toString())), template, false);
        }
    }

    private String template(Request request) {
        for (Route route : routes) {
            if (route.method().equals(request.method()) && route.match(request.segments()) != null) {
                return route.template();
            }
        }
        return request.path();
    }

    private static Outcome counted(Answer answer, String template) {
        return new Outcome(answer, answer.template() == null ? template : answer.template(), false);
    }

    private URI base(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        return host == null ? address : URI.create(address.getScheme() + "://" + host);
    }

    private static Map<String, String> joined(HttpExchange exchange) {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
        return headers;
    }

    /** Real time on the wire, for a stream that is slow or silent on purpose. */
    public static void holdBack(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private record Outcome(Answer answer, String template, boolean dropped) {}

    private record Route(String method, String template, List<String> parts, Handler handler) {

        @Nullable
        Map<String, String> match(List<String> segments) {
            Map<String, String> captured = new LinkedHashMap<>();
            int i = 0;
            for (String part : parts) {
                if (part.endsWith("...}")) {
                    captured.put(
                            part.substring(1, part.length() - 4),
                            String.join("/", segments.subList(Math.min(i, segments.size()), segments.size())));
                    return captured;
                }
                if (part.isEmpty() && segments.isEmpty()) {
                    return captured;
                }
                if (i >= segments.size()) {
                    return null;
                }
                if (part.startsWith("{")) {
                    captured.put(part.substring(1, part.length() - 1), segments.get(i));
                } else if (!part.equals(segments.get(i))) {
                    return null;
                }
                i++;
            }
            return i == segments.size() ? captured : null;
        }
    }
}

package dev.mtdconnector.graph;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.graph.core.requests.GraphClientFactory;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.HttpMethod;
import com.microsoft.kiota.NativeResponseHandler;
import com.microsoft.kiota.RequestInformation;
import com.microsoft.kiota.RequestOption;
import com.microsoft.kiota.ResponseHandlerOption;
import com.microsoft.kiota.http.middleware.RedirectHandler;
import com.microsoft.kiota.http.middleware.RetryHandler;
import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.health.AnswerTimes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * The one class that sends requests to Microsoft Graph; safe for many threads.
 *
 * <p>The SDK's request builders, from {@link #requests()}, only describe requests. Sending is here: in a tenant's name,
 * to Graph's host and no other, without following redirects, with our own bounded retries in place of the SDK's (which
 * block the thread for as long as the service says), and streamed, so that a page is never in memory twice. Everything
 * that is sent may be sent again: reads, and writes that come to the same when repeated.
 *
 * <p>The SDK hands over its raw answer: its error mapping needs a JSON body, and loses status and headers of an error
 * page that a proxy put in between.
 */
public final class GraphClient {

    static final ObjectMapper JSON = new ObjectMapper();

    /** Pages of one collection; ten million objects at the usual page size. */
    static final int MAX_PAGES = 10_000;

    /** Bytes of one answer: 999 objects of a directory are some hundred kilobytes. */
    private static final long MAX_ANSWER = 32L << 20;

    private static final long MAX_ERROR = 64L << 10;

    /** From the first byte sent to the last one read: an answer that only drips holds its worker no longer. */
    public static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    private static final String CONSISTENCY_LEVEL = "ConsistencyLevel";

    /** A request with this header is for somebody who waits: it does not take its turn behind those of jobs. */
    static final String PRIORITY = "x-ms-throttle-priority";

    private final GraphSettings settings;
    private final GraphAuthentication authentication;
    private final GraphServiceClient sdk;
    private final Clock clock;
    private final Supplier<RetryBudget> budgets;
    private final Pace pace;
    private final WritePace writePace;
    private final AnswerTimes times;

    public GraphClient(
            GraphSettings settings, AccessTokens tokens, Clock clock, Sleeper sleeper, RandomGenerator random) {
        this(settings, tokens, clock, sleeper, random, CALL_TIMEOUT);
    }

    /**
     * @param callTimeout for one request and its whole answer
     */
    public GraphClient(
            GraphSettings settings,
            AccessTokens tokens,
            Clock clock,
            Sleeper sleeper,
            RandomGenerator random,
            Duration callTimeout) {
        this(settings, tokens, clock, sleeper, random, callTimeout, new AnswerTimes());
    }

    /**
     * The same.
     *
     * @param times remembers Graph's last answer
     */
    public GraphClient(
            GraphSettings settings,
            AccessTokens tokens,
            Clock clock,
            Sleeper sleeper,
            RandomGenerator random,
            Duration callTimeout,
            AnswerTimes times) {
        this.times = times;
        this.settings = settings;
        this.authentication = new GraphAuthentication(settings, tokens);
        this.sdk = new GraphServiceClient(authentication, httpClient(callTimeout));
        this.sdk.getRequestAdapter().setBaseUrl(settings.baseUrl());
        this.clock = clock;
        this.budgets = () -> new RetryBudget(clock, sleeper, random);
        this.pace = new Pace(clock, sleeper);
        this.writePace = new WritePace(clock, sleeper);
    }

    private static OkHttpClient httpClient(Duration callTimeout) {
        OkHttpClient.Builder builder = GraphClientFactory.create(GraphServiceClient.getGraphClientOptions());
        builder.interceptors().removeIf(i -> i instanceof RetryHandler || i instanceof RedirectHandler);
        return builder.followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofSeconds(30))
                .writeTimeout(Duration.ofSeconds(30))
                .callTimeout(callTimeout)
                .build();
    }

    /** The SDK's request builders: for describing requests, not for sending them. */
    GraphServiceClient requests() {
        return sdk;
    }

    /** A GET for which the SDK has no builder; {@code path} begins with a slash and is encoded as it should be sent. */
    RequestInformation get(String path) {
        return get(URI.create(settings.baseUrl() + path));
    }

    RetryBudget newBudget() {
        return budgets.get();
    }

    Pace pace() {
        return pace;
    }

    WritePace writePace() {
        return writePace;
    }

    Clock clock() {
        return clock;
    }

    GraphSettings settings() {
        return settings;
    }

    /** The object that a request asks for. */
    JsonNode object(GraphCaller caller, RequestInformation request) {
        return exchange(caller, () -> request, GraphClient::readObject);
    }

    /**
     * All objects of a collection, page by page. A page is handed on when it has arrived as a whole, so no object is
     * handed on twice because a connection broke.
     */
    void collection(GraphCaller caller, RequestInformation first, Consumer<JsonNode> consumer) {
        RequestInformation request = first;
        String previous = null;
        for (int pages = 0; pages < MAX_PAGES; pages++) {
            RequestInformation current = request;
            Page page = exchange(caller, () -> current, GraphClient::readPage);
            page.items().forEach(consumer);
            String next = page.nextLink();
            if (next == null) {
                return;
            }
            if (next.equals(previous)) {
                throw GraphFailures.refused("Graph answered a page with a link to that same page");
            }
            previous = next;
            request = following(next);
            Set<String> level = first.headers.get(CONSISTENCY_LEVEL);
            if (level != null) {
                request.headers.put(CONSISTENCY_LEVEL, level); // wanted with every page, and not part of the link
            }
        }
        throw GraphFailures.refused("A collection of Graph has no end after " + MAX_PAGES + " pages");
    }

    /** The same for the link of a delta query, of which Graph says in more than one way that it is too old. */
    RequestInformation followingDelta(String link) {
        RequestInformation request = following(link);
        request.addRequestOptions(List.of(new DeltaLink()));
        return request;
    }

    /**
     * Looks at a link that is to be kept and followed another day.
     *
     * @throws UpstreamException of kind REFUSED when it leads away from Graph
     */
    void checkLeadsToGraph(String link) {
        authentication.checkIsOurs(following(link));
    }

    /** The request for a {@code nextLink}. Its host is looked at when it is sent. */
    RequestInformation following(String nextLink) {
        try {
            return get(new URI(nextLink));
        } catch (URISyntaxException e) {
            throw GraphFailures.refused("Graph answered a next link that is no address");
        }
    }

    /**
     * Sends, until there is an answer or no sense in trying again.
     *
     * @param request makes the request anew for each try, if its body can be read only once
     * @throws UpstreamException of service GRAPH, or LOGIN when there is no token
     */
    <T> T exchange(GraphCaller caller, Supplier<RequestInformation> request, AnswerReader<T> reader) {
        return exchange(caller, request, reader, () -> {});
    }

    /**
     * The same.
     *
     * @param checkpoint called after every wait, right before the request goes out: it may refuse to let it
     */
    <T> T exchange(
            GraphCaller caller, Supplier<RequestInformation> request, AnswerReader<T> reader, Runnable checkpoint) {
        RetryBudget budget = budgets.get();
        boolean tokenRenewed = false;
        while (true) {
            RequestInformation sent = request.get();
            if (!sent.headers.containsKey(PRIORITY)) {
                caller.meter().throttled(pace.await(caller));
            }
            checkpoint.run();
            caller.meter().request();
            try (Response response = send(caller, sent)) {
                pace.told(caller, response.header(Pace.SHARE_HEADER));
                if (response.code() == 401 && !tokenRenewed) {
                    tokenRenewed = true;
                    authentication.drop(caller, response.request().header("Authorization"));
                    continue;
                }
                if (response.code() == 403) {
                    // It may be of before a role was granted; the next request gets a new one.
                    authentication.drop(caller, response.request().header("Authorization"));
                }
                return read(response, reader);
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.THROTTLED) {
                    pace.refused(caller, e.retryAfter());
                }
                caller.meter().throttled(budget.waitAfter(e));
            }
        }
    }

    /** Has the next request of this caller set out with a new token. */
    void renewToken(GraphCaller caller) {
        authentication.renew(caller);
    }

    private Response send(GraphCaller caller, RequestInformation request) {
        NativeResponseHandler raw = new NativeResponseHandler();
        ResponseHandlerOption option = new ResponseHandlerOption();
        option.setResponseHandler(raw);
        request.addRequestOptions(List.of(caller, option));
        Instant begun = clock.instant();
        try {
            sdk.getRequestAdapter().sendPrimitive(request, null, InputStream.class);
        } catch (UpstreamException e) {
            throw e;
        } catch (RuntimeException e) {
            if (e.getCause() instanceof IOException cause) {
                throw GraphFailures.interrupted(inWords(request), cause);
            }
            throw e;
        }
        if (raw.getValue() instanceof Response response) {
            Instant now = clock.instant();
            times.answered(new AnswerTimes.Answered(
                    now, Duration.between(begun, now), ServiceProbes.date(response.header("Date"))));
            return response;
        }
        throw new IllegalStateException("The SDK gave no answer");
    }

    private <T> T read(Response response, AnswerReader<T> reader) {
        String what =
                response.request().method() + " " + response.request().url().encodedPath();
        try (ResponseBody body = response.body()) {
            if (body == null) {
                throw GraphFailures.refused("Graph answered nothing to " + what);
            }
            if (response.isSuccessful()) {
                return reader.read(new LimitedInputStream(body.byteStream(), MAX_ANSWER));
            }
            String code = GraphFailures.code(errorBody(body));
            boolean isTooOld = response.request().tag(DeltaLink.class) != null && GraphFailures.isUnsupported(code);
            throw GraphFailures.of(
                    what,
                    isTooOld ? 410 : response.code(),
                    code,
                    response.header("request-id"),
                    RetryAfter.parse(response.header("Retry-After"), clock.instant()));
        } catch (IOException e) {
            throw GraphFailures.interrupted(what, e);
        }
    }

    private static @Nullable JsonNode errorBody(ResponseBody body) {
        try {
            return JSON.readTree(new LimitedInputStream(body.byteStream(), MAX_ERROR));
        } catch (IOException | UpstreamException e) {
            return null; // the status says enough
        }
    }

    static JsonNode readObject(InputStream body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            JsonNode node = JSON.readTree(parser);
            if (node == null || !node.isObject()) {
                throw GraphFailures.refused("Graph answered something that is no object");
            }
            return node;
        }
    }

    /** A page of a collection: {@code value} and {@code @odata.nextLink}, in whatever order. */
    static Page readPage(InputStream body) throws IOException {
        List<JsonNode> items = null;
        String nextLink = null;
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw GraphFailures.refused("Graph answered something that is no page");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("value") && token == JsonToken.START_ARRAY) {
                    items = new ArrayList<>();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        items.add(JSON.readTree(parser));
                    }
                } else if (name.equals("@odata.nextLink") && token == JsonToken.VALUE_STRING) {
                    nextLink = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("The page ends early");
            }
        }
        if (items == null) {
            throw GraphFailures.refused("Graph answered a page without a value");
        }
        return new Page(items, nextLink);
    }

    private static RequestInformation get(URI uri) {
        RequestInformation request = new RequestInformation();
        request.httpMethod = HttpMethod.GET;
        request.setUri(uri);
        request.headers.add("Accept", "application/json");
        return request;
    }

    private static String inWords(RequestInformation request) {
        try {
            return request.httpMethod + " " + request.getUri().getRawPath();
        } catch (URISyntaxException | IllegalStateException e) {
            return String.valueOf(request.httpMethod);
        }
    }

    /** Reads the body of a success. */
    @FunctionalInterface
    interface AnswerReader<T> {
        T read(InputStream body) throws IOException;
    }

    /** Marks a request whose address is the link of a delta query. */
    private record DeltaLink() implements RequestOption {

        @Override
        @SuppressWarnings("unchecked") // the SDK's signature: the option's own class
        public <T extends RequestOption> Class<T> getType() {
            return (Class<T>) DeltaLink.class;
        }
    }

    /** One page. */
    record Page(List<JsonNode> items, @Nullable String nextLink) {}
}

package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Handler;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Mobile Risk API v2 over HTTP below {@link #BASE}, for two customers of the vendor: Contoso, whose feed is
 * {@link #feed()}, and Fabrikam, {@link #otherFeed()}. Faults are set at {@link #faults()}, keys at {@link #access()}.
 */
public final class RiskService implements Routes {

    /** The path below which everything lies, on whatever server. */
    public static final String BASE = "/mobile-risk";

    /** The vendor's GUID of Contoso. */
    public static final String CONTOSO = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";

    /** The vendor's GUID of the other customer. */
    public static final String FABRIKAM = "ba452537-0aa3-4e14-b0aa-7669165a0b16";

    /** The vendor's GUID of a customer who has no key here. */
    static final String FOREIGN = "82648f9f-5f97-4460-b317-2d1bb971d2d9";

    /** How often the stream says that it lives, in real time. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(5);

    static final int HUGE = 100 * 1024 * 1024;

    private static final int DEFAULT_LIMIT = 100;
    private static final int DRIP_MILLIS = 50;

    private final RiskFeed feed;
    private final RiskFeed other;
    private final RiskFaults faults = new RiskFaults();
    private final RiskErrors errors;
    private final RiskAccess access;
    private final RiskReads reads;
    private final RiskStream stream;
    private final Clock clock;
    private final Set<RiskRule> off;
    private long windowStart;
    private int inWindow;

    /** As {@link #RiskService(Clock, Journal, Duration, Set)}, with every rule kept and the documented heartbeat. */
    public RiskService(Clock clock, @Nullable Journal journal) {
        this(clock, journal, HEARTBEAT, Set.of());
    }

    /**
     * The vendor.
     *
     * @param journal remembers feeds and keys; null to forget when the process ends
     * @param heartbeat of the stream, in real time whatever the clock says
     * @param off rules that are not kept
     */
    public RiskService(Clock clock, @Nullable Journal journal, Duration heartbeat, Set<RiskRule> off) {
        this.clock = clock;
        this.off = Set.copyOf(off);
        this.feed = new RiskFeed(CONTOSO, clock, journal, off);
        this.other = new RiskFeed(FABRIKAM, clock, journal, off);
        this.errors = new RiskErrors(this.off);
        this.access = new RiskAccess(Map.of(CONTOSO, feed, FABRIKAM, other), clock, journal, errors, faults, this.off);
        access.create(RiskAccess.CONTOSO_KEY, CONTOSO);
        access.create(RiskAccess.FABRIKAM_KEY, FABRIKAM);
        this.reads = new RiskReads(errors, this.off);
        this.stream = new RiskStream(faults, heartbeat, this.off);
    }

    /** Contoso's feed. */
    public RiskFeed feed() {
        return feed;
    }

    /** The feed of another customer of the vendor. */
    public RiskFeed otherFeed() {
        return other;
    }

    public RiskFaults faults() {
        return faults;
    }

    public RiskAccess access() {
        return access;
    }

    @Override
    public void register(LocalServer server) {
        server.faultBody(BASE + "/", (request, status, code) -> errors.answer(status, code == null ? "error" : code));
        server.route("POST", BASE + "/oauth2/token", paced(access::token))
                .route("GET", BASE + "/mra/api/v2/events", paced(this::events))
                .route("GET", BASE + "/mra/stream/v2/events", paced(this::stream))
                .route("GET", BASE + "/mra/api/v2/devices", paced(request -> reads.devices(request, feed(request))))
                .route("GET", BASE + "/mra/api/v2/device", paced(request -> reads.device(request, feed(request))))
                .route("GET", BASE + "/mra/api/v2/threats", paced(request -> reads.threats(request, feed(request))))
                .route("GET", BASE + "/mra/api/v2/threat", paced(request -> reads.threat(request, feed(request))))
                .route(
                        "GET",
                        BASE + "/mra/api/v2/smishing-alerts",
                        paced(request -> reads.alerts(request, feed(request))));
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
            server.route(method, BASE + "/{rest...}", request -> errors.answer(404, "not found"));
        }
    }

    private RiskFeed feed(Request request) {
        return access.feed(request);
    }

    private Handler paced(Handler handler) {
        return request -> isTooMuch() ? tooMuch() : handler.handle(request);
    }

    private synchronized boolean isTooMuch() {
        int most = faults.paceRequests();
        if (most == 0) {
            return false;
        }
        long window = clock.millis() / 1000 / faults.paceSeconds();
        if (window != windowStart) {
            windowStart = window;
            inWindow = 0;
        }
        inWindow++;
        return inWindow > most;
    }

    private Answer tooMuch() {
        Answer answer = errors.answer(429, "too many requests");
        return faults.tellsRetryAfter()
                ? answer.withHeader("Retry-After", Integer.toString(faults.paceSeconds()))
                : answer;
    }

    private Answer events(Request request) {
        RiskFeed of = feed(request);
        RiskQuery query = new RiskQuery(request, Set.of("types", "start_time", "oid", "limit"), errors, off);
        Set<String> types = query.types("types");
        int limit = query.limit(1, DEFAULT_LIMIT, RiskRule.EVENTS_LIMIT);
        String cursor = cursor(query, "oid", query.id("oid"));
        List<RiskEvent> found =
                faults.take(RiskFault.SILENCE) ? List.of() : of.after(start(cursor, query), types, limit);
        String last = found.isEmpty() ? cursor : found.get(found.size() - 1).id();
        if (!found.isEmpty() && faults.take(RiskFault.CURSOR_STUCK)) {
            last = cursor == null ? RiskIds.floor(found.get(0).at()) : cursor;
        }
        if (off.contains(RiskRule.EVENTS_OLDEST_FIRST)) {
            found = found.stream().sorted((a, b) -> b.id().compareTo(a.id())).toList();
        }
        byte[] array = new RiskPage(of, faults).array(found);
        ObjectNode rest = Json.object().put("count", found.size()).put("last_oid", last);
        byte[] tail = Json.bytes(rest);
        tail[0] = ',';
        ByteArrayOutputStream page = new ByteArrayOutputStream(array.length + tail.length + 16);
        page.writeBytes("{\"events\":".getBytes(StandardCharsets.UTF_8));
        if (!found.isEmpty() && faults.take(RiskFault.ENDLESS_PAGE)) {
            page.write(array, 0, array.length - 1);
            return Answer.stream(200, "application/json", out -> drip(out, page.toByteArray()));
        }
        if (!found.isEmpty() && faults.take(RiskFault.HUGE_PAGE)) {
            page.write(array, 0, array.length - 1);
            return Answer.stream(200, "application/json", out -> swell(out, page.toByteArray(), tail));
        }
        page.writeBytes(array);
        page.writeBytes(tail);
        return Answer.json(200, Json.object()).withBody(page.toByteArray());
    }

    /** The cursor, if it has not left the history; null when there is none. */
    private @Nullable String cursor(RiskQuery query, String name, @Nullable String id) {
        Instant start = query.time("start_time");
        Instant oldest = clock.instant().minus(RiskFeed.HISTORY);
        if (start != null && start.isBefore(oldest) && !off.contains(RiskRule.EVENTS_LOOK_BACK)) {
            throw query.bad("start_time must lie within the last 10 days");
        }
        if (id != null) {
            boolean old = id.compareTo(RiskIds.floor(oldest)) < 0 && !off.contains(RiskRule.CURSOR_IN_HISTORY);
            if (faults.take(RiskFault.CURSOR_EXPIRED) || old) {
                throw query.bad(name + " is older than the events that are kept");
            }
        }
        return id;
    }

    /** The greater of a cursor and a start time; null for all that is kept. */
    private static @Nullable String start(@Nullable String cursor, RiskQuery query) {
        Instant start = query.time("start_time");
        if (start == null) {
            return cursor;
        }
        String floor = RiskIds.floor(start);
        return cursor == null || floor.compareTo(cursor) > 0 ? floor : cursor;
    }

    private Answer stream(Request request) {
        RiskFeed of = feed(request);
        RiskQuery query = new RiskQuery(request, Set.of("types", "type", "id", "start_time"), errors, off);
        Set<String> types = query.types("types", "type");
        String id = query.id("id");
        String header = request.header("Last-Event-ID");
        if (id == null && header != null && !header.isEmpty()) {
            if (!RiskIds.isId(header)) {
                throw query.bad("Last-Event-ID must be a UUID");
            }
            id = header;
        }
        String start = start(cursor(query, "id", id), query);
        if ((start == null && !off.contains(RiskRule.STREAM_WITHOUT_ID_IS_NEW_ONLY))
                || off.contains(RiskRule.STREAM_RESUMES_AFTER_ID)) {
            start = of.last();
        }
        String from = start;
        return Answer.stream(200, "text/event-stream", out -> stream.write(of, from, types, out))
                .withHeader("Cache-Control", "no-cache");
    }

    private static void drip(OutputStream out, byte[] beginning) throws java.io.IOException, InterruptedException {
        out.write(beginning);
        while (true) {
            out.write(' ');
            out.flush();
            LocalServer.holdBack(DRIP_MILLIS);
        }
    }

    private static void swell(OutputStream out, byte[] beginning, byte[] tail) throws java.io.IOException {
        out.write(beginning);
        byte[] more = Json.bytes(Json.object()
                .put("id", RiskIds.floor(Instant.EPOCH))
                .put("enterprise_guid", FOREIGN)
                .put("type", "AUDIT")
                .put("padding", "x".repeat(64 * 1024)));
        for (int sent = beginning.length; sent < HUGE; sent += more.length + 1) {
            out.write(',');
            out.write(more);
        }
        out.write(']');
        out.write(tail);
    }
}

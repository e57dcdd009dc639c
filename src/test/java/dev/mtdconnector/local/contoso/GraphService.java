package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Microsoft Graph v1.0, as far as the connector reads it: {@code /v1.0/...}. */
public final class GraphService implements Routes {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Set<String> AUDIENCES =
            Set.of(WellKnown.GRAPH_AUDIENCE, WellKnown.GRAPH_AUDIENCE + "/", WellKnown.MICROSOFT_GRAPH);

    private final TokenCheck tokens;
    private final Clock clock;
    private final GraphDirectory directory;
    private final GraphManagement management;
    private final GraphMembership membership;
    private final GraphWrites writes;
    private final Throttle throttle;
    private final Set<Rule> off;

    public GraphService(
            Contoso contoso,
            Changes changes,
            TokenCheck tokens,
            Clock clock,
            IntuneView intune,
            GraphConduct conduct,
            Set<Rule> off) {
        this.tokens = tokens;
        this.clock = clock;
        this.directory = new GraphDirectory(contoso, intune, new GraphDelta(contoso, intune, clock, conduct));
        this.management = new GraphManagement(contoso, intune);
        this.membership = new GraphMembership(contoso);
        this.writes = new GraphWrites(contoso, changes);
        this.throttle = new Throttle(contoso, clock, conduct, off);
        this.off = off;
    }

    @Override
    public void register(LocalServer server) {
        GraphBatch batch = new GraphBatch(server, off);
        for (String method : List.of("GET", "POST", "PATCH", "PUT", "DELETE")) {
            server.route(method, "/v1.0/{path...}", request -> handle(request, batch));
        }
    }

    /** The body of an answer whose status a fault dictates. */
    Answer faultBody(Request request, int status, @Nullable String wanted) {
        String code = wanted != null
                ? wanted
                : switch (status) {
                    case 401 -> "InvalidAuthenticationToken";
                    case 403 -> "Authorization_RequestDenied";
                    case 404 -> "Request_ResourceNotFound";
                    case 410 -> "resyncRequired";
                    case 429 -> "TooManyRequests";
                    case 503 -> "serviceNotAvailable";
                    case 504 -> "generalException";
                    default -> status < 500 ? "BadRequest" : "InternalServerError";
                };
        Answer answer = finished(
                request, id -> GraphError.body(status, code, "Injected fault.", date(), id, clientId(request, id)));
        return status == 410 && GraphDelta.isAsked(path(request))
                ? answer.withHeader("Location", GraphDelta.anew(request))
                : answer;
    }

    private static GraphPath path(Request request) {
        return GraphPath.of(request.segments().subList(1, request.segments().size()));
    }

    private interface Writer {
        Answer write(String requestId);
    }

    private Answer finished(Request request, Writer writer) {
        String id = UUID.randomUUID().toString();
        Answer answer = writer.write(id);
        if (!off.contains(Rule.REQUEST_IDS)) {
            answer = answer.withHeader("request-id", id).withHeader("client-request-id", clientId(request, id));
        }
        boolean text = answer.headers().getOrDefault("Content-Type", "").startsWith("text/plain");
        if (answer.status() < 300 && answer.body().length > 0 && !text) {
            answer = answer.withHeader(
                            "Content-Type",
                            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
                                    + "charset=utf-8")
                    .withHeader("OData-Version", "4.0");
        }
        return answer.withHeader("Cache-Control", "no-cache");
    }

    private static String clientId(Request request, String requestId) {
        return Objects.requireNonNullElse(request.header("client-request-id"), requestId);
    }

    private String date() {
        String date = DATE.format(clock.instant());
        return off.contains(Rule.ERROR_DATE) ? date + ".12+00:00 UTC" : date;
    }

    private Answer handle(Request request, GraphBatch batch) {
        GraphPath path = path(request);
        String template = "/v1.0/" + template(path);
        return finished(request, id -> {
                    try {
                        TokenCheck.Caller caller = tokens.check(request.header("Authorization"), AUDIENCES);
                        if (path.is(0, "$batch")) {
                            return batch.answer(request);
                        }
                        boolean eventual = "eventual".equalsIgnoreCase(request.header("ConsistencyLevel"));
                        GraphQuery query = GraphQuery.of(request.query(), eventual, off);
                        Throttle.Verdict verdict = throttle.judge(request.method(), path, query, caller);
                        return verdict.mark(answer(request, path, query, caller, verdict.refused(), id));
                    } catch (GraphError error) {
                        return error.answer(date(), id, clientId(request, id));
                    } catch (TokenCheck.Rejected rejected) {
                        return GraphError.body(
                                        401,
                                        rejected.code(),
                                        String.valueOf(rejected.getMessage()),
                                        date(),
                                        id,
                                        clientId(request, id))
                                .withHeader("WWW-Authenticate", "Bearer realm=\"\"");
                    }
                })
                .withTemplate(template);
    }

    private Answer answer(
            Request request, GraphPath path, GraphQuery query, TokenCheck.Caller caller, boolean throttled, String id) {
        try {
            if (throttled) {
                throw new GraphError(429, "TooManyRequests", "Too many requests.");
            }
            String canonical = String.join("/", path.segments());
            return answer(request, path, new GraphCall(request, query, caller, off, canonical));
        } catch (GraphError error) {
            return error.answer(date(), id, clientId(request, id));
        }
    }

    private Answer answer(Request request, GraphPath path, GraphCall call) {
        if (path.size() == 0) {
            throw GraphError.noSegment("");
        }
        if (GraphMembership.isAsked(path)) {
            return membership.answer(path, request, call);
        }
        if (writes.isAsked(request.method(), path)) {
            return writes.answer(path, request, call);
        }
        Optional<Answer> answer = path.is(0, "deviceManagement") || path.is(0, "deviceAppManagement")
                ? management.answer(path, call)
                : directory.answer(request.base(), path, call);
        if (answer.isPresent() && !request.method().equals("GET")) {
            throw new GraphError(
                    405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
        }
        if (answer.isEmpty() && off.contains(Rule.KNOWN_SEGMENTS)) {
            return Answer.json(200, Json.object());
        }
        return answer.orElseThrow(() -> GraphError.noSegment(path.get(path.size() - 1)));
    }

    /** The path with its keys left out, by which requests are counted. */
    private static String template(GraphPath path) {
        StringBuilder template = new StringBuilder();
        for (int i = 0; i < path.size(); i++) {
            String segment = i == 1 && GraphDelta.isAsked(path) ? "delta" : path.get(i);
            boolean managed = path.is(0, "deviceManagement") || path.is(0, "deviceAppManagement");
            boolean key = i == (managed ? 2 : 1) && !segment.startsWith("$") && !GraphDelta.isAsked(path);
            String shown = !key ? segment : segment.contains("=") ? segment.replaceAll("'.*'", "{}") : "{id}";
            template.append(i == 0 ? "" : "/").append(shown);
        }
        return template.toString();
    }
}

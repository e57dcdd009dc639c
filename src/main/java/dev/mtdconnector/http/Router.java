package dev.mtdconnector.http;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.Correlation;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Authenticator;
import dev.mtdconnector.signin.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the route, establishes who is asking, checks the body's size and form, calls the handler, and turns every
 * failure into a problem document, or a page where people are. Never throws.
 *
 * <p>The order matters: a stranger learns nothing of a route but that it wants an identity, and a body is looked at
 * only when its sender may send one.
 */
public final class Router {

    /** The largest body that is taken, in bytes. */
    public static final int MAXIMUM_BODY = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Route> routes;
    private final Supplier<Authenticator> authenticator;
    private final Browser browser;

    /**
     * @param authenticator asked for only when a route wants an identity, so that health costs nothing else
     */
    public Router(List<Route> routes, Supplier<Authenticator> authenticator, Browser browser) {
        this.routes = List.copyOf(routes);
        this.authenticator = authenticator;
        this.browser = browser;
    }

    public List<Route> routes() {
        return routes;
    }

    /** The id of the request that this thread is answering; empty outside of one. */
    public static String correlationId() {
        return Correlation.current();
    }

    public HttpAnswer handle(HttpRequest request) {
        try (Correlation.Scope scope = Correlation.begin()) {
            String correlationId = Correlation.current();
            HttpAnswer answer = answer(request, correlationId);
            HttpAnswer secured = SecurityHeaders.on(answer).withHeader("X-Correlation-Id", correlationId);
            return request.method().equals("HEAD") ? new HttpAnswer(secured.status(), secured.headers(), "") : secured;
        }
    }

    private HttpAnswer answer(HttpRequest request, String correlationId) {
        try {
            return dispatch(request);
        } catch (AppException e) {
            LOG.info(
                    "{} {} answered {}",
                    request.method(),
                    printable(request.path()),
                    e.code().code());
            return withHeaders(request, e, failed(request, e, correlationId));
        } catch (UpstreamException e) {
            LOG.warn("{} {} failed upstream", request.method(), printable(request.path()), e);
            return failed(request, new AppException(UpstreamErrors.codeOf(e)), correlationId);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), printable(request.path()), e);
            return failed(request, new AppException(ErrorCode.INTERNAL), correlationId);
        }
    }

    private HttpAnswer failed(HttpRequest request, AppException e, String correlationId) {
        return isForPeople(request, e) ? ErrorPage.of(request, e) : Problem.of(e, correlationId);
    }

    /** A browser that was sent to no address of ours gets a page, a program a problem document. */
    private boolean isForPeople(HttpRequest request, AppException e) {
        String accept = request.header("accept");
        return e.code() == ErrorCode.ROUTE_UNKNOWN
                ? accept != null && accept.contains("text/html")
                : routes.stream().anyMatch(route -> route.isPage() && route.match(request.path()) != null);
    }

    /** The path is decoded, so it can hold line breaks that would forge lines of the log. */
    private static String printable(String path) {
        String safe = path.replaceAll("[^!-~]", "?");
        return safe.length() > 200 ? safe.substring(0, 200) : safe;
    }

    private HttpAnswer dispatch(HttpRequest request) {
        // A HEAD is a GET whose body stays here; handle() takes it off.
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Map<String, String> parameters = route.match(request.path());
            if (parameters == null) {
                continue;
            }
            if (!route.method().equals(method)) {
                allowed.add(route.method());
                continue;
            }
            Caller caller = route.access() == Access.ANYBODY
                    ? new Caller.Anonymous()
                    : authenticator.get().authenticate(route.access(), browser.presented(request));
            if (caller instanceof Caller.Operator operator) {
                // The operator may do anything to anybody's tenant, so it is on record who it was.
                LOG.info("{} {} by operator {}", request.method(), printable(request.path()), operator.name());
            }
            checkBody(route, request);
            return route.handler().handle(request.withPathParameters(parameters), caller);
        }
        if (allowed.isEmpty()) {
            throw new AppException(ErrorCode.ROUTE_UNKNOWN);
        }
        throw new AppException(
                ErrorCode.METHOD_NOT_ALLOWED, "Allowed: " + String.join(", ", new TreeSet<>(allowed)) + ".");
    }

    private static void checkBody(Route route, HttpRequest request) {
        if (length(request) > MAXIMUM_BODY) {
            throw new AppException(ErrorCode.REQUEST_TOO_LARGE);
        }
        if (route.consumes() == null) {
            return;
        }
        // The Java worker delivers a chunked body as an empty one: said plainly, or it would pass for "nothing sent".
        String encoding = request.header("transfer-encoding");
        boolean chunked = encoding != null && encoding.toLowerCase(Locale.ROOT).contains("chunked");
        if (request.body().isEmpty() && (chunked || request.header("content-length") == null)) {
            throw new AppException(ErrorCode.REQUEST_LENGTH_REQUIRED);
        }
        String type = request.header("content-type");
        if (type == null || !mediaType(type).equals(route.consumes())) {
            throw new AppException(ErrorCode.REQUEST_MEDIA_TYPE, "This route takes " + route.consumes() + ".");
        }
    }

    private static long length(HttpRequest request) {
        String declared = request.header("content-length");
        long length = request.body().length();
        if (length <= MAXIMUM_BODY && length > MAXIMUM_BODY / 4) {
            length = request.body().getBytes(StandardCharsets.UTF_8).length;
        }
        if (declared != null && declared.matches("[0-9]+")) {
            length = Math.max(length, declared.length() > 18 ? Long.MAX_VALUE : Long.parseLong(declared));
        }
        return length;
    }

    static String mediaType(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private HttpAnswer withHeaders(HttpRequest request, AppException e, HttpAnswer answer) {
        return switch (e.code()) {
            case TOO_MANY_REQUESTS, EVENTS_FULL -> answer.withHeader("Retry-After", RateLimit.RETRY_AFTER_SECONDS);
            case IDENTITY_REQUIRED -> answer.withHeader("WWW-Authenticate", "Bearer");
            case METHOD_NOT_ALLOWED -> answer.withHeader("Allow", allowed(request.path()));
            default -> answer;
        };
    }

    private String allowed(String path) {
        TreeSet<String> methods = new TreeSet<>();
        routes.stream().filter(route -> route.match(path) != null).forEach(route -> methods.add(route.method()));
        return String.join(", ", methods);
    }
}

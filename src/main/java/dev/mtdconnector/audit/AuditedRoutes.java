package dev.mtdconnector.audit;

import dev.mtdconnector.audit.AuditEntry.Difference;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.http.Router;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what administrators and operators do, route by route: the act before it is done, and afterwards what differs in
 * the view of what it changes. A route that changes something and has no action here stops the app from being wired, so
 * none can be forgotten.
 */
public final class AuditedRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(AuditedRoutes.class);

    private static final String ONLY_LOOKS = "";

    private static final Set<Access> CHANGES = Set.of(
            Access.OPERATOR,
            Access.DEVICES_CHANGE,
            Access.POLICY_CHANGE,
            Access.CONNECTOR_CHANGE,
            Access.SYSTEM_CHANGE);

    private final AuditTrail trail;
    private final Predicate<String> hasTrail;
    private final Map<String, Audited> audited = new HashMap<>();

    /**
     * @param hasTrail whether a tenant has a trail of its own: not one that is not known, nor one that is being deleted
     */
    public AuditedRoutes(AuditTrail trail, Predicate<String> hasTrail) {
        this.trail = trail;
        this.hasTrail = hasTrail;
    }

    /** What a route changes, as the API shows it; null when there is no such thing. */
    @FunctionalInterface
    public interface State {
        @Nullable
        Object of(String tenantId, Map<String, String> parameters);
    }

    /** @param tenantField the field of the answer that names the tenant that was made; null where none is */
    private record Audited(
            String action, @Nullable State state, @Nullable String tenantField) {}

    /** The action's name for a route that changes nothing that can be shown beside it. */
    public AuditedRoutes action(String route, String action) {
        return action(route, action, null);
    }

    /**
     * @param route method and template, as {@code POST /api/v1/keys}
     * @param state read before and after
     */
    public AuditedRoutes action(String route, String action, @Nullable State state) {
        if (audited.put(route, new Audited(action, state, null)) != null) {
            throw new IllegalStateException(route + " has two actions");
        }
        return this;
    }

    /**
     * For a route that makes a tenant: once it is made, the act stands in its trail too.
     *
     * @param tenantField the field of its answer that names it
     */
    public AuditedRoutes making(String route, String action, String tenantField) {
        action(route, action, null);
        audited.put(route, new Audited(action, null, tenantField));
        return this;
    }

    /** Says of a route that only looks, though it is asked like one that changes: it is not recorded. */
    public AuditedRoutes onlyLooks(String route) {
        return action(route, ONLY_LOOKS, null);
    }

    /** The routes of each action, sorted. */
    public SortedMap<String, Set<String>> actions() {
        SortedMap<String, Set<String>> actions = new TreeMap<>();
        audited.forEach((route, one) -> {
            if (!one.action().equals(ONLY_LOOKS)) {
                actions.computeIfAbsent(one.action(), name -> new TreeSet<>()).add(route);
            }
        });
        return actions;
    }

    /**
     * The routes, those that change something recorded.
     *
     * @throws IllegalStateException when a route has no action, or an action no route
     */
    public List<Route> on(List<Route> routes) {
        Set<String> unused = new TreeSet<>(audited.keySet());
        List<Route> recorded = routes.stream()
                .map(route -> {
                    String name = route.method() + " " + route.template();
                    if (route.method().equals("GET") || !CHANGES.contains(route.access())) {
                        return route;
                    }
                    Audited action = audited.get(name);
                    if (action == null) {
                        throw new IllegalStateException(name + " changes something and has no audit action");
                    }
                    unused.remove(name);
                    return action.action().equals(ONLY_LOOKS) ? route : recorded(route, action);
                })
                .toList();
        if (!unused.isEmpty()) {
            throw new IllegalStateException("No routes that change something: " + unused);
        }
        return recorded;
    }

    private Route recorded(Route route, Audited action) {
        return route.with((request, caller) -> {
            Map<String, String> target = new TreeMap<>();
            request.pathParameters().forEach((name, value) -> target.put(name, bounded(value)));
            String place = placeOf(caller, target);
            target.remove("tenantId");
            Function<State, @Nullable Object> look = state -> state.of(place, request.pathParameters());
            State state = action.state();
            Object before = state == null ? null : look.apply(state);
            AuditTrail.Act act = trail.begin(place, actorOf(caller), action.action(), target, Router.correlationId());
            HttpAnswer answer = attempt(route, request, caller, act);
            act.done(state == null ? Map.of() : differences(before, () -> look.apply(state)));
            if (action.tenantField() != null) {
                String made =
                        Fields.parse(answer.body()).path(action.tenantField()).asText();
                trail.begin(made, actorOf(caller), action.action(), target, Router.correlationId())
                        .done(Map.of());
            }
            return answer;
        });
    }

    /** It is done by now: that what it changed cannot be read must not make it look as if it failed. */
    private static Map<String, Difference> differences(@Nullable Object before, Supplier<@Nullable Object> after) {
        try {
            return Differences.of(before, after.get());
        } catch (RuntimeException e) {
            LOG.warn("What an act changed could not be read", e);
            return Map.of();
        }
    }

    private static HttpAnswer attempt(Route route, HttpRequest request, Caller caller, AuditTrail.Act act) {
        try {
            return route.handler().handle(request, caller);
        } catch (AppException e) {
            if (e.code().status() < 500) {
                act.refused();
            } else {
                act.failed(e.code().code());
            }
            throw e;
        } catch (UpstreamException e) {
            act.failed(UpstreamErrors.codeOf(e).code());
            throw e;
        } catch (RuntimeException e) {
            act.failed(null);
            throw e;
        }
    }

    private String placeOf(Caller caller, Map<String, String> target) {
        if (caller instanceof Caller.OfTenant ofTenant) {
            return ofTenant.tenantId();
        }
        String named = target.getOrDefault("tenantId", "").toLowerCase(Locale.ROOT);
        return Fields.isGuid(named) && hasTrail.test(named) ? named : AuditStore.OPERATOR;
    }

    private static String actorOf(Caller caller) {
        if (caller instanceof Caller.Administrator administrator) {
            return administrator.actor();
        }
        return caller instanceof Caller.Operator operator ? "operator:" + operator.name() : "unknown";
    }

    private static String bounded(String value) {
        return value.length() > 100 ? value.substring(0, 100) : value;
    }
}

package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Graph's limits for one application in one tenant: resource units in ten seconds by the tenant's size for the directory,
 * writes in two and a half minutes, requests in twenty seconds for Intune. Windows follow one another by Contoso's clock; what was refused is not counted.
 */
final class Throttle {

    private static final Duration DIRECTORY_WINDOW = Duration.ofSeconds(10);
    private static final Duration INTUNE_WINDOW = Duration.ofSeconds(20);
    private static final Duration WRITE_WINDOW = Duration.ofSeconds(150);
    private static final int WRITES = 3_000;
    private static final int INTUNE_REQUESTS = 2_000;
    private static final double TOLD_FROM = 0.8;

    private final Contoso contoso;
    private final Clock clock;
    private final GraphConduct conduct;
    private final Set<Rule> off;
    private final Map<String, Window> windows = new HashMap<>();

    private static final class Window {
        private Instant end = Instant.MIN;
        private long used;
    }

    Throttle(Contoso contoso, Clock clock, GraphConduct conduct, Set<Rule> off) {
        this.contoso = contoso;
        this.clock = clock;
        this.conduct = conduct;
        this.off = off;
    }

    /**
     * What a request met.
     *
     * @param headers for its answer
     */
    record Verdict(boolean refused, Map<String, String> headers) {

        Answer mark(Answer answer) {
            Answer marked = answer;
            for (Map.Entry<String, String> header : headers.entrySet()) {
                marked = marked.withHeader(header.getKey(), header.getValue());
            }
            return marked;
        }
    }

    synchronized Verdict judge(String method, GraphPath path, GraphQuery query, TokenCheck.Caller caller) {
        GraphConduct.State state = conduct.state();
        boolean intune = path.is(0, "deviceManagement") || path.is(0, "deviceAppManagement");
        boolean write = GraphWrites.isWrite(method, path) && !off.contains(Rule.WRITE_LIMIT);
        int cost = intune || write ? 1 : cost(method, path, query);
        int quota = write ? WRITES : intune ? INTUNE_REQUESTS : state.quota() > 0 ? state.quota() : quota();
        Map<String, String> headers = new LinkedHashMap<>();
        if (!intune && !off.contains(Rule.RESOURCE_UNITS)) {
            headers.put("x-ms-resource-unit", Integer.toString(cost));
        }
        if (!state.throttling() || off.contains(Rule.THROTTLED)) {
            return new Verdict(false, headers);
        }
        Instant now = clock.instant();
        Window window = windows.computeIfAbsent(
                caller.appId() + (intune ? "/intune" : write ? "/write" : ""), key -> new Window());
        if (!now.isBefore(window.end)) {
            window.end = now.plus(intune ? INTUNE_WINDOW : write ? WRITE_WINDOW : DIRECTORY_WINDOW);
            window.used = 0;
        }
        boolean refused = window.used + cost > quota;
        if (!refused) {
            window.used += cost;
        }
        double share = (double) (window.used + (refused ? cost : 0)) / quota;
        if (!intune && !write && share > TOLD_FROM && !off.contains(Rule.THROTTLE_PERCENTAGE)) {
            headers.put("x-ms-throttle-limit-percentage", String.format(Locale.ROOT, "%.2f", Math.min(share, 1.8)));
        }
        if (refused) {
            if (!intune) {
                headers.put(
                        "x-ms-throttle-scope",
                        "Tenant_Application/ReadWrite/" + caller.appId() + "/" + WellKnown.TENANT);
                headers.put("x-ms-throttle-information", "ResourceUnitLimitExceeded");
            }
            if (state.retryAfter()) {
                long seconds = Duration.between(now, window.end).plusMillis(999).toSeconds();
                headers.put("Retry-After", Long.toString(Math.max(1, seconds)));
            }
        }
        return new Verdict(refused, headers);
    }

    /** By the number of users: under 50, up to 500, more. */
    private int quota() {
        int users = contoso.userCount();
        return users < 50 ? 3_500 : users <= 500 ? 5_000 : 8_000;
    }

    /** The resource units of a request. */
    static int cost(String method, GraphPath path, GraphQuery query) {
        int cost = base(method, path);
        if (query.options().containsKey("$select")) {
            cost--;
        }
        if (query.options().containsKey("$expand")) {
            cost++;
        }
        String top = query.options().get("$top");
        if (top != null && top.matches("\\d{1,2}") && Integer.parseInt(top) < 20) {
            cost--;
        }
        return Math.max(1, cost);
    }

    private static int base(String method, GraphPath path) {
        if (path.is(0, "groups") && path.is(2, "members")) {
            return 3;
        }
        if (path.is(0, "groups") && path.is(2, "transitiveMembers")) {
            return 5;
        }
        if (path.is(0, "users") && method.equals("POST")) {
            return path.is(2, "checkMemberGroups") || path.is(2, "checkMemberObjects")
                    ? 4
                    : path.is(2, "getMemberGroups") || path.is(2, "getMemberObjects") ? 2 : 1;
        }
        boolean two = (path.size() == 1 && path.is(0, "users"))
                || (path.is(0, "servicePrincipals") && path.is(2, "appRoleAssignments"));
        return two ? 2 : 1;
    }
}

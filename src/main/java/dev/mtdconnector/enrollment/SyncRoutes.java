package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.enrollment.EnrollmentLedger.Held;
import dev.mtdconnector.enrollment.EnrollmentLedger.Snapshot;
import dev.mtdconnector.enrollment.EnrollmentState.Quiet;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What syncs did, and what they hold back until an administrator approves it. */
public final class SyncRoutes {

    private static final int MOST_HELD = 100;
    private static final int MOST_RUNS = 200;
    private static final int COUNTED_AT_ONCE = 1000;
    private static final Pattern CURSOR = Pattern.compile("(user|device)-([0-9a-f-]{36})");

    private final ConnectorSettings settings;
    private final EnrollmentLedger ledger;
    private final PeopleView people;

    public SyncRoutes(
            ConnectorSettings settings, EnrollmentLedger ledger, DeviceRegister register, DirectoryChanges changes) {
        this.settings = settings;
        this.ledger = ledger;
        this.people = new PeopleView(register, changes);
    }

    public List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/api/v1/connector/held-removals",
                        Access.CONNECTOR_READ,
                        null,
                        (request, caller) -> held(request, tenantOf(caller))),
                new Route(
                        "POST",
                        "/api/v1/connector/held-removals/approve",
                        Access.CONNECTOR_CHANGE,
                        Route.JSON,
                        (request, caller) -> approve(request, tenantOf(caller))),
                new Route(
                        "GET",
                        "/api/v1/connector/sync-runs",
                        Access.CONNECTOR_READ,
                        null,
                        (request, caller) -> runs(request, tenantOf(caller))));
    }

    /** The first page counts all of them. */
    private HttpAnswer held(HttpRequest request, String tenantId) {
        settings.get(tenantId);
        int limit = limit(request, MOST_HELD);
        @Nullable Held last = cursor(request.query().get("cursor"));
        EnrollmentState state = ledger.read(tenantId).map(Snapshot::state).orElse(EnrollmentState.NEW);
        List<Held> page = ledger.held(tenantId, last, limit + 1);
        List<Held> shown = page.subList(0, Math.min(limit, page.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        if (last == null) {
            Totals totals = totals(tenantId, state.approvedSet());
            answer.put("set", totals.users + totals.devices == 0 ? null : state.holdSet());
            answer.put("users", totals.users);
            answer.put("devices", totals.devices);
        } else {
            answer.put("set", state.holdSet());
        }
        answer.put(
                "held",
                shown.stream()
                        .map(held -> view(tenantId, held, state.approvedSet()))
                        .toList());
        answer.put("next", page.size() > limit ? cursor(shown.get(limit - 1)) : null);
        return HttpAnswer.json(200, answer);
    }

    private Map<String, Object> view(String tenantId, Held held, int approvedSet) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kind", held.kind().name().toLowerCase(Locale.ROOT));
        view.putAll(
                held.kind() == Held.Kind.USER
                        ? people.enrolled(tenantId, List.of(held.id())).get(0)
                        : people.device(tenantId, held.id()));
        if (held.supersededBy() != null) {
            view.put("supersededBy", held.supersededBy());
        }
        view.put("approved", held.set() <= approvedSet);
        return view;
    }

    /** What waits for an administrator. */
    private static final class Totals {
        private int users;
        private int devices;
    }

    private Totals totals(String tenantId, int approvedSet) {
        Totals totals = new Totals();
        @Nullable Held last = null;
        List<Held> some;
        do {
            some = ledger.held(tenantId, last, COUNTED_AT_ONCE);
            for (Held held : some) {
                if (held.set() > approvedSet) {
                    totals.users += held.kind() == Held.Kind.USER ? 1 : 0;
                    totals.devices += held.devices();
                }
                last = held;
            }
        } while (some.size() == COUNTED_AT_ONCE);
        return totals;
    }

    private static @Nullable Held cursor(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = CURSOR.matcher(text);
        if (!matcher.matches()) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        return matcher.group(1).equals("user") ? Held.user(matcher.group(2), 0, 0) : Held.device(matcher.group(2), 0);
    }

    private static String cursor(Held held) {
        return held.kind().name().toLowerCase(Locale.ROOT) + "-" + held.id();
    }

    private HttpAnswer approve(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        int set = fields.between("set", 1, Integer.MAX_VALUE - 1);
        fields.done();
        settings.get(tenantId);
        if (ledger.held(tenantId, null, 1).isEmpty() || !ledger.approve(tenantId, set)) {
            throw new AppException(
                    ErrorCode.STATE_CHANGED,
                    "This is not the set of held removals as it is now, or a sync is still adding to it: look at it again.");
        }
        settings.syncNow(tenantId);
        return HttpAnswer.json(202, Map.of("set", set, "state", "approved"));
    }

    private HttpAnswer runs(HttpRequest request, String tenantId) {
        settings.get(tenantId);
        List<Map<String, Object>> runs = new ArrayList<>();
        ledger.runs(tenantId, limit(request, MOST_RUNS)).forEach(run -> runs.add(view(run)));
        Quiet quiet = ledger.read(tenantId)
                .map(Snapshot::state)
                .orElse(EnrollmentState.NEW)
                .quiet();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("runs", runs);
        Map<String, Object> unchanged = new LinkedHashMap<>();
        unchanged.put("runs", quiet.runs());
        unchanged.put("lastAt", quiet.lastAt());
        answer.put("withoutChange", unchanged);
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> view(SyncRun run) {
        Tally tally = run.tally();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("startedAt", tally.startedAt());
        view.put("finishedAt", run.finishedAt());
        view.put("trigger", tally.trigger().label());
        view.put("continuations", tally.continuations());
        view.put("times", run.times());
        view.put("requests", tally.requests());
        view.put("pages", tally.pages());
        view.put("throttledSeconds", (tally.throttledMillis() + 500) / 1000);
        view.put("added", tally.added());
        view.put("changed", tally.changed());
        view.put("unchanged", tally.unchanged());
        view.put("removed", tally.removed());
        view.put("held", tally.held());
        view.put("unsupported", tally.unsupported());
        ErrorCode error = run.error();
        view.put("error", error == null ? null : error.code());
        return view;
    }

    private static int limit(HttpRequest request, int most) {
        String text = request.query().getOrDefault("limit", "50");
        int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > most) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + most);
        }
        return limit;
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}

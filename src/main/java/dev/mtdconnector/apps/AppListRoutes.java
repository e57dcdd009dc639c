package dev.mtdconnector.apps;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.threat.Allowance;
import dev.mtdconnector.threat.AppNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The deny list and the allow list, as administrators see and change them. */
public final class AppListRoutes {

    /** An entry of the allow list ends within this time; it can be made anew. */
    static final Duration LONGEST = Duration.ofDays(366);

    private static final String DENIED = "/api/v1/denied-apps";
    private static final String ALLOWED = "/api/v1/allowed-apps";
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 500;
    private static final List<String> MATCHES = List.of("exact", "prefix");

    private final AppLists lists;
    private final Clock clock;

    public AppListRoutes(AppLists lists, Clock clock) {
        this.lists = lists;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", DENIED, Access.POLICY_READ, null, (request, caller) -> showDenied(caller)),
                new Route("PUT", DENIED, Access.POLICY_CHANGE, Route.JSON, this::replaceDenied),
                new Route("POST", DENIED, Access.POLICY_CHANGE, Route.JSON, this::deny),
                new Route("DELETE", DENIED + "/{entryId}", Access.POLICY_CHANGE, null, this::removeDenied),
                new Route("GET", ALLOWED, Access.POLICY_READ, null, (request, caller) -> showAllowed(caller)),
                new Route("POST", ALLOWED, Access.POLICY_CHANGE, Route.JSON, this::allow),
                new Route("DELETE", ALLOWED + "/{entryId}", Access.POLICY_CHANGE, null, this::removeAllowed));
    }

    private HttpAnswer showDenied(Caller caller) {
        return HttpAnswer.json(200, Map.of("deniedApps", denied(tenantOf(caller)), "most", DenyList.MOST));
    }

    /** The deny list as the API shows it. */
    public List<Map<String, Object>> denied(String tenantId) {
        return lists.denied(tenantId).stream().map(AppListRoutes::view).toList();
    }

    /** The allow list as the API shows it. */
    public List<Map<String, Object>> allowed(String tenantId) {
        return lists.allowed(tenantId).stream().map(this::view).toList();
    }

    /** The body may be empty: that empties the list. */
    private HttpAnswer replaceDenied(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        List<DeniedApp> apps = new ArrayList<>();
        List<FieldError> errors = new ArrayList<>();
        int index = 0;
        for (var node : fields.list("deniedApps")) {
            String path = "deniedApps[" + index + "]";
            index++;
            if (index > DenyList.MOST) {
                errors.add(new FieldError("deniedApps", "must be at most " + DenyList.MOST + " entries"));
                break;
            }
            try {
                Fields one = Fields.of(node);
                DeniedApp app = denied(one, caller);
                one.done();
                checkPrefix(app);
                apps.add(app);
            } catch (AppException e) {
                e.errors().forEach(error -> errors.add(new FieldError(path + "." + error.field(), error.message())));
                if (e.errors().isEmpty()) {
                    errors.add(new FieldError(path, "must be an object"));
                }
            }
        }
        fields.done();
        if (!errors.isEmpty()) {
            throw AppException.invalid(errors);
        }
        lists.replaceDenied(tenantOf(caller), apps);
        return showDenied(caller);
    }

    private HttpAnswer deny(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        DeniedApp app = denied(fields, caller);
        fields.done();
        checkPrefix(app);
        lists.deny(tenantOf(caller), app);
        return HttpAnswer.json(201, view(app));
    }

    private DeniedApp denied(Fields fields, Caller caller) {
        return new DeniedApp(
                fields.label("name", LONGEST_NAME),
                DeniedApp.Match.valueOf(
                        fields.oneOfOr("match", MATCHES, "exact").toUpperCase(Locale.ROOT)),
                optionalLabel(fields, "publisher"),
                fields.label("reason", LONGEST_REASON),
                actorOf(caller),
                clock.instant());
    }

    private static void checkPrefix(DeniedApp app) {
        int length = AppNames.folded(app.name()).length();
        if (app.match() == DeniedApp.Match.PREFIX && length < DeniedApp.LEAST_PREFIX) {
            throw AppException.invalid(
                    "name", "must be at least " + DeniedApp.LEAST_PREFIX + " characters when it is a prefix");
        }
    }

    private static @Nullable String optionalLabel(Fields fields, String name) {
        return fields.has(name) ? fields.label(name, LONGEST_NAME) : null;
    }

    private HttpAnswer removeDenied(HttpRequest request, Caller caller) {
        lists.removeDenied(tenantOf(caller), request.pathParameter("entryId"));
        return HttpAnswer.noContent();
    }

    private HttpAnswer showAllowed(Caller caller) {
        return HttpAnswer.json(200, Map.of("allowedApps", allowed(tenantOf(caller)), "most", AppLists.MOST_ALLOWED));
    }

    private HttpAnswer allow(HttpRequest request, Caller caller) {
        Instant now = clock.instant();
        Fields fields = Fields.of(request.body());
        Allowance.What what = new Allowance.What(
                optionalLabel(fields, "name"),
                optionalLabel(fields, "publisher"),
                optionalLabel(fields, "packageName"),
                fields.has("classification") ? fields.label("classification", 100) : null);
        @Nullable String deviceId = fields.optionalGuid("deviceId");
        String reason = fields.label("reason", LONGEST_REASON);
        @Nullable Instant until = fields.optionalTime("until", now.plusSeconds(60), now.plus(LONGEST));
        fields.done();
        if (until == null) {
            throw AppException.invalid("until", "is required");
        }
        if (what.classification() != null && !what.classification().matches("[A-Za-z0-9_]{1,100}")) {
            throw AppException.invalid("classification", "must be the name of a classification");
        }
        if (what.name() == null && what.publisher() == null && what.packageName() == null) {
            throw AppException.invalid("name", "is required, or a publisher or a packageName");
        }
        Allowance allowance =
                new Allowance(UUID.randomUUID().toString(), what, deviceId, reason, actorOf(caller), now, until);
        lists.allow(tenantOf(caller), allowance);
        return HttpAnswer.json(201, view(allowance));
    }

    private HttpAnswer removeAllowed(HttpRequest request, Caller caller) {
        lists.removeAllowed(tenantOf(caller), request.pathParameter("entryId"));
        return HttpAnswer.noContent();
    }

    private static Map<String, Object> view(DeniedApp app) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", app.id());
        view.put("name", app.name());
        view.put("match", app.match().label());
        view.put("publisher", app.publisher());
        view.put("reason", app.reason());
        view.put("by", app.by());
        view.put("at", app.at());
        return view;
    }

    private Map<String, Object> view(Allowance entry) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", entry.id());
        view.put("name", entry.what().name());
        view.put("publisher", entry.what().publisher());
        view.put("packageName", entry.what().packageName());
        view.put("classification", entry.what().classification());
        view.put("deviceId", entry.deviceId());
        view.put("reason", entry.reason());
        view.put("by", entry.by());
        view.put("at", entry.at());
        view.put("until", entry.until());
        view.put("state", entry.holds(clock.instant()) ? "holds" : "ended");
        return view;
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }

    private static String actorOf(Caller caller) {
        return ((Caller.Administrator) caller).actor();
    }
}

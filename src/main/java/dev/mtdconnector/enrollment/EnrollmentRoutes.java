package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.enrollment.Forecast.Foreseen;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Enrollment management: the groups, the poll interval, "dry run", "sync now", and the devices that are left out. */
public final class EnrollmentRoutes {

    /** As many groups as one delta query of Microsoft Graph may name. */
    private static final int MOST_GROUPS = 50;

    /** A display name of the directory has at most 256 characters. */
    private static final int MOST_NAME = 256;

    private static final int MOST_UNSUPPORTED = 1000;

    /** Users who are named when an administrator is asked. */
    private static final int MOST_ASKED = 20;

    private final ConnectorSettings settings;
    private final ConnectorView view;
    private final GroupResolution groupResolution;
    private final UnsupportedDevices unsupported;
    private final EnrollmentLedger ledger;
    private final Forecast forecast;
    private final PeopleView people;

    public EnrollmentRoutes(
            ConnectorSettings settings,
            ConnectorView view,
            GroupResolution groupResolution,
            UnsupportedDevices unsupported,
            EnrollmentLedger ledger,
            DeviceRegister register,
            DirectoryChanges changes,
            Forecast forecast) {
        this.settings = settings;
        this.view = view;
        this.groupResolution = groupResolution;
        this.unsupported = unsupported;
        this.ledger = ledger;
        this.forecast = forecast;
        this.people = new PeopleView(register, changes);
    }

    public List<Route> routes() {
        return List.of(
                new Route(
                        "PUT",
                        "/api/v1/connector/enrollment",
                        Access.CONNECTOR_CHANGE,
                        Route.JSON,
                        (request, caller) -> change(request, tenantOf(caller))),
                new Route(
                        "POST",
                        "/api/v1/connector/dry-run",
                        Access.CONNECTOR_CHANGE,
                        Route.JSON,
                        (request, caller) -> dryRun(request, tenantOf(caller))),
                new Route(
                        "POST",
                        "/api/v1/connector/sync",
                        Access.CONNECTOR_CHANGE,
                        null,
                        (request, caller) -> syncNow(tenantOf(caller))),
                new Route(
                        "GET",
                        "/api/v1/unsupported-devices",
                        Access.DEVICES_READ,
                        null,
                        (request, caller) -> listUnsupported(tenantOf(caller))));
    }

    private HttpAnswer change(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        List<String> names = fields.textList("groups", MOST_GROUPS, MOST_NAME);
        int pollMinutes =
                fields.betweenOr("pollMinutes", Connector.LEAST_POLL, Connector.MOST_POLL, Connector.DEFAULT_POLL);
        Connector now = settings.get(tenantId);
        boolean isNested = fields.flagOr("nestedGroups", now.isNested());
        boolean isDeleted = fields.flagOr("deleteOnUnenrollment", now.isDeletedOnUnenrollment());
        int safetyCap = fields.betweenOr("safetyCapPercent", 0, 100, now.safetyCapPercent());
        int confirmed = fields.betweenOr("confirmLeaving", 0, Integer.MAX_VALUE, 0);
        fields.done();
        GroupResolution.Resolved found = groupResolution.resolve(tenantId, names, ids(now.groups()));
        boolean isLess = !ids(found.groups()).containsAll(ids(now.groups())) || (now.isNested() && !isNested);
        boolean isMore = !ids(now.groups()).containsAll(ids(found.groups()));
        @Nullable
        Foreseen foreseen = isLess || isMore
                ? forecast.of(tenantId, ids(found.groups()), isNested, isLess ? Forecast.LONG : Forecast.SHORT)
                : null;
        @Nullable Map<String, Object> coming = foreseen != null && isMore ? coming(tenantId, foreseen) : null;
        ledger.confirm(
                tenantId, foreseen != null && isLess ? confirmedBy(tenantId, foreseen, confirmed) : GroupSet.NONE);
        Connector changed = settings.changeEnrollment(
                tenantId, new Connector.Enrollment(found.groups(), pollMinutes, isNested, isDeleted, safetyCap));
        Map<String, Object> answer = new LinkedHashMap<>(view.of(changed));
        if (!found.notices().isEmpty()) {
            answer.put("notices", found.notices());
        }
        if (coming != null) {
            answer.put("added", coming);
        }
        return HttpAnswer.json(200, answer);
    }

    /**
     * The groups that are taken out though devices leave by that.
     *
     * @throws AppException ENROLLMENT_CONFIRM unless so many devices were confirmed
     */
    private GroupSet confirmedBy(String tenantId, Foreseen foreseen, int confirmed) {
        int leaving = foreseen.removed().devices();
        if (leaving == 0) {
            return GroupSet.NONE;
        }
        if (leaving != confirmed) {
            List<String> first = foreseen.removed().first();
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("users", foreseen.removed().users());
            facts.put("devices", leaving);
            facts.put("first", people.enrolled(tenantId, first.subList(0, Math.min(first.size(), MOST_ASKED))));
            throw AppException.with(
                    ErrorCode.ENROLLMENT_CONFIRM,
                    leaving + " devices would leave. Nothing was changed.",
                    Map.of("leaving", facts));
        }
        return foreseen.dropped();
    }

    private static Set<String> ids(List<EnrollmentGroup> groups) {
        return groups.stream().map(EnrollmentGroup::id).collect(Collectors.toSet());
    }

    private HttpAnswer dryRun(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        List<String> names = fields.textList("groups", MOST_GROUPS, MOST_NAME);
        Connector now = settings.get(tenantId);
        boolean isNested = fields.flagOr("nestedGroups", now.isNested());
        fields.done();
        GroupResolution.Resolved found = groupResolution.resolve(tenantId, names, ids(now.groups()));
        Foreseen foreseen = forecast.of(tenantId, ids(found.groups()), isNested, Forecast.LONG);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("groups", found.groups());
        answer.put("complete", foreseen.isComplete());
        answer.put("added", coming(tenantId, foreseen));
        answer.put("removed", view(tenantId, foreseen.removed()));
        answer.put("unchanged", view(tenantId, foreseen.unchanged()));
        answer.put("notices", found.notices());
        return HttpAnswer.json(200, answer);
    }

    /** Whom the groups would bring in; how many devices is known where all users fit into the list. */
    private Map<String, Object> coming(String tenantId, Foreseen foreseen) {
        List<Map<String, Object>> first =
                people.unknown(tenantId, foreseen.added().first());
        boolean areAll = first.size() == foreseen.added().users();
        int devices = first.stream()
                .mapToInt(user -> ((List<?>) user.getOrDefault("devices", List.of())).size())
                .sum();
        Map<String, Object> coming = new LinkedHashMap<>();
        coming.put("users", foreseen.added().users());
        coming.put("devices", areAll ? (Integer) devices : null);
        coming.put("first", first);
        coming.put("nestedGroups", foreseen.nested());
        coming.put("complete", foreseen.isComplete());
        return coming;
    }

    private Map<String, Object> view(String tenantId, Forecast.Some some) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("users", some.users());
        view.put("devices", some.devices());
        view.put("first", people.enrolled(tenantId, some.first()));
        return view;
    }

    private HttpAnswer syncNow(String tenantId) {
        settings.syncNow(tenantId);
        return HttpAnswer.json(202, Map.of("job", JobKind.ENROLLMENT_SYNC.queue(), "state", "queued"));
    }

    private HttpAnswer listUnsupported(String tenantId) {
        return HttpAnswer.json(200, Map.of("devices", unsupported.list(tenantId, MOST_UNSUPPORTED)));
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}

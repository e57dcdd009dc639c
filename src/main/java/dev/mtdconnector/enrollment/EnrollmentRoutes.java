package dev.mtdconnector.enrollment;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.List;
import java.util.Map;

/** Enrollment management: the groups, the poll interval, "sync now", and the devices that are left out. */
public final class EnrollmentRoutes {

    /** As many groups as one delta query of Microsoft Graph may name. */
    private static final int MOST_GROUPS = 50;

    /** A display name of the directory has at most 256 characters. */
    private static final int MOST_NAME = 256;

    private static final int MOST_UNSUPPORTED = 1000;

    private final ConnectorSettings settings;
    private final ConnectorView view;
    private final GroupResolution groupResolution;
    private final UnsupportedDevices unsupported;

    public EnrollmentRoutes(
            ConnectorSettings settings,
            ConnectorView view,
            GroupResolution groupResolution,
            UnsupportedDevices unsupported) {
        this.settings = settings;
        this.view = view;
        this.groupResolution = groupResolution;
        this.unsupported = unsupported;
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
        fields.done();
        List<Connector.EnrollmentGroup> groups = groupResolution.resolve(tenantId, names);
        return HttpAnswer.json(
                200,
                view.of(settings.changeEnrollment(
                        tenantId, new Connector.Enrollment(groups, pollMinutes, isNested, isDeleted, safetyCap))));
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

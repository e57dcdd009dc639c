package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** After how many days without a check-in a device counts as disconnected: a setting of the connector. */
public final class DeviceSettingsRoutes {

    private static final String ADDRESS = "/api/v1/connector/device-settings";
    private static final String DAYS = "disconnectedAfterDays";

    private final Watch watch;
    private final Predicate<String> hasConnector;
    private final Schedule schedule;

    /**
     * @param hasConnector whether a tenant has a connector yet
     */
    public DeviceSettingsRoutes(Watch watch, Predicate<String> hasConnector, Schedule schedule) {
        this.watch = watch;
        this.hasConnector = hasConnector;
        this.schedule = schedule;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", ADDRESS, Access.CONNECTOR_READ, null, (request, caller) -> show(tenantOf(caller))),
                new Route("PUT", ADDRESS, Access.CONNECTOR_CHANGE, Route.JSON, this::change));
    }

    private HttpAnswer show(String tenantId) {
        return HttpAnswer.json(200, Map.of(DAYS, watch.disconnectedAfterDays(tenantId)));
    }

    private HttpAnswer change(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        int days = fields.between(DAYS, Watch.LEAST_DAYS, Watch.MOST_DAYS);
        fields.done();
        String tenantId = tenantOf(caller);
        if (!hasConnector.test(tenantId)) {
            throw new AppException(ErrorCode.CONNECTOR_UNKNOWN);
        }
        if (watch.disconnectedAfterDays(tenantId) != days) {
            schedule.ensure(tenantId, JobKind.SWEEP, Schedule.SAFETY_DELAY);
            watch.saveDisconnectedAfterDays(tenantId, days);
            schedule.runNow(tenantId, JobKind.SWEEP);
        }
        return show(tenantId);
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}

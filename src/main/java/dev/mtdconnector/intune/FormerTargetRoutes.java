package dev.mtdconnector.intune;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.connector.ConnectorSettings;
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

/** Has us wait no longer for a former target that cannot be reached. */
public final class FormerTargetRoutes {

    private static final int LONGEST_TARGET = 60;

    private final ConnectorSettings settings;
    private final Delivery delivery;
    private final Schedule schedule;

    public FormerTargetRoutes(ConnectorSettings settings, Delivery delivery, Schedule schedule) {
        this.settings = settings;
        this.delivery = delivery;
        this.schedule = schedule;
    }

    public List<Route> routes() {
        return List.of(new Route(
                "POST",
                "/api/v1/connector/publishing/forget-target",
                Access.CONNECTOR_CHANGE,
                Route.JSON,
                this::forget));
    }

    private HttpAnswer forget(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Fields fields = Fields.of(request.body());
        String target = fields.text("target", LONGEST_TARGET);
        fields.done();
        boolean isPresent = settings.get(tenantId).publishing().target().text().equals(target);
        schedule.ensure(tenantId, JobKind.PUBLISH, Schedule.SAFETY_DELAY);
        if (isPresent || !delivery.former().forget(tenantId, target)) {
            throw AppException.invalid("target", "is no former target that cannot be reached");
        }
        schedule.runNow(tenantId, JobKind.PUBLISH);
        return HttpAnswer.json(202, Map.of("target", target, "state", "forgotten"));
    }
}

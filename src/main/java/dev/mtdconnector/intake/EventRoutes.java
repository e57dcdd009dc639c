package dev.mtdconnector.intake;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Event intake by push. A request of which no event could be taken is an error; one in which some could is not, and
 * says which were not.
 */
public final class EventRoutes {

    private final EventIntake intake;
    private final TenantStore tenants;

    public EventRoutes(EventIntake intake, TenantStore tenants) {
        this.intake = intake;
        this.tenants = tenants;
    }

    public List<Route> routes() {
        return List.of(new Route("POST", "/events", Access.FEED, Route.JSON, this::accept));
    }

    private HttpAnswer accept(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Tenant tenant = tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.IDENTITY_REQUIRED));
        EventIntake.Result result = intake.accept(tenant, Fields.parse(request.body()));
        int taken = result.applied() + result.unchanged() + result.parked() + result.ignored();
        if (taken == 0 && !result.rejected().isEmpty()) {
            refuse(result);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("applied", result.applied());
        answer.put("unchanged", result.unchanged());
        answer.put("parked", result.parked());
        answer.put("ignored", result.ignored());
        answer.put("rejected", result.rejected());
        return HttpAnswer.json(200, answer);
    }

    private static void refuse(EventIntake.Result result) {
        List<FieldError> errors = result.rejected().stream()
                .flatMap(rejected -> rejected.errors().stream())
                .limit(100)
                .toList();
        if (result.foreign() == result.rejected().size()) {
            throw new AppException(ErrorCode.IDENTITY_FORBIDDEN, "The events are another enterprise's.", errors);
        }
        throw new AppException(ErrorCode.REQUEST_INVALID, "None of the events is valid.", errors);
    }
}

package dev.mtdconnector.operator;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantView;
import java.util.List;
import java.util.Locale;

/** What the operator does with a tenant after it was onboarded. */
public final class LifecycleRoutes {

    private static final int LONGEST_REASON = 500;

    private final Lifecycle lifecycle;
    private final TenantExport export;
    private final TenantView view;

    public LifecycleRoutes(Lifecycle lifecycle, TenantData data, TenantView view) {
        this.lifecycle = lifecycle;
        this.export = new TenantExport(data);
        this.view = view;
    }

    public List<Route> routes() {
        String tenant = "/api/v1/operator/tenants/{tenantId}";
        return List.of(
                route("PATCH", tenant, this::change),
                route("POST", tenant + "/suspend", this::suspend),
                new Route(
                        "POST",
                        tenant + "/resume",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> answer(lifecycle.resume(tenantId(request)))),
                route("POST", tenant + "/offboard", this::offboard),
                new Route(
                        "POST",
                        tenant + "/restore",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> answer(lifecycle.restore(tenantId(request)))),
                new Route("GET", tenant + "/export", Access.OPERATOR, null, (request, caller) -> export(request)));
    }

    private Tenant change(HttpRequest request) {
        String tenantId = tenantId(request);
        return lifecycle.change(tenantId, details -> changed(request, details));
    }

    private static Details changed(HttpRequest request, Details details) {
        Fields fields = Fields.of(request.body());
        Details changed = details.changedBy(fields);
        fields.done();
        return changed.checkGroups();
    }

    private Tenant suspend(HttpRequest request) {
        Fields fields = Fields.of(request.body());
        String reason = fields.text("reason", LONGEST_REASON);
        fields.done();
        return lifecycle.suspend(tenantId(request), reason);
    }

    private Tenant offboard(HttpRequest request) {
        Fields fields = Fields.of(request.body());
        String confirmed = fields.guid("confirm");
        fields.done();
        String tenantId = tenantId(request);
        if (!confirmed.equals(tenantId)) {
            throw AppException.invalid("confirm", "must be the directory id of the organization that leaves");
        }
        return lifecycle.offboard(tenantId);
    }

    private HttpAnswer export(HttpRequest request) {
        Tenant tenant = lifecycle.find(tenantId(request));
        if (tenant.status() == Tenant.Status.DELETING) {
            throw new AppException(ErrorCode.TENANT_OFFBOARDED, "The organization's data is being deleted.");
        }
        return HttpAnswer.json(
                200, export.page(tenant.tenantId(), request.query().get("cursor")));
    }

    private HttpAnswer answer(Tenant tenant) {
        return HttpAnswer.json(200, view.ofOperator(tenant));
    }

    private static String tenantId(HttpRequest request) {
        String tenantId = request.pathParameter("tenantId").toLowerCase(Locale.ROOT);
        if (!Fields.isGuid(tenantId)) {
            throw new AppException(ErrorCode.TENANT_UNKNOWN);
        }
        return tenantId;
    }

    private Route route(String method, String template, Step step) {
        return new Route(
                method, template, Access.OPERATOR, Route.JSON, (request, caller) -> answer(step.take(request)));
    }

    /** What a route with a body does; it answers the tenant. */
    @FunctionalInterface
    private interface Step {
        Tenant take(HttpRequest request);
    }
}

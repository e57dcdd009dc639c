package dev.mtdconnector.health;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.List;

/** How the deployment is, and what is wrong. These routes only look. */
public final class HealthRoutes {

    private static final String DEPLOYMENT = "deployment";

    private final DeploymentHealth health;
    private final Doctor doctor;
    private final TenantChecks ofTenant;
    private final DeploymentChecks ofDeployment;
    private final TenantStore tenants;

    public HealthRoutes(
            DeploymentHealth health,
            Doctor doctor,
            TenantChecks ofTenant,
            DeploymentChecks ofDeployment,
            TenantStore tenants) {
        this.health = health;
        this.doctor = doctor;
        this.ofTenant = ofTenant;
        this.ofDeployment = ofDeployment;
        this.tenants = tenants;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/operator/health", Access.OPERATOR, null, (request, caller) -> health()),
                new Route(
                        "GET",
                        "/api/v1/operator/doctor",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> answer(doctor.examine(DEPLOYMENT, ofDeployment::all))),
                new Route(
                        "GET",
                        "/api/v1/doctor",
                        Access.SYSTEM_READ,
                        null,
                        (request, caller) -> tenant(((Caller.OfTenant) caller).tenantId())));
    }

    private HttpAnswer health() {
        DeploymentHealth.Report report = health.look();
        return HttpAnswer.json(report.isStale() ? 503 : 200, report.body());
    }

    private HttpAnswer tenant(String tenantId) {
        Tenant tenant = tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
        return answer(doctor.examine(tenantId, () -> ofTenant.of(tenant)));
    }

    private static HttpAnswer answer(Doctor.Diagnosis diagnosis) {
        return HttpAnswer.json(200, diagnosis.view());
    }
}

package dev.mtdconnector.app;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intune.Delivery;
import dev.mtdconnector.notify.ErrorAudience.Audience;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.ErrorReportJob;
import dev.mtdconnector.notify.ErrorRoutes;
import dev.mtdconnector.notify.FailedRequests;
import dev.mtdconnector.notify.JobFailures;
import dev.mtdconnector.notify.PoisonRoutes;
import dev.mtdconnector.notify.Poisons;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.ErrorReportTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.PoisonTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What goes wrong: its records, who is told of it, and what an operator replays or discards. */
final class ErrorWiring implements Feature {

    private final Shared shared;
    private final ErrorRecords errors;
    private final ErrorReportTable reports;
    private final Poisons poisons;

    ErrorWiring(Shared shared, JobQueues queues) {
        this.shared = shared;
        this.errors = shared.services().errors();
        this.reports = new ErrorReportTable(shared.stores().tables());
        this.poisons = new Poisons(
                new PoisonTable(shared.stores().tables()),
                errors,
                shared.services().schedule(),
                queues,
                shared.clock());
    }

    /** Records of which people are told. */
    static ErrorRecords records(Tables tables, Schedule schedule, Clock clock) {
        ErrorRecords.Reports reports = new ErrorRecords.Reports() {
            @Override
            public void expect(String tenantId) {
                schedule.ensure(tenantId, JobKind.ERROR_REPORT, Schedule.SAFETY_DELAY);
            }

            @Override
            public void changed(String tenantId) {
                schedule.runNow(tenantId, JobKind.ERROR_REPORT);
            }
        };
        return new ErrorRecords(new ErrorTable(tables), reports, clock);
    }

    JobFailures jobFailures() {
        return new JobFailures(errors, poisons);
    }

    Poisons poisons() {
        return poisons;
    }

    /** The routes, what fails of them recorded. */
    List<Route> recorded(List<Route> routes) {
        return new FailedRequests(errors, shared.clock()).on(routes);
    }

    /** A message that carries no job failed for good. */
    void gaveUp(String queue, String message) {
        poisons.gaveUp(Poisons.NO_TENANT, queue, message);
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new ErrorRoutes(errors, reports).routes());
        routes.addAll(new PoisonRoutes(poisons).routes());
        return routes;
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        return Map.of(
                JobKind.ERROR_REPORT,
                new ErrorReportJob(
                        errors,
                        reports,
                        shared.services().mails(),
                        this::audience,
                        Map.of(
                                Delivery.SUBJECT,
                                tenantId -> shared.stores()
                                                .devices()
                                                .outbox()
                                                .books(tenantId)
                                                .failed()
                                        == 0),
                        shared.settings().errorMailsPerHour(),
                        shared.publicUrl(),
                        shared.clock()));
    }

    /** A tenant that is suspended or has left is told nothing: what is wrong then is meant, or nobody's to mend. */
    private Optional<Audience> audience(String tenantId) {
        return shared.stores()
                .tenants()
                .find(tenantId)
                .filter(tenant -> tenant.status() == Tenant.Status.ACTIVE)
                .map(tenant -> {
                    String own = shared.stores()
                            .connectors()
                            .find(tenantId)
                            .map(Connector::errorEmail)
                            .orElse(null);
                    String name = Objects.requireNonNullElse(tenant.name(), tenantId);
                    boolean hasOwn = own != null && !own.equals(tenant.primaryContact());
                    return new Audience(
                            name,
                            tenant.language(),
                            own == null || !hasOwn
                                    ? List.of(tenant.primaryContact())
                                    : List.of(own, tenant.primaryContact()),
                            own != null);
                });
    }
}

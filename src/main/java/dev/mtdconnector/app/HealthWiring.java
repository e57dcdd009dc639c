package dev.mtdconnector.app;

import dev.mtdconnector.connector.ConnectionStatus;
import dev.mtdconnector.feed.FeedView;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.health.DeploymentChecks;
import dev.mtdconnector.health.DeploymentHealth;
import dev.mtdconnector.health.Doctor;
import dev.mtdconnector.health.HealthRoutes;
import dev.mtdconnector.health.Probes;
import dev.mtdconnector.health.TenantChecks;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.Poisons;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** How the deployment is, and what is wrong for a tenant or its operator. */
final class HealthWiring implements Feature {

    private final HealthRoutes routes;

    HealthWiring(
            Shared shared,
            Edges edges,
            Drivers drivers,
            JobQueues queues,
            Poisons poisons,
            ConnectionStatus connection) {
        Settings settings = shared.settings();
        Shared.Stores stores = shared.stores();
        Tables tables = stores.tables();
        Clock clock = shared.clock();
        JobTable jobs = new JobTable(tables);
        Probes probes = new LazyProbes(edges);
        this.routes = new HealthRoutes(
                new DeploymentHealth(
                        new DeploymentHealth.Sources(drivers, jobs, jobs, queues, poisons, probes),
                        Version.ofBuild(),
                        clock),
                new Doctor(clock),
                new TenantChecks(
                        new TenantChecks.Sources(
                                stores.tenants(),
                                stores.connectors(),
                                connection,
                                (tenantId, registration) ->
                                        edges.grantedRoles().get().of(tenantId, registration),
                                new DirectoryGroups(shared.lazy().directory()),
                                shared.lazy().directory(),
                                shared.services().schedule(),
                                new ErrorTable(tables)::ofJob,
                                new FeedView(
                                        new FeedTable(tables), shared.services().schedule(), clock),
                                probes),
                        settings.publicUrl(),
                        clock),
                new DeploymentChecks(
                        new DeploymentChecks.Facts(
                                settings.publicUrl(),
                                settings.login().registrations().keySet(),
                                settings.operatorTenantId(),
                                !settings.sealing().isEmpty()),
                        drivers,
                        queues,
                        probes),
                stores.tenants());
    }

    @Override
    public List<Route> routes() {
        return routes.routes();
    }

    private record LazyProbes(Edges edges) implements Probes {

        @Override
        public Optional<Answered> lastOfGraph() {
            return edges.probes().get().lastOfGraph();
        }

        @Override
        public Answered graph() {
            return edges.probes().get().graph();
        }

        @Override
        public Answered login() {
            return edges.probes().get().login();
        }

        @Override
        public void token(String tenantId, Registration registration) {
            edges.probes().get().token(tenantId, registration);
        }

        @Override
        public boolean mail() {
            return edges.probes().get().mail();
        }
    }
}

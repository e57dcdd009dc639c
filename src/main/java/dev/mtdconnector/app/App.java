package dev.mtdconnector.app;

import dev.mtdconnector.connector.ConnectorRoutes;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.connector.HeartbeatJob;
import dev.mtdconnector.device.DeviceActivation;
import dev.mtdconnector.device.DeviceRoutes;
import dev.mtdconnector.enrollment.EnrollmentRoutes;
import dev.mtdconnector.enrollment.EnrollmentSyncJob;
import dev.mtdconnector.enrollment.GroupResolution;
import dev.mtdconnector.enrollment.SyncRun;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.http.Router;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.EventRoutes;
import dev.mtdconnector.intune.PublishJob;
import dev.mtdconnector.intune.ReassessJob;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.ErrorRoutes;
import dev.mtdconnector.notify.MailJob;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.schedule.Tick;
import dev.mtdconnector.signin.AgentTokens;
import dev.mtdconnector.signin.Authenticator;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.CredentialTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.tenant.ConsentFlow;
import dev.mtdconnector.tenant.ConsentRoutes;
import dev.mtdconnector.tenant.KeyExpiryJob;
import dev.mtdconnector.tenant.KeyRoutes;
import dev.mtdconnector.tenant.Onboarding;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.TenantKeys;
import dev.mtdconnector.tenant.TenantRoutes;
import dev.mtdconnector.threat.Policy;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The composition root: the one place that wires constructors. What reaches outside is made when it is first used.
 */
public final class App {

    private final Supplier<Wiring> wiring;

    public App(Settings settings, Edges edges) {
        this.wiring = Lazy.of(() -> new Wiring(settings, edges));
    }

    /** The app of this process, from its environment. */
    static App fromEnvironment() {
        Settings settings = Settings.from(System.getenv());
        return new App(settings, Edges.of(settings, Clock.systemUTC(), ThreadSleeper.INSTANCE));
    }

    /** Answers one request. Never throws. */
    public HttpAnswer handle(HttpRequest request) {
        return wiring.get().router.handle(request);
    }

    /** Every route there is. */
    public List<Route> routes() {
        return wiring.get().router.routes();
    }

    /** Sends a message for every job that is due. */
    public void tick() {
        wiring.get().tick.run();
    }

    /** Takes a job's message. */
    public void run(JobKind kind, String tenantId) {
        wiring.get().runner.run(kind, tenantId);
    }

    /** Records a message that failed for good. */
    public void poisoned(JobKind kind, String tenantId) {
        wiring.get().runner.poisoned(kind, tenantId);
    }

    private static final class Wiring {

        private final Router router;
        private final Tick tick;
        private final JobRunner runner;

        private Wiring(Settings settings, Edges edges) {
            Clock clock = edges.clock();
            var tables = edges.tables().get();
            var queues = edges.queues().get();
            JobTable jobTable = new JobTable(tables);
            TenantTable tenants = new TenantTable(tables);
            ConnectorTable connectors = new ConnectorTable(tables);
            DeviceTable devices = new DeviceTable(tables, clock);
            CredentialTable credentials = new CredentialTable(tables);
            UnsupportedTable unsupported = new UnsupportedTable(tables);
            MailTable mails = new MailTable(tables);
            Policy policy = Policy.DEFAULT;
            Secrets secrets = new Secrets(new SecureRandom());

            Schedule schedule = new Schedule(jobTable, queues, clock);
            this.tick = new Tick(jobTable, queues, clock);
            ErrorRecords errors = new ErrorRecords(new ErrorTable(tables), clock);
            MailOutbox mailOutbox = new MailOutbox(mails, schedule, clock);

            ConsentFlow.Endpoints endpoints = endpoints(settings);
            ConsentFlow consentFlow = new ConsentFlow(
                    tenants,
                    (tenantId, registration) -> edges.grantedRoles().get().of(tenantId, registration),
                    secrets,
                    endpoints,
                    (tenantId, registration) -> {
                        if (registration == Registration.PARTNER
                                && schedule.find(tenantId, JobKind.HEARTBEAT).isPresent()) {
                            schedule.runNow(tenantId, JobKind.HEARTBEAT);
                        }
                    },
                    clock,
                    edges.sleeper());
            TenantKeys keys = new TenantKeys(tenants, schedule, secrets, clock);
            Onboarding onboarding = new Onboarding(tenants, mailOutbox, keys, settings.publicUrl(), clock);
            ConnectorSettings connectorSettings = new ConnectorSettings(connectors, tenants, schedule, clock);
            ConnectorView connectorView = new ConnectorView(
                    connectors,
                    schedule,
                    tenantId -> connectors.last(tenantId).map(SyncRun::counts).orElse(Map.of()));
            EventIntake intake = new EventIntake(new IntakeTable(tables), devices, schedule, clock);
            DeviceActivation activation =
                    new DeviceActivation(devices, unsupported, credentials, intake, schedule, secrets, clock);
            LazyEdges lazy = new LazyEdges(edges);

            List<Route> routes = new ArrayList<>();
            routes.addAll(new TenantRoutes(onboarding, tenants, consentFlow).routes());
            routes.addAll(new KeyRoutes(keys, tenants, clock).routes());
            routes.addAll(new ConsentRoutes(consentFlow, endpoints).routes());
            routes.addAll(new ConnectorRoutes(connectorSettings, connectorView).routes());
            routes.addAll(new EnrollmentRoutes(
                            connectorSettings, connectorView, new GroupResolution(lazy.directory()), unsupported)
                    .routes());
            routes.addAll(new DeviceRoutes(devices, activation, policy).routes());
            routes.addAll(new EventRoutes(intake, tenants).routes());
            routes.addAll(new ErrorRoutes(errors).routes());
            routes.addAll(new PublicRoutes(jobTable, clock).routes());
            this.router =
                    new Router(routes, Lazy.of(() -> authenticator(settings, edges, tenants, credentials, clock)));

            Map<JobKind, TenantJob> jobs = Map.of(
                    JobKind.ENROLLMENT_SYNC,
                            new EnrollmentSyncJob(
                                    connectors,
                                    lazy.directory(),
                                    settings.supported(),
                                    devices,
                                    unsupported,
                                    intake,
                                    schedule,
                                    connectors,
                                    clock),
                    JobKind.HEARTBEAT, new HeartbeatJob(connectors, tenants, lazy.intuneConnection(), schedule, clock),
                    JobKind.PUBLISH, new PublishJob(connectors, devices, lazy.intunePublisher(), policy, clock),
                    JobKind.REASSESS, new ReassessJob(connectors, devices, devices, policy, schedule),
                    JobKind.MAIL,
                            new MailJob(mails, mail -> edges.mailer().get().send(mail), clock),
                    JobKind.KEY_EXPIRY, new KeyExpiryJob(tenants, tenants, mailOutbox, clock));
            this.runner = new JobRunner(jobTable, queues, jobs, errors, clock);
        }

        private static Authenticator authenticator(
                Settings settings, Edges edges, TenantTable tenants, CredentialTable credentials, Clock clock) {
            AgentTokens agentTokens = new AgentTokens(
                    settings.login().endpoint().toString(),
                    clientId(settings, Registration.BASE),
                    settings.agents().clientIds(),
                    (tenantId, since) -> edges.signingKeys().get().of(tenantId, since),
                    tenantId -> tenants.find(tenantId).isPresent(),
                    clock);
            return new Authenticator(
                    settings.operatorKey(),
                    new KeyRing(tenants, credentials, clock),
                    agentTokens,
                    new AccessGate(tenants));
        }

        private static ConsentFlow.Endpoints endpoints(Settings settings) {
            return new ConsentFlow.Endpoints(
                    settings.loginForBrowsers(),
                    settings.publicUrl(),
                    Map.of(
                            Registration.BASE, clientId(settings, Registration.BASE),
                            Registration.PARTNER, clientId(settings, Registration.PARTNER)),
                    Map.of(
                            Registration.BASE, settings.graph().tokenScope(),
                            Registration.PARTNER, settings.partner().tokenScope()));
        }

        private static String clientId(Settings settings, Registration registration) {
            return Optional.ofNullable(settings.login().registrations().get(registration))
                    .orElseThrow()
                    .clientId()
                    .toString();
        }
    }
}

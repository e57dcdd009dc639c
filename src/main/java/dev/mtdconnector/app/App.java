package dev.mtdconnector.app;

import dev.mtdconnector.apps.CachedAllowances;
import dev.mtdconnector.audit.AuditRoutes;
import dev.mtdconnector.audit.AuditTrail;
import dev.mtdconnector.audit.AuditedRoutes;
import dev.mtdconnector.connector.ConnectionStatus;
import dev.mtdconnector.connector.ConnectorRoutes;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.console.AccountRoutes;
import dev.mtdconnector.console.SignInRoutes;
import dev.mtdconnector.enrollment.EnrollmentRoutes;
import dev.mtdconnector.enrollment.EnrollmentSyncJob;
import dev.mtdconnector.enrollment.Forecast;
import dev.mtdconnector.enrollment.GroupResolution;
import dev.mtdconnector.enrollment.HeldNotice;
import dev.mtdconnector.enrollment.OptionalSources;
import dev.mtdconnector.enrollment.SyncRoutes;
import dev.mtdconnector.enrollment.SyncRun;
import dev.mtdconnector.http.Browser;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.RateLimit;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.http.Router;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.EventRoutes;
import dev.mtdconnector.intune.PublishingProgress;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailJob;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.operator.Lifecycle;
import dev.mtdconnector.operator.LifecycleRoutes;
import dev.mtdconnector.operator.OffboardJob;
import dev.mtdconnector.people.NoticeJob;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Suspension;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.schedule.Tick;
import dev.mtdconnector.signin.AgentTokens;
import dev.mtdconnector.signin.Authenticator;
import dev.mtdconnector.signin.EntraTokens;
import dev.mtdconnector.signin.IdTokens;
import dev.mtdconnector.signin.OperatorTokens;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.signin.SessionStore;
import dev.mtdconnector.signin.Sessions;
import dev.mtdconnector.signin.SignInFlow;
import dev.mtdconnector.signin.TenantGate;
import dev.mtdconnector.signin.Witness;
import dev.mtdconnector.storage.AppListTable;
import dev.mtdconnector.storage.AuditTable;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.storage.CredentialTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.DriverTable;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.EnterpriseTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.KnownTables;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.PolicyTable;
import dev.mtdconnector.storage.SessionTable;
import dev.mtdconnector.storage.TenantRows;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.tenant.AccessGroups;
import dev.mtdconnector.tenant.ConsentFlow;
import dev.mtdconnector.tenant.ConsentGate;
import dev.mtdconnector.tenant.ConsentJob;
import dev.mtdconnector.tenant.ConsentNotices;
import dev.mtdconnector.tenant.ConsentRoutes;
import dev.mtdconnector.tenant.ConsentWitness;
import dev.mtdconnector.tenant.Consents;
import dev.mtdconnector.tenant.Enterprises;
import dev.mtdconnector.tenant.Invitations;
import dev.mtdconnector.tenant.KeyExpiryJob;
import dev.mtdconnector.tenant.KeyRoutes;
import dev.mtdconnector.tenant.NeededRoles;
import dev.mtdconnector.tenant.Onboarding;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantKeys;
import dev.mtdconnector.tenant.TenantRoutes;
import dev.mtdconnector.tenant.TenantView;
import dev.mtdconnector.threat.PolicyRoutes;
import dev.mtdconnector.threat.PolicySettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: the one place that wires constructors. What reaches outside is made when it is first used.
 */
public final class App {

    private static final Logger LOG = LoggerFactory.getLogger(App.class);

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

    /** Every action that the audit trail knows, with its routes. */
    public SortedMap<String, Set<String>> auditActions() {
        return wiring.get().auditActions;
    }

    /** The platform's timer fired: sends a message for every job that is due. */
    public void tick() {
        wiring.get().drivers.timer();
    }

    /** A message of the pulse arrived. */
    public void pulse(String generation) {
        wiring.get().drivers.pulse(generation);
    }

    /** A message of the pulse failed for good. */
    public void pulseLost(String generation) {
        LOG.error("Pulse {} failed for good; the timer or a health request begins the chain anew", generation);
        wiring.get().failures.gaveUp(Drivers.QUEUE, generation);
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
        private final Drivers drivers;
        private final SortedMap<String, Set<String>> auditActions;
        private final JobRunner runner;
        private final ErrorWiring failures;

        private Wiring(Settings settings, Edges edges) {
            Clock clock = edges.clock();
            KnownTables tables = new KnownTables(edges.tables().get());
            var queues = edges.queues().get();
            JobTable jobTable = new JobTable(tables);
            TenantTable tenants = new TenantTable(tables);
            ConsentTable consentTable = new ConsentTable(tables);
            ConnectorTable connectors = new ConnectorTable(tables);
            CachedAllowances allowances = new CachedAllowances(new AppListTable(tables), clock);
            DeviceTable devices = new DeviceTable(tables, clock, allowances);
            CredentialTable credentials = new CredentialTable(tables);
            UnsupportedTable unsupported = new UnsupportedTable(tables);
            EnrollmentTable enrollment = new EnrollmentTable(tables);
            MailTable mails = new MailTable(tables);
            PolicyTable policies = new PolicyTable(tables);
            Secrets secrets = new Secrets(new SecureRandom());

            Schedule schedule = new Schedule(jobTable, queues, clock);
            this.drivers = new Drivers(new DriverTable(tables), new Tick(jobTable, queues, clock), queues, clock);
            ErrorRecords errors = ErrorWiring.records(tables, schedule, clock);
            ErrorTable errorTable = new ErrorTable(tables);
            MailOutbox mailOutbox = new MailOutbox(mails, schedule, clock);
            LazyEdges lazy = new LazyEdges(edges);
            Enterprises enterprises = new Enterprises(new EnterpriseTable(tables), tenants, clock);
            AccessGroups accessGroups = new AccessGroups(
                    tenants,
                    new DirectoryGroups(lazy.directory()),
                    tenantId -> consentTable.find(tenantId, Registration.BASE).isGranted(),
                    errors);

            ConsentFlow.Endpoints endpoints = endpoints(settings);
            Consents consents = new Consents(
                    consentTable,
                    (tenantId, registration) -> edges.grantedRoles().get().of(tenantId, registration),
                    schedule,
                    new ConsentNotices(tenants, mailOutbox, settings.publicUrl()),
                    (tenantId, registration) -> {
                        if (registration == Registration.BASE) {
                            accessGroups.check(tenantId);
                        }
                    },
                    tenantId -> connectors
                            .find(tenantId)
                            .map(connector -> connector.publishing().registration())
                            .orElse(Registration.PARTNER),
                    clock);
            ConsentFlow consentFlow =
                    new ConsentFlow(consentTable, tenants, consents, secrets, endpoints, clock, edges.sleeper());
            Invitations invitations =
                    new Invitations(consentTable, tenants, mailOutbox, secrets, settings.publicUrl(), clock);
            TenantKeys keys = new TenantKeys(tenants, schedule, secrets, clock);
            Onboarding onboarding =
                    new Onboarding(tenants, enterprises, invitations, mailOutbox, keys, settings.publicUrl(), clock);
            ConnectorSettings connectorSettings = new ConnectorSettings(connectors, consentTable, schedule, clock);
            ConnectionStatus connection = HeartbeatWiring.status(connectors, tenants, errorTable, schedule, clock);
            ConnectorView connectorView = new ConnectorView(
                    connection,
                    schedule,
                    tenantId -> enrollment.runs(tenantId, 2).stream()
                            .filter(run -> !run.isMereFailure())
                            .findFirst()
                            .map(SyncRun::counts)
                            .orElse(Map.of()),
                    tenantId -> enrollment
                            .read(tenantId)
                            .map(snapshot -> snapshot.graph().names())
                            .orElse(Map.of()),
                    new PublishingProgress(devices.outbox(), clock)::of,
                    settings.publicUrl());
            Function<String, Set<String>> taken = tenantId -> takenGroups(tenantId, tenants, connectors, enrollment);
            Forecast forecast = new Forecast(enrollment, devices, lazy.directoryChanges(), clock);
            IntakeTable intakeTable = new IntakeTable(tables);
            IntakeLogTable intakeLog = new IntakeLogTable(tables);
            EventIntake intake =
                    new EventIntake(intakeTable, intakeTable.parked(), intakeLog, devices, schedule, clock);
            Shared shared = new Shared(
                    settings,
                    clock,
                    lazy,
                    new Shared.Stores(
                            tables, tenants, consentTable, connectors, devices, policies, enrollment, intakeTable),
                    new Shared.Services(schedule, errors, mailOutbox, intake, secrets));
            TenantGate gate = new AccessGate(tenants, consentTable);
            SessionStore sessionStore = new SessionTable(tables);
            PeopleWiring people = new PeopleWiring(shared);
            Sessions sessions = new Sessions(sessionStore, gate, lazy.groupMembership(), people.people(), clock);
            NoticeJob notices = people.notices(sessions::isAdministrator);
            PublishingWiring publishing = new PublishingWiring(shared, connectorSettings, connectorView, taken);
            AppsWiring apps = new AppsWiring(shared, allowances);
            this.failures = new ErrorWiring(shared, queues);
            FeedWiring feeds = new FeedWiring(shared);
            WebhookWiring webhooks = new WebhookWiring(shared);
            List<Feature> features = List.of(
                    publishing,
                    new HeartbeatWiring(shared, publishing, connection),
                    new DeviceWiring(shared, credentials, unsupported),
                    apps,
                    feeds,
                    webhooks,
                    people,
                    failures,
                    new HealthWiring(shared, edges, drivers, queues, failures.poisons(), connection));
            Browser browser = new Browser(settings.publicUrl());
            EntraTokens tokens = new EntraTokens(
                    settings.login().endpoint().toString(),
                    clientId(settings, Registration.BASE),
                    lazy.signingKeys(),
                    clock);
            SignInFlow.Endpoints signInEndpoints = new SignInFlow.Endpoints(
                    settings.loginForBrowsers(), settings.publicUrl(), clientId(settings, Registration.BASE));
            SignInFlow signInFlow = signInFlow(
                    signInEndpoints,
                    lazy,
                    tokens,
                    gate,
                    sessions,
                    sessionStore,
                    new ConsentWitness(consents),
                    secrets,
                    clock);
            TenantView view = new TenantView(consents);
            TenantRows rows = new TenantRows(tables);
            Lifecycle lifecycle = new Lifecycle(
                    tenants, accessGroups, connectors, schedule, sessions::endAllOf, settings.retention(), clock);

            List<Route> routes = new ArrayList<>();
            routes.addAll(new TenantRoutes(onboarding, tenants, consents, view).routes());
            routes.addAll(new LifecycleRoutes(lifecycle, rows, view).routes());
            routes.addAll(new ConsentRoutes(consentFlow, invitations, secrets, browser, endpoints).routes());
            routes.addAll(new SignInRoutes(signInFlow, signInEndpoints, sessions, browser, secrets).routes());
            routes.addAll(new AccountRoutes(
                            sessions,
                            gate,
                            browser,
                            tenantId -> consents.publisher(tenantId).label())
                    .routes());
            routes.addAll(new KeyRoutes(keys, tenants, clock).routes());
            routes.addAll(new ConnectorRoutes(connectorSettings, connectorView).routes());
            features.forEach(feature -> routes.addAll(feature.routes()));
            routes.addAll(new EnrollmentRoutes(
                            connectorSettings,
                            connectorView,
                            new GroupResolution(lazy.directory()),
                            unsupported,
                            enrollment,
                            devices,
                            lazy.directoryChanges(),
                            forecast)
                    .routes());
            routes.addAll(new SyncRoutes(connectorSettings, enrollment, devices, lazy.directoryChanges()).routes());
            routes.addAll(
                    new PolicyRoutes(policies, new PolicySettings(policies, devices::eachExposed, schedule, clock))
                            .routes());
            routes.addAll(new EventRoutes(intake, intakeTable, intakeTable.parked(), intakeLog, tenants).routes());
            routes.addAll(new PublicRoutes(drivers).routes());
            AuditTable audit = new AuditTable(tables);
            routes.addAll(new AuditRoutes(audit).routes());
            AuditedRoutes audited = AuditActions.of(
                    new AuditTrail(audit, clock),
                    tenants,
                    view,
                    connectors,
                    connectorView,
                    keys,
                    policies,
                    intake,
                    feeds.feeds(),
                    webhooks.settings());
            apps.audit(audited);
            people.audit(audited);
            this.auditActions = audited.actions();
            this.router = new Router(
                    new RateLimit(clock).on(failures.recorded(audited.on(routes))),
                    Lazy.of(() ->
                            authenticator(settings, tenants, credentials, devices, tokens, gate, sessions, clock)),
                    browser);

            Map<JobKind, TenantJob> jobs = new EnumMap<>(JobKind.class);
            features.forEach(feature -> jobs.putAll(feature.jobs()));
            jobs.put(
                    JobKind.ENROLLMENT_SYNC,
                    new EnrollmentSyncJob(
                            connectors,
                            enrollment,
                            devices,
                            lazy.directoryChanges(),
                            (tenantId, source) -> consentTable
                                    .find(tenantId, Registration.BASE)
                                    .allows(rolesOf(source)),
                            settings.supported(),
                            unsupported,
                            intake,
                            schedule,
                            errors,
                            new HeldNotice(tenants, mailOutbox, settings.publicUrl()),
                            clock));
            jobs.put(
                    JobKind.MAIL,
                    new MailJob(mails, mail -> edges.mailer().get().send(mail), notices, clock));
            jobs.put(JobKind.NOTICE, notices);
            jobs.put(
                    JobKind.OFFBOARD,
                    new OffboardJob(
                            tenants,
                            enterprises,
                            connectors,
                            publishing.withdrawal(),
                            lazy.intuneConnection(),
                            rows,
                            schedule,
                            clock));
            jobs.put(JobKind.CONSENT, new ConsentJob(consents));
            jobs.put(JobKind.KEY_EXPIRY, new KeyExpiryJob(tenants, tenants, mailOutbox, clock));
            this.runner = new JobRunner(
                    jobTable,
                    queues,
                    jobs,
                    new ConsentGate(consents),
                    failures.jobFailures(),
                    suspension(tenants),
                    clock);
        }

        private static Set<String> rolesOf(OptionalSources.Source source) {
            return source == OptionalSources.Source.MANAGED_DEVICES
                    ? NeededRoles.MANAGED_DEVICES
                    : NeededRoles.PROTECTED_APPS;
        }

        /** Only what offboarding has to do is done for a tenant that is not served. */
        private static Suspension suspension(TenantTable tenants) {
            return (tenantId, kind) -> kind != JobKind.OFFBOARD
                    && tenants.find(tenantId)
                            .filter(tenant -> tenant.status() != Tenant.Status.ACTIVE)
                            .isPresent();
        }

        private static SignInFlow signInFlow(
                SignInFlow.Endpoints endpoints,
                LazyEdges lazy,
                EntraTokens tokens,
                TenantGate gate,
                Sessions sessions,
                SessionStore store,
                Witness witness,
                Secrets secrets,
                Clock clock) {
            return new SignInFlow(
                    endpoints,
                    new SignInFlow.Entra(lazy.directoryNames(), lazy.codeRedemption(), new IdTokens(tokens)),
                    gate,
                    sessions,
                    store,
                    Arrays.stream(Registration.values())
                            .map(registration -> "consent-" + registration.label())
                            .collect(Collectors.toSet()),
                    witness,
                    secrets,
                    clock);
        }

        private static Authenticator authenticator(
                Settings settings,
                TenantTable tenants,
                CredentialTable credentials,
                DeviceTable devices,
                EntraTokens tokens,
                TenantGate gate,
                Sessions sessions,
                Clock clock) {
            Set<String> agents = settings.agents().clientIds();
            return new Authenticator(
                    settings.operatorKey(),
                    new KeyRing(tenants, credentials, devices, clock),
                    new AgentTokens(
                            tokens, agents, tenantId -> tenants.find(tenantId).isPresent()),
                    new OperatorTokens(tokens, settings.operatorTenantId(), agents),
                    gate,
                    sessions);
        }

        /** Access groups, and enrollment groups with what is known to be within them. */
        private static Set<String> takenGroups(
                String tenantId, TenantTable tenants, ConnectorTable connectors, EnrollmentTable enrollment) {
            Set<String> taken = new HashSet<>();
            tenants.find(tenantId)
                    .ifPresent(tenant ->
                            taken.addAll(tenant.details().accessGroups().values()));
            connectors
                    .find(tenantId)
                    .ifPresent(connector -> connector.groups().forEach(group -> taken.add(group.id())));
            enrollment
                    .read(tenantId)
                    .ifPresent(snapshot -> snapshot.graph().groups().forEach(group -> taken.add(group.id())));
            return taken;
        }

        private static ConsentFlow.Endpoints endpoints(Settings settings) {
            Map<Registration, String> clientIds = new EnumMap<>(Registration.class);
            Map<Registration, String> scopes = new EnumMap<>(Registration.class);
            for (Registration registration : settings.login().registrations().keySet()) {
                clientIds.put(registration, clientId(settings, registration));
                scopes.put(
                        registration,
                        registration == Registration.PARTNER
                                ? settings.partner().tokenScope()
                                : settings.graph().tokenScope());
            }
            return new ConsentFlow.Endpoints(settings.loginForBrowsers(), settings.publicUrl(), clientIds, scopes);
        }

        private static String clientId(Settings settings, Registration registration) {
            return Optional.ofNullable(settings.login().registrations().get(registration))
                    .orElseThrow()
                    .clientId()
                    .toString();
        }
    }
}

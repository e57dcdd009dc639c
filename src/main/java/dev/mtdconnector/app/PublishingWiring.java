package dev.mtdconnector.app;

import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.connector.HeartbeatJob;
import dev.mtdconnector.connector.PublishingRoutes;
import dev.mtdconnector.device.TraceRoutes;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intune.BreakerNotice;
import dev.mtdconnector.intune.Delivery;
import dev.mtdconnector.intune.HeldRoutes;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.intune.PublishJob;
import dev.mtdconnector.intune.ReadBackJob;
import dev.mtdconnector.intune.ReadBackRoutes;
import dev.mtdconnector.intune.ReassessJob;
import dev.mtdconnector.intune.RerateJob;
import dev.mtdconnector.intune.TargetPublishers;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.PolicyTable;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.tenant.NeededRoles;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What tells Intune of devices: the part of the composition root from the publishers to their jobs and routes. */
final class PublishingWiring {

    private final Parts parts;
    private final LazyEdges lazy;
    private final Set<Registration> registrations;
    private final String publicUrl;
    private final Clock clock;
    private final Outbox outbox;
    private final TargetPublishers publishers;

    /** What is wired elsewhere. */
    record Parts(
            Tables tables,
            TenantTable tenants,
            ConsentTable consents,
            ConnectorTable connectors,
            DeviceTable devices,
            PolicyTable policies,
            Schedule schedule,
            ErrorRecords errors,
            MailOutbox mails) {}

    PublishingWiring(Parts parts, LazyEdges lazy, Set<Registration> registrations, String publicUrl, Clock clock) {
        this.parts = parts;
        this.lazy = lazy;
        this.registrations = registrations;
        this.publicUrl = publicUrl;
        this.clock = clock;
        this.outbox = parts.devices().outbox();
        PublishingTable kept = new PublishingTable(parts.tables());
        this.publishers = new TargetPublishers(
                lazy.intunePublisher(),
                lazy.intuneConnection(),
                new TargetPublishers.Directory(lazy.deviceAttributes(), lazy.groupMembers(), kept, kept),
                registrations,
                parts.connectors(),
                clock);
    }

    List<Route> routes(ConnectorSettings settings, ConnectorView view, Function<String, Set<String>> taken) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new PublishingRoutes(
                        settings,
                        view,
                        parts.consents(),
                        lazy.riskGroups(),
                        taken,
                        new PublishingRoutes.Deployment(registrations, publicUrl))
                .routes());
        routes.addAll(new TraceRoutes(parts.devices()).routes());
        routes.addAll(new ReadBackRoutes(
                        settings,
                        parts.devices().readBack(),
                        lazy.reportedStates(),
                        tenantId -> isGranted(tenantId, NeededRoles.MANAGED_DEVICES),
                        tenantId -> isGranted(tenantId, NeededRoles.INTUNE_CONNECTORS))
                .routes());
        routes.addAll(new HeldRoutes(settings, outbox, parts.devices(), parts.schedule()).routes());
        return routes;
    }

    Map<JobKind, TenantJob> jobs() {
        ConnectorTable connectors = parts.connectors();
        DeviceTable devices = parts.devices();
        Schedule schedule = parts.schedule();
        Delivery delivery = new Delivery(outbox, publishers, parts.errors(), clock);
        BreakerNotice notice = new BreakerNotice(
                parts.errors(),
                parts.mails(),
                tenantId -> parts.tenants().find(tenantId).map(Tenant::language).orElse("en"),
                publicUrl);
        Map<JobKind, TenantJob> jobs = new EnumMap<>(JobKind.class);
        jobs.put(
                JobKind.HEARTBEAT,
                new HeartbeatJob(
                        connectors,
                        publishers,
                        (tenantId, error) -> delivery.returned(tenantId, error.messageId(), error.detail()),
                        schedule,
                        clock));
        jobs.put(
                JobKind.PUBLISH,
                new PublishJob(connectors, outbox, delivery, publishers, parts.policies(), notice, clock));
        jobs.put(JobKind.REASSESS, new ReassessJob(connectors, devices, outbox, parts.policies(), schedule, clock));
        jobs.put(JobKind.RERATE, new RerateJob(connectors, devices, outbox, parts.policies(), schedule, clock));
        jobs.put(
                JobKind.READ_BACK,
                new ReadBackJob(
                        connectors,
                        devices,
                        outbox,
                        devices.readBack(),
                        lazy.reportedStates(),
                        tenantId -> isGranted(tenantId, NeededRoles.MANAGED_DEVICES),
                        schedule,
                        clock));
        return jobs;
    }

    private boolean isGranted(String tenantId, Set<String> roles) {
        return parts.consents().find(tenantId, Registration.BASE).allows(roles);
    }
}

package dev.mtdconnector.app;

import dev.mtdconnector.connector.Connections;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorView;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.PublishingRoutes;
import dev.mtdconnector.connector.ReturnedMessages;
import dev.mtdconnector.device.TraceRoutes;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intune.BreakerNotice;
import dev.mtdconnector.intune.Delivery;
import dev.mtdconnector.intune.FormerTargetRoutes;
import dev.mtdconnector.intune.HeldRoutes;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.intune.PublishJob;
import dev.mtdconnector.intune.ReadBackJob;
import dev.mtdconnector.intune.ReadBackRoutes;
import dev.mtdconnector.intune.ReassessJob;
import dev.mtdconnector.intune.RerateJob;
import dev.mtdconnector.intune.TargetComparisons;
import dev.mtdconnector.intune.TargetPublishers;
import dev.mtdconnector.intune.Withdrawal;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.PublishingTable;
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
final class PublishingWiring implements Feature {

    private final Shared.Stores parts;
    private final Schedule schedule;
    private final ConnectorSettings settings;
    private final ConnectorView view;
    private final LazyEdges lazy;
    private final Set<Registration> registrations;
    private final String publicUrl;
    private final Clock clock;
    private final Outbox outbox;
    private final Function<String, Set<String>> taken;
    private final TargetPublishers.Directory directory;
    private final TargetPublishers publishers;
    private final Delivery delivery;
    private final PublishJob publish;
    private final ReassessJob reassess;

    /**
     * @param taken the groups of a tenant that decide about access to the connector or about enrollment
     */
    PublishingWiring(
            Shared shared, ConnectorSettings settings, ConnectorView view, Function<String, Set<String>> taken) {
        this.parts = shared.stores();
        this.schedule = shared.services().schedule();
        this.lazy = shared.lazy();
        this.registrations = shared.settings().login().registrations().keySet();
        this.publicUrl = shared.publicUrl();
        this.settings = settings;
        this.view = view;
        this.taken = taken;
        this.clock = shared.clock();
        ErrorRecords errors = shared.services().errors();
        this.outbox = parts.devices().outbox();
        PublishingTable kept = new PublishingTable(parts.tables());
        this.directory = new TargetPublishers.Directory(lazy.deviceAttributes(), lazy.groupMembers(), kept, kept);
        this.publishers = new TargetPublishers(
                lazy.intunePublisher(), lazy.intuneConnection(), directory, registrations, parts.connectors(), clock);
        this.delivery = new Delivery(
                outbox,
                publishers,
                (tenantId, deviceIds) -> lazy.directoryChanges()
                        .open(tenantId, DirectoryChanges.Meter.NONE)
                        .deletedOf(deviceIds),
                errors,
                clock);
        BreakerNotice notice = new BreakerNotice(
                errors,
                shared.services().mails(),
                tenantId -> parts.tenants().find(tenantId).map(Tenant::language).orElse("en"),
                publicUrl);
        this.publish = new PublishJob(
                parts.connectors(), outbox, delivery, publishers, parts.policies(), taken, notice, clock);
        this.reassess = new ReassessJob(parts.connectors(), parts.devices(), outbox, parts.policies(), schedule, clock);
    }

    Withdrawal withdrawal() {
        return new Withdrawal(parts.connectors(), reassess, publish, outbox, clock);
    }

    Connections connections() {
        return publishers;
    }

    ReturnedMessages returned() {
        return (tenantId, error) -> delivery.returned(tenantId, error.messageId(), error.detail());
    }

    /** Whether nothing that we told of a tenant stands at Intune's partner service. */
    boolean isPartnerLeft(String tenantId) {
        return outbox.books(tenantId).elsewhere().atPartner() == 0;
    }

    @Override
    public List<Route> routes() {
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
                        tenantId -> parts.connectors()
                                .find(tenantId)
                                .filter(found ->
                                        mayCompare(tenantId, found.publishing().target()))
                                .isPresent(),
                        tenantId -> isGranted(tenantId, NeededRoles.INTUNE_CONNECTORS))
                .routes());
        routes.addAll(new FormerTargetRoutes(settings, delivery, schedule).routes());
        routes.addAll(new HeldRoutes(settings, outbox, parts.devices(), schedule).routes());
        return routes;
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        ConnectorTable connectors = parts.connectors();
        DeviceTable devices = parts.devices();
        Map<JobKind, TenantJob> jobs = new EnumMap<>(JobKind.class);
        jobs.put(JobKind.PUBLISH, publish);
        jobs.put(JobKind.REASSESS, reassess);
        jobs.put(JobKind.RERATE, new RerateJob(connectors, devices, outbox, parts.policies(), schedule, clock));
        jobs.put(
                JobKind.READ_BACK,
                new ReadBackJob(
                        connectors,
                        devices,
                        outbox,
                        devices.readBack(),
                        new TargetComparisons(
                                lazy.reportedStates(),
                                directory,
                                tenantId -> connectors
                                        .find(tenantId)
                                        .map(found -> found.publishing().options())
                                        .orElse(PublishOptions.DEFAULT),
                                this::mayCompare),
                        schedule,
                        clock));
        return jobs;
    }

    private boolean mayCompare(String tenantId, PublishTarget target) {
        if (target.way() == PublishTarget.Way.PARTNER) {
            return isGranted(tenantId, NeededRoles.MANAGED_DEVICES);
        }
        return parts.connectors()
                .find(tenantId)
                .filter(connector -> connector.publishing().target().equals(target))
                .filter(connector -> parts.consents()
                        .find(tenantId, connector.publishing().registration())
                        .isGranted())
                .isPresent();
    }

    private boolean isGranted(String tenantId, Set<String> roles) {
        return parts.consents().find(tenantId, Registration.BASE).allows(roles);
    }
}

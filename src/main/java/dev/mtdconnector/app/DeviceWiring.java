package dev.mtdconnector.app;

import dev.mtdconnector.device.AgentReports;
import dev.mtdconnector.device.AgentRoutes;
import dev.mtdconnector.device.Credentials;
import dev.mtdconnector.device.DeviceActionRoutes;
import dev.mtdconnector.device.DeviceActions;
import dev.mtdconnector.device.DeviceActivation;
import dev.mtdconnector.device.DeviceRoutes;
import dev.mtdconnector.device.DeviceSettingsRoutes;
import dev.mtdconnector.device.OwnerQuestion;
import dev.mtdconnector.device.SweepJob;
import dev.mtdconnector.device.ThreatRoutes;
import dev.mtdconnector.enrollment.OwnerCheck;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.CredentialTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.PolicyTable;
import dev.mtdconnector.storage.UnsupportedTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The life of devices: what their agents and their administrator do, and what becomes of those that are not heard of. */
final class DeviceWiring implements Feature {

    private final Shared shared;
    private final CredentialTable credentials;
    private final UnsupportedTable unsupported;

    DeviceWiring(Shared shared, CredentialTable credentials, UnsupportedTable unsupported) {
        this.shared = shared;
        this.credentials = credentials;
        this.unsupported = unsupported;
    }

    @Override
    public List<Route> routes() {
        Clock clock = shared.clock();
        DeviceTable devices = shared.stores().devices();
        PolicyTable policies = shared.stores().policies();
        Schedule schedule = shared.services().schedule();
        EventIntake intake = shared.services().intake();
        Credentials deviceCredentials =
                new Credentials(credentials, shared.services().secrets(), clock);
        OwnerQuestion owners = new OwnerQuestion(
                new OwnerCheck(shared.lazy().directoryChanges(), shared.stores().enrollment(), devices), schedule);
        DeviceActivation activation =
                new DeviceActivation(devices, unsupported, deviceCredentials, owners, intake, schedule, clock);
        AgentReports reports = new AgentReports(devices, deviceCredentials, owners, schedule, clock);
        DeviceActions actions = new DeviceActions(devices, deviceCredentials, schedule, clock);

        List<Route> routes = new ArrayList<>();
        routes.addAll(new DeviceRoutes(devices, devices, activation, policies).routes());
        routes.addAll(new DeviceActionRoutes(actions, devices, policies).routes());
        routes.addAll(new ThreatRoutes(devices, policies).routes());
        routes.addAll(new AgentRoutes(activation, reports, policies, clock).routes());
        routes.addAll(new DeviceSettingsRoutes(
                        devices.watch(),
                        tenantId -> shared.stores().connectors().find(tenantId).isPresent(),
                        schedule)
                .routes());
        return routes;
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        DeviceTable devices = shared.stores().devices();
        return Map.of(
                JobKind.SWEEP,
                new SweepJob(
                        devices.watch(),
                        devices,
                        devices.traceAge(),
                        shared.settings().traceRetention(),
                        shared.services().schedule(),
                        shared.clock()));
    }
}

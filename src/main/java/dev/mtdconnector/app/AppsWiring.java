package dev.mtdconnector.app;

import dev.mtdconnector.apps.AppListRoutes;
import dev.mtdconnector.apps.AppLists;
import dev.mtdconnector.apps.AppSyncJob;
import dev.mtdconnector.apps.AppSyncRoutes;
import dev.mtdconnector.apps.AppSyncSwitch;
import dev.mtdconnector.apps.CachedAllowances;
import dev.mtdconnector.apps.SilenceJob;
import dev.mtdconnector.audit.AuditedRoutes;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.AppListTable;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.NeededRoles;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lists of apps: app sync with its deny list, and the allow list. */
final class AppsWiring implements Feature {

    private final Shared shared;
    private final CachedAllowances allowances;
    private final AppListTable table;
    private final AppLists lists;
    private final AppListRoutes listRoutes;
    private final AppSyncSwitch permission;

    AppsWiring(Shared shared, CachedAllowances allowances) {
        this.shared = shared;
        this.allowances = allowances;
        this.table = new AppListTable(shared.stores().tables());
        this.lists = new AppLists(table, shared.services().schedule());
        this.listRoutes = new AppListRoutes(lists, shared.clock());
        this.permission = new InIntune(
                shared.settings().partner().partnerId(),
                shared.stores().consents(),
                shared.lazy().reportedStates());
    }

    /** What Intune shows of the connector of this id; of no id it shows nothing. */
    private record InIntune(@Nullable String partnerId, ConsentStore consents, ReportedStates reported)
            implements AppSyncSwitch {

        @Override
        public boolean isPermitted(String tenantId) {
            var consent = consents.find(tenantId, Registration.BASE);
            return consent.allows(NeededRoles.INTUNE_CONNECTORS) && consent.allows(NeededRoles.MANAGED_DEVICES);
        }

        @Override
        public Allowed allowed(String tenantId) {
            return partnerId == null
                    ? Allowed.NOTHING
                    : reported.connectors(tenantId).stream()
                            .filter(connector -> connector.id().equals(partnerId))
                            .findFirst()
                            .map(connector -> new Allowed(
                                    isOn(connector, "allowPartnerToCollectIOSApplicationMetadata"),
                                    isOn(connector, "allowPartnerToCollectIOSPersonalApplicationMetadata")))
                            .orElse(Allowed.NOTHING);
        }

        private static boolean isOn(ReportedStates.PartnerConnector connector, String name) {
            return connector.switches().getOrDefault(name, false);
        }
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(listRoutes.routes());
        routes.addAll(
                new AppSyncRoutes(table, lists, permission, shared.services().schedule()).routes());
        return routes;
    }

    /** What of these routes is recorded. */
    void audit(AuditedRoutes audited) {
        AuditedRoutes.State denied = (tenantId, parameters) -> listRoutes.denied(tenantId);
        AuditedRoutes.State allowed = (tenantId, parameters) -> listRoutes.allowed(tenantId);
        audited.action("PUT /api/v1/denied-apps", "denied-apps.change", denied)
                .action("POST /api/v1/denied-apps", "denied-apps.add", denied)
                .action("DELETE /api/v1/denied-apps/{entryId}", "denied-apps.remove", denied)
                .action("POST /api/v1/allowed-apps", "allowed-apps.add", allowed)
                .action("DELETE /api/v1/allowed-apps/{entryId}", "allowed-apps.remove", allowed)
                .action("POST /api/v1/app-sync/run", "app-sync.run");
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        DeviceStore devices = shared.stores().devices();
        Schedule schedule = shared.services().schedule();
        Clock clock = shared.clock();
        return Map.of(
                JobKind.APP_SYNC,
                new AppSyncJob(table, table, permission, shared.lazy().detectedApps(), devices, schedule, clock),
                JobKind.SILENCE,
                new SilenceJob(table, allowances, devices, schedule, clock));
    }
}

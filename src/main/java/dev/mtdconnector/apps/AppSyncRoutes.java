package dev.mtdconnector.apps;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How app sync stands, and having it run now. Neither asks Intune. */
public final class AppSyncRoutes {

    private final FindingStore store;
    private final AppLists lists;
    private final AppSyncSwitch permission;
    private final Schedule schedule;

    public AppSyncRoutes(FindingStore store, AppLists lists, AppSyncSwitch permission, Schedule schedule) {
        this.store = store;
        this.lists = lists;
        this.permission = permission;
        this.schedule = schedule;
    }

    public List<Route> routes() {
        String address = "/api/v1/app-sync";
        return List.of(
                new Route("GET", address, Access.POLICY_READ, null, (request, caller) -> show(tenantOf(caller))),
                new Route("POST", address + "/run", Access.POLICY_CHANGE, null, this::run));
    }

    private HttpAnswer run(HttpRequest request, Caller caller) {
        lists.syncNow(tenantOf(caller));
        return HttpAnswer.json(202, view(tenantOf(caller)));
    }

    private HttpAnswer show(String tenantId) {
        return HttpAnswer.json(200, view(tenantId));
    }

    private Map<String, Object> view(String tenantId) {
        @Nullable AppSyncRun run = store.latest(tenantId).orElse(null);
        boolean isPermitted = permission.isPermitted(tenantId);
        String state = run == null ? "never" : run.state().label();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("permitted", isPermitted);
        view.put("state", state);
        view.put("remedy", remedy(run, isPermitted));
        view.put("running", schedule.runningUntil(tenantId, JobKind.APP_SYNC).isPresent());
        view.put("nextAt", run == null || run.state() == AppSyncRun.State.NOTHING_DENIED ? null : nextAt(tenantId));
        view.put("matchedBy", "name");
        view.put("inventoryRefreshDays", DetectedApps.REFRESHED_WITHIN.toDays());
        view.put("lastSuccessAt", run == null ? null : run.succeededAt());
        view.put("lastRun", run == null ? null : view(run));
        return view;
    }

    private @Nullable Object nextAt(String tenantId) {
        return schedule.find(tenantId, JobKind.APP_SYNC).map(job -> job.dueAt()).orElse(null);
    }

    private static @Nullable String remedy(@Nullable AppSyncRun run, boolean isPermitted) {
        if (!isPermitted || (run != null && run.state() == AppSyncRun.State.NOT_PERMITTED)) {
            return "Have an administrator grant the connector's base registration DeviceManagementServiceConfig.Read.All and"
                    + " DeviceManagementManagedDevices.Read.All, then run app sync again.";
        }
        if (run == null || run.state() == AppSyncRun.State.NOTHING_DENIED) {
            return "Deny an app: until then there is nothing to look for, and nothing is read.";
        }
        if (run.state() == AppSyncRun.State.OFF) {
            return "In the Intune admin center open the connector under Mobile Threat Defense and switch on App Sync for"
                    + " iOS/iPadOS devices, then run app sync again. Where it is on already, the connector's operator has to set"
                    + " the id under which Intune lists the connector.";
        }
        return run.problem() == null
                ? null
                : ErrorCode.ofCode(run.problem()).map(ErrorCode::remedy).orElse(null);
    }

    private static Map<String, Object> view(AppSyncRun run) {
        AppSyncRun.Counts counts = run.counts();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("appsRead", counts.read());
        shown.put("appsMatched", counts.matched());
        shown.put("installations", counts.installations());
        shown.put("onDevices", counts.onDevices());
        shown.put("personalLeftOut", counts.personal());
        shown.put("notEnrolled", counts.notEnrolled());
        shown.put("found", counts.found());
        shown.put("ended", counts.ended());
        shown.put("unread", counts.unread());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("startedAt", run.startedAt());
        view.put("finishedAt", run.finishedAt());
        view.put("error", run.problem());
        view.put("counts", shown);
        return view;
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}

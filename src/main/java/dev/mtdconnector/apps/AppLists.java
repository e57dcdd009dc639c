package dev.mtdconnector.apps;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.threat.Allowance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes the two lists, and has the changes carried out. The job is scheduled before a change is stored and started after it, so
 * a crash in between leaves a change that is carried out within a minute. What changes nothing starts nothing.
 */
public final class AppLists {

    /** Entries that a tenant's allow list may have, those included that have ended and are still shown. */
    static final int MOST_ALLOWED = 200;

    private final AppListStore store;
    private final Schedule schedule;

    public AppLists(AppListStore store, Schedule schedule) {
        this.store = store;
        this.schedule = schedule;
    }

    List<DeniedApp> denied(String tenantId) {
        return new DenyList(store.denied(tenantId)).entries();
    }

    List<Allowance> allowed(String tenantId) {
        return store.allowed(tenantId);
    }

    /**
     * Adds an entry, or gives one of the same name and publisher another reason.
     *
     * @throws AppException APP_LIST_FULL
     */
    void deny(String tenantId, DeniedApp app) {
        Map<String, DeniedApp> known = byId(tenantId);
        DeniedApp before = known.get(app.id());
        if (before == null && known.size() >= DenyList.MOST) {
            throw full(DenyList.MOST);
        }
        if (before == null || !before.reason().equals(app.reason())) {
            changing(tenantId, JobKind.APP_SYNC, () -> store.deny(tenantId, app));
        }
    }

    /** Makes the list these entries; one that is there already with the same reason keeps who put it there. */
    void replaceDenied(String tenantId, List<DeniedApp> apps) {
        Map<String, DeniedApp> known = byId(tenantId);
        Map<String, DeniedApp> wanted = new HashMap<>();
        apps.forEach(app -> wanted.putIfAbsent(app.id(), app));
        List<DeniedApp> added = wanted.values().stream()
                .filter(app -> {
                    DeniedApp before = known.get(app.id());
                    return before == null || !before.reason().equals(app.reason());
                })
                .toList();
        List<String> removed =
                known.keySet().stream().filter(id -> !wanted.containsKey(id)).toList();
        if (added.isEmpty() && removed.isEmpty()) {
            return;
        }
        changing(tenantId, JobKind.APP_SYNC, () -> {
            added.forEach(app -> store.deny(tenantId, app));
            removed.forEach(id -> store.removeDenied(tenantId, id));
        });
    }

    /**
     * @throws AppException APP_LIST_UNKNOWN
     */
    void removeDenied(String tenantId, String id) {
        if (!byId(tenantId).containsKey(id)) {
            throw new AppException(ErrorCode.APP_LIST_UNKNOWN);
        }
        changing(tenantId, JobKind.APP_SYNC, () -> store.removeDenied(tenantId, id));
    }

    /**
     * @throws AppException APP_LIST_FULL
     */
    void allow(String tenantId, Allowance allowance) {
        if (store.allowed(tenantId).size() >= MOST_ALLOWED) {
            throw full(MOST_ALLOWED);
        }
        changing(tenantId, JobKind.SILENCE, () -> store.allow(tenantId, allowance));
    }

    /**
     * @throws AppException APP_LIST_UNKNOWN
     */
    void removeAllowed(String tenantId, String id) {
        if (store.allowed(tenantId).stream().noneMatch(entry -> entry.id().equals(id))) {
            throw new AppException(ErrorCode.APP_LIST_UNKNOWN);
        }
        changing(tenantId, JobKind.SILENCE, () -> store.removeAllowed(tenantId, id));
    }

    /** Has app sync run now. */
    void syncNow(String tenantId) {
        schedule.runNow(tenantId, JobKind.APP_SYNC, Trigger.REQUEST);
    }

    private void changing(String tenantId, JobKind job, Runnable change) {
        schedule.ensure(tenantId, job, Schedule.SAFETY_DELAY);
        change.run();
        schedule.runNow(tenantId, job, Trigger.SETTINGS);
    }

    private Map<String, DeniedApp> byId(String tenantId) {
        Map<String, DeniedApp> byId = new HashMap<>();
        store.denied(tenantId).forEach(app -> byId.put(app.id(), app));
        return byId;
    }

    private static AppException full(int most) {
        return AppException.with(
                ErrorCode.APP_LIST_FULL, "The list has " + most + " entries, which is the most.", Map.of("most", most));
    }
}

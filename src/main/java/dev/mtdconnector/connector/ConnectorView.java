package dev.mtdconnector.connector;

import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The connector as the API shows it: settings, and how its heartbeat and its sync go. */
public final class ConnectorView {

    /** Said where the attribute is chosen: a policy that relies on it for other devices would let them in. */
    static final String ATTRIBUTE_NOTICE = "Conditional Access sees extension attributes only of devices that are"
            + " managed by Intune, compliant, or hybrid joined. Of any other device a filter sees none: use negative"
            + " operators (-notIn, -ne).";

    private final ConnectionStatus connection;
    private final Schedule schedule;
    private final SyncCounts syncCounts;
    private final GroupNames groupNames;
    private final Progress progress;
    private final String publicUrl;

    public ConnectorView(
            ConnectionStatus connection,
            Schedule schedule,
            SyncCounts syncCounts,
            GroupNames groupNames,
            Progress progress,
            String publicUrl) {
        this.connection = connection;
        this.schedule = schedule;
        this.syncCounts = syncCounts;
        this.groupNames = groupNames;
        this.progress = progress;
        this.publicUrl = publicUrl;
    }

    /** What the directory calls the enrollment groups now, by id, as far as it has said. */
    @FunctionalInterface
    public interface GroupNames {
        Map<String, String> of(String tenantId);
    }

    /** How far publishing is, by the names of the API. */
    @FunctionalInterface
    public interface Progress {
        Map<String, Object> of(String tenantId);
    }

    /** What the last sync counted, by the names of the API; empty before the first. */
    @FunctionalInterface
    public interface SyncCounts {
        Map<String, Object> of(String tenantId);
    }

    public Map<String, Object> of(Connector connector) {
        String tenantId = connector.tenantId();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("publisher", connector.publishing().target().way().label());
        view.put("publishing", publishing(tenantId, connector.publishing()));
        view.put("settings", Map.of("heartbeatMinutes", connector.heartbeatMinutes()));
        Map<String, Object> enrollment = new LinkedHashMap<>();
        enrollment.put("groups", groups(connector));
        enrollment.put("pollMinutes", connector.pollMinutes());
        enrollment.put("nestedGroups", connector.isNested());
        enrollment.put("deleteOnUnenrollment", connector.isDeletedOnUnenrollment());
        enrollment.put("safetyCapPercent", connector.safetyCapPercent());
        view.put("enrollment", enrollment);
        Map<String, Object> stateSync = new LinkedHashMap<>();
        stateSync.put("deviceStatus", connector.deviceStatus());
        stateSync.put("threatStatus", connector.threatStatus());
        view.put("stateSync", stateSync);
        Map<String, Object> errorManagement = new LinkedHashMap<>();
        errorManagement.put("email", connector.errorEmail());
        view.put("errorManagement", errorManagement);
        view.put("heartbeat", connection.heartbeat(connector));
        view.put("intune", connection.intune(connector));
        Map<String, Object> sync = job(schedule.find(tenantId, JobKind.ENROLLMENT_SYNC));
        sync.putAll(syncCounts.of(tenantId));
        view.put("sync", sync);
        Map<String, Object> publish = job(schedule.find(tenantId, JobKind.PUBLISH));
        publish.putAll(progress.of(tenantId));
        view.put("publishingProgress", publish);
        return view;
    }

    private Map<String, Object> publishing(String tenantId, Publishing publishing) {
        PublishTarget target = publishing.target();
        PublishOptions options = publishing.options();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("publisher", target.way().label());
        switch (target.way()) {
            case PARTNER -> {}
            case DEVICE_ATTRIBUTE -> {
                view.put("attribute", target.number());
                view.put("overwriteForeign", options.overwriteForeign());
                view.put("notice", ATTRIBUTE_NOTICE);
            }
            case RISK_GROUP -> {
                view.put("groupId", target.place());
                view.put("of", options.of().label());
                view.put("from", options.from().label());
            }
        }
        view.put("consentLink", publishing.consentLink(publicUrl, tenantId));
        view.put("mode", publishing.mode().label());
        view.put("graceMinutes", publishing.graceMinutes());
        view.put("breakerPercent", publishing.breakerPercent());
        return view;
    }

    /** By their names of now; what a group was called when it was chosen stands beside it when that differs. */
    private List<Map<String, Object>> groups(Connector connector) {
        if (connector.groups().isEmpty()) {
            return List.of();
        }
        Map<String, String> names = groupNames.of(connector.tenantId());
        List<Map<String, Object>> views = new ArrayList<>();
        for (Connector.EnrollmentGroup group : connector.groups()) {
            String name = names.getOrDefault(group.id(), group.displayName());
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("id", group.id());
            view.put("displayName", name);
            if (!name.equals(group.displayName())) {
                view.put("savedAs", group.displayName());
            }
            views.add(view);
        }
        return views;
    }

    private static Map<String, Object> job(Optional<Job> job) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("lastSuccessAt", job.map(Job::lastSuccessAt).orElse(null));
        view.put(
                "nextDueAt",
                job.filter(found -> found.dueAt().isBefore(Job.NEVER))
                        .map(Job::dueAt)
                        .orElse(null));
        view.put("error", job.map(Job::lastErrorCode).orElse(null));
        return view;
    }
}

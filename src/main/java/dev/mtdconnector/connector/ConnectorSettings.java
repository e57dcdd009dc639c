package dev.mtdconnector.connector;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.Connector.Enrollment;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Creates and changes a tenant's connector, and puts its jobs on the schedule.
 *
 * <p>Jobs are scheduled before the change is stored and started after it, so a crash in between leaves a connector that
 * is served within a minute, never one that is forgotten.
 */
public final class ConnectorSettings {

    /** How often the outbox is looked through though nobody asked for it; finds what a crash left behind. */
    public static final Duration PUBLISH_INTERVAL = Duration.ofMinutes(5);

    /** How often some devices are compared with what Intune shows of them. */
    private static final Duration READ_BACK_INTERVAL = Duration.ofMinutes(10);

    private static final Duration SWEEP_INTERVAL = Duration.ofHours(1);

    private static final int TRIES = 5;

    private final ConnectorStore store;
    private final ConsentStore consents;
    private final Schedule schedule;
    private final Clock clock;

    public ConnectorSettings(ConnectorStore store, ConsentStore consents, Schedule schedule, Clock clock) {
        this.store = store;
        this.consents = consents;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * @throws AppException CONNECTOR_UNKNOWN
     */
    public Connector get(String tenantId) {
        return store.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.CONNECTOR_UNKNOWN));
    }

    /**
     * @throws AppException CONNECTOR_EXISTS, or CONSENT_REQUIRED before the base consent is granted
     */
    public Connector create(String tenantId, int heartbeatMinutes) {
        if (store.find(tenantId).isPresent()) {
            throw new AppException(ErrorCode.CONNECTOR_EXISTS);
        }
        if (!consents.find(tenantId, Registration.BASE).isGranted()) {
            throw new AppException(ErrorCode.CONSENT_REQUIRED);
        }
        pace(tenantId, heartbeatMinutes);
        schedule.ensure(tenantId, JobKind.HEARTBEAT, Schedule.SAFETY_DELAY);
        if (!store.create(Connector.create(tenantId, heartbeatMinutes, clock.instant()))) {
            throw new AppException(ErrorCode.CONNECTOR_EXISTS);
        }
        // Again: a job that ran in between found no connector and took itself off the schedule.
        pace(tenantId, heartbeatMinutes);
        schedule.runNow(tenantId, JobKind.HEARTBEAT);
        return get(tenantId);
    }

    private void pace(String tenantId, int heartbeatMinutes) {
        schedule.every(tenantId, JobKind.HEARTBEAT, Duration.ofMinutes(heartbeatMinutes));
        schedule.every(tenantId, JobKind.CONNECTION_CHECK, ConnectionCheckJob.PATIENCE);
        schedule.every(tenantId, JobKind.PUBLISH, PUBLISH_INTERVAL);
        schedule.every(tenantId, JobKind.READ_BACK, READ_BACK_INTERVAL);
        schedule.every(tenantId, JobKind.SWEEP, SWEEP_INTERVAL);
    }

    public Connector changeHeartbeat(String tenantId, int minutes) {
        Connector changed = change(tenantId, connector -> connector.withHeartbeat(minutes));
        schedule.every(tenantId, JobKind.HEARTBEAT, Duration.ofMinutes(minutes));
        // It is due when the alarm would be, which depends on the interval.
        schedule.runNow(tenantId, JobKind.CONNECTION_CHECK);
        return changed;
    }

    /**
     * @param enrollment of groups that were found in the directory
     * @throws AppException RISK_GROUP_TAKEN when one of them is the group into which devices or users at risk are put
     */
    public Connector changeEnrollment(String tenantId, Enrollment enrollment) {
        int pollMinutes = enrollment.pollMinutes();
        enrolling(get(tenantId), enrollment);
        schedule.every(tenantId, JobKind.ENROLLMENT_SYNC, Duration.ofMinutes(pollMinutes));
        schedule.ensure(tenantId, JobKind.ENROLLMENT_SYNC, Schedule.SAFETY_DELAY);
        Connector changed = change(tenantId, connector -> enrolling(connector, enrollment));
        schedule.every(tenantId, JobKind.ENROLLMENT_SYNC, Duration.ofMinutes(pollMinutes));
        schedule.runNow(tenantId, JobKind.ENROLLMENT_SYNC, Trigger.SETTINGS);
        return changed;
    }

    private static Connector enrolling(Connector connector, Enrollment enrollment) {
        PublishTarget target = connector.publishing().target();
        if (enrollment.groups().stream().anyMatch(group -> target.isGroup(group.id()))) {
            throw new AppException(
                    ErrorCode.RISK_GROUP_TAKEN, "An enrollment group is the risk group " + target.place() + ".");
        }
        return connector.with(enrollment);
    }

    public Connector changeStateSync(String tenantId, Connector.StateSync stateSync) {
        return changeAndReassess(tenantId, connector -> connector.with(stateSync));
    }

    /** The path to the target is proven at once; options of a target that stays have everything told anew. */
    public Connector changePublishing(String tenantId, UnaryOperator<Publishing> publishing) {
        Publishing before = get(tenantId).publishing();
        Connector changed = changeAndReassess(
                tenantId,
                connector -> connector.with(dated(connector.publishing(), publishing.apply(connector.publishing()))));
        if (!changed.publishing().equals(before)) {
            schedule.runNow(tenantId, JobKind.HEARTBEAT);
            schedule.runNow(tenantId, JobKind.CONNECTION_CHECK);
        }
        return changed;
    }

    private Publishing dated(Publishing before, Publishing after) {
        if (before.options().isSameAs(after.options())) {
            return after.with(before.options());
        }
        // A new target is told everything by itself.
        boolean isSame = before.target().equals(after.target());
        return after.with(after.options()
                .changed(isSame ? clock.instant() : before.options().changedAt()));
    }

    private Connector changeAndReassess(String tenantId, UnaryOperator<Connector> change) {
        Connector before = get(tenantId);
        if (change.apply(before).equals(before)) {
            return before;
        }
        schedule.ensure(tenantId, JobKind.REASSESS, Schedule.SAFETY_DELAY);
        Connector changed = change(tenantId, change);
        schedule.runNow(tenantId, JobKind.REASSESS);
        return changed;
    }

    public Connector changeErrorEmail(String tenantId, String email) {
        return change(tenantId, connector -> connector.withErrorEmail(email));
    }

    /**
     * Has the enrollment groups read now.
     *
     * @throws AppException CONNECTOR_UNKNOWN, or ENROLLMENT_NOT_SET_UP while there are no groups to read
     */
    public void syncNow(String tenantId) {
        if (get(tenantId).groups().isEmpty()) {
            throw new AppException(ErrorCode.ENROLLMENT_NOT_SET_UP);
        }
        schedule.runNow(tenantId, JobKind.ENROLLMENT_SYNC, Trigger.REQUEST);
    }

    private Connector change(String tenantId, UnaryOperator<Connector> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Connector current = get(tenantId);
            Connector changed = change.apply(current);
            if (changed.equals(current)) {
                return current;
            }
            if (store.update(changed)) {
                return get(tenantId);
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }
}

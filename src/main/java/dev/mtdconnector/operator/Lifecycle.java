package dev.mtdconnector.operator;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.tenant.AccessGroups;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.GroupCheck;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What becomes of a tenant: changed, suspended and resumed, offboarded and restored. Every step is idempotent, answers
 * the tenant as it is then, and throws TENANT_UNKNOWN when there is none.
 */
public final class Lifecycle {

    /**
     * However short the retention: by then whatever was under way when the tenant left has ended, and nothing writes for
     * it any more.
     */
    static final Duration LEAST_RETENTION = Duration.ofMinutes(15);

    private final TenantStore store;
    private final AccessGroups accessGroups;
    private final ConnectorStore connectors;
    private final Schedule schedule;
    private final Consumer<String> endSessions;
    private final Duration retention;
    private final Clock clock;

    /**
     * @param endSessions signs out everybody of a tenant; idempotent
     */
    public Lifecycle(
            TenantStore store,
            AccessGroups accessGroups,
            ConnectorStore connectors,
            Schedule schedule,
            Consumer<String> endSessions,
            Duration retention,
            Clock clock) {
        this.store = store;
        this.accessGroups = accessGroups;
        this.connectors = connectors;
        this.schedule = schedule;
        this.endSessions = endSessions;
        this.retention = retention.compareTo(LEAST_RETENTION) < 0 ? LEAST_RETENTION : retention;
        this.clock = clock;
    }

    /**
     * Changes what an operator says of the tenant.
     *
     * @param change is called again when somebody else changes the tenant at the same time
     * @throws AppException REQUEST_INVALID when a new group is not in the directory, where the consent lets us look;
     *     RISK_GROUP_TAKEN when a group is the one into which devices or users at risk are put; TENANT_OFFBOARDED
     */
    public Tenant change(String tenantId, UnaryOperator<Details> change) {
        Tenant before = find(tenantId);
        before.standing().checkHasNotLeft();
        refuseRiskGroup(tenantId, change.apply(before.details()));
        Map<Role, GroupCheck> found = accessGroups.require(before, change.apply(before.details()));
        Tenant after = update(tenantId, tenant -> {
            tenant.standing().checkHasNotLeft();
            Map<Role, GroupCheck> checks = new EnumMap<>(Role.class);
            checks.putAll(tenant.groupChecks());
            checks.putAll(found);
            return tenant.with(change.apply(tenant.details())).with(checks);
        });
        if (!after.groupChecks().equals(before.groupChecks())) {
            accessGroups.report(after);
        }
        return after;
    }

    /** Whoever is at risk would get in by it. */
    private void refuseRiskGroup(String tenantId, Details details) {
        connectors
                .find(tenantId)
                .filter(connector -> details.accessGroups().values().stream()
                        .anyMatch(group -> connector.publishing().target().isGroup(group)))
                .ifPresent(connector -> {
                    throw new AppException(
                            ErrorCode.RISK_GROUP_TAKEN,
                            "An access group is the risk group "
                                    + connector.publishing().target().place() + ".");
                });
    }

    /**
     * From now on nobody of the tenant gets in and none of its jobs runs. Another reason takes the place of the first.
     *
     * @throws AppException TENANT_OFFBOARDED
     */
    public Tenant suspend(String tenantId, String reason) {
        return stand(tenantId, standing -> standing.suspended(reason));
    }

    /**
     * Everything goes on where it stood, and jobs that were put off run at once; but whoever was signed in before has to
     * sign in again.
     *
     * @throws AppException TENANT_OFFBOARDED
     */
    public Tenant resume(String tenantId) {
        boolean isActive = find(tenantId).status() == Tenant.Status.ACTIVE;
        if (!isActive) {
            // Those that no request touched meanwhile are still there, and would open doors again.
            endSessions.accept(tenantId);
        }
        Tenant tenant = stand(tenantId, Standing::resumed);
        if (!isActive) {
            // Should this be cut off: what was put off comes back by itself a little later.
            schedule.wake(tenantId);
        }
        return tenant;
    }

    /** The tenant leaves: at once for its people and its jobs; {@link OffboardJob} does the rest. */
    public Tenant offboard(String tenantId) {
        find(tenantId);
        schedule.ensure(tenantId, JobKind.OFFBOARD, Schedule.SAFETY_DELAY);
        Instant now = clock.instant();
        Tenant tenant = stand(tenantId, standing -> standing.offboarded(now, now.plus(retention)));
        schedule.runNow(tenantId, JobKind.OFFBOARD);
        return tenant;
    }

    /**
     * Brings an offboarded tenant back as a suspended one.
     *
     * @throws AppException TENANT_OFFBOARDED when its data is being deleted; STATE_CHANGED while it is being
     *     deprovisioned
     */
    public Tenant restore(String tenantId) {
        if (find(tenantId).status() == Tenant.Status.OFFBOARDED) {
            // What was taken back when it left is told again once it is served.
            schedule.ensure(tenantId, JobKind.REASSESS, Schedule.SAFETY_DELAY);
        }
        return stand(tenantId, Standing::restored);
    }

    private Tenant stand(String tenantId, UnaryOperator<Standing> step) {
        return update(tenantId, tenant -> tenant.with(step.apply(tenant.standing())));
    }

    private Tenant update(String tenantId, UnaryOperator<Tenant> change) {
        return store.change(tenantId, change).orElseThrow(Lifecycle::unknown);
    }

    Tenant find(String tenantId) {
        return store.find(tenantId).orElseThrow(Lifecycle::unknown);
    }

    private static AppException unknown() {
        return new AppException(ErrorCode.TENANT_UNKNOWN);
    }
}

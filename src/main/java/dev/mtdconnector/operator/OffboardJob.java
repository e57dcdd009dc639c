package dev.mtdconnector.operator;

import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.intune.Withdrawal;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.tenant.Enterprises;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left to do for a tenant that has left: take back what was published, deprovision it at Intune, wait until its data need be kept no longer,
 * delete everything. Each run does one step, so that it can be cut off anywhere; the tenant's own record goes last, after
 * a run that found nothing else.
 */
public final class OffboardJob implements TenantJob {

    /** Rows that one run deletes, about: some minutes' work at the worst. */
    static final int SLICE = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(OffboardJob.class);
    /** After this a tenant leaves whatever of it still stands at Microsoft. */
    static final Duration LONGEST_WITHDRAWAL = Duration.ofDays(1);

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    private static final Duration BUSY_WAIT = Duration.ofSeconds(10);

    private final TenantStore tenants;
    private final Enterprises enterprises;
    private final ConnectorStore connectors;
    private final Withdrawal withdrawal;
    private final IntuneConnection intune;
    private final TenantData data;
    private final Schedule schedule;
    private final Clock clock;

    public OffboardJob(
            TenantStore tenants,
            Enterprises enterprises,
            ConnectorStore connectors,
            Withdrawal withdrawal,
            IntuneConnection intune,
            TenantData data,
            Schedule schedule,
            Clock clock) {
        this.tenants = tenants;
        this.enterprises = enterprises;
        this.connectors = connectors;
        this.withdrawal = withdrawal;
        this.intune = intune;
        this.data = data;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Tenant> tenant = tenants.find(tenantId);
        if (tenant.isEmpty() || !tenant.get().standing().hasLeft()) {
            return Outcome.obsolete();
        }
        Standing standing = tenant.get().standing();
        if (standing.status() == Tenant.Status.DELETING) {
            return delete(tenantId, context);
        }
        Instant now = clock.instant();
        Instant due = Objects.requireNonNull(standing.deletionDueAt());
        if (standing.deprovision() == null) {
            if (isAnyOtherRunning(tenantId)) {
                return Outcome.again(BUSY_WAIT);
            }
            Optional<Outcome> notYet = withdraw(tenantId, standing, context);
            return notYet.isPresent() ? notYet.get() : deprovision(tenantId, now.isBefore(due));
        }
        if (now.isBefore(due)) {
            Duration left = Duration.between(now, due);
            return Outcome.again(left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
        }
        tenants.change(tenantId, found -> found.with(found.standing().deleting(now)));
        return Outcome.again(Duration.ZERO);
    }

    /**
     * Nobody could take it back later. It is bounded in time: the tenant leaves, and is told what stays.
     *
     * @return empty when it is over
     */
    private Optional<Outcome> withdraw(String tenantId, Standing standing, JobContext context) {
        String before = standing.withdrawal();
        if (before == null) {
            withdrawal.begin(tenantId, context);
            note(tenantId, Standing.WITHDRAWING);
            return Optional.of(Outcome.again(Duration.ZERO));
        }
        if (!before.equals(Standing.WITHDRAWING)) {
            return Optional.empty();
        }
        String how = Standing.INCOMPLETE;
        Duration left = Duration.between(clock.instant(), deadline(standing));
        if (!left.isNegative() && !left.isZero()) {
            try {
                Optional<Duration> next = withdrawal.step(tenantId, context);
                if (next.isPresent()) {
                    Duration wait = next.get();
                    return Optional.of(Outcome.again(wait.compareTo(left) < 0 ? wait : left));
                }
            } catch (UpstreamException e) {
                if (e.isTransient()) {
                    throw e;
                }
                how = UpstreamErrors.codeOf(e).code();
            }
        }
        int standingStill = withdrawal.left(tenantId);
        if (standingStill == 0) {
            how = Standing.WITHDRAWN;
        } else {
            LOG.warn("{} leaves while something stands of {} devices: {}", tenantId, standingStill, how);
        }
        note(tenantId, how);
        return Optional.of(Outcome.again(Duration.ZERO));
    }

    private static Instant deadline(Standing standing) {
        Instant most = Objects.requireNonNull(standing.offboardedAt()).plus(LONGEST_WITHDRAWAL);
        Instant due = Objects.requireNonNull(standing.deletionDueAt());
        return due.isBefore(most) ? due : most;
    }

    private void note(String tenantId, String how) {
        tenants.change(tenantId, found -> found.with(found.standing().withdrawn(how)));
    }

    /** A heartbeat that is under way could announce the tenant again after it was taken back. */
    private boolean isAnyOtherRunning(String tenantId) {
        for (JobKind kind : JobKind.values()) {
            if (kind != JobKind.OFFBOARD
                    && schedule.runningUntil(tenantId, kind).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Only the partner service was ever told of a tenant. */
    private boolean isAnnounced(String tenantId) {
        return connectors
                .find(tenantId)
                .filter(connector -> connector.publishing().target().way() == PublishTarget.Way.PARTNER
                        || connectors.beats(tenantId).provisionedAt() != null)
                .isPresent();
    }

    /** What Intune refuses for good, or the consent does not let us do, is noted and holds up nothing. */
    private Outcome deprovision(String tenantId, boolean mayWait) {
        String how = Standing.NOT_SET_UP;
        try {
            if (isAnnounced(tenantId)) {
                intune.deprovision(tenantId);
                how = Standing.DEPROVISIONED;
            }
        } catch (UpstreamException e) {
            if (mayWait && e.isTransient()) {
                throw e;
            }
            LOG.warn("{} leaves without being deprovisioned at Intune: {}", tenantId, e.getMessage());
            how = UpstreamErrors.codeOf(e).code();
        }
        if (!how.equals(Standing.NOT_SET_UP)) {
            // Should the tenant be restored: its connector announces it anew.
            connectors.saveBeats(tenantId, Beats.NONE);
        }
        String result = how;
        tenants.change(tenantId, found -> found.with(found.standing().deprovisioned(result)));
        return Outcome.again(Duration.ZERO);
    }

    private Outcome delete(String tenantId, JobContext context) {
        if (data.delete(tenantId, SLICE, context::checkpoint) > 0) {
            return Outcome.again(Duration.ZERO);
        }
        context.checkpoint();
        enterprises.release(tenantId);
        tenants.remove(tenantId);
        LOG.info("Everything of {} is deleted", tenantId);
        return Outcome.obsolete();
    }
}

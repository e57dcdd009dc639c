package dev.mtdconnector.connector;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves that what the tenant's states are written to can be reached. Intune's partner service is told that we are there:
 * the tenant is announced once, then it beats; of a target in the directory a beat is a read of what is written there. A
 * beat that was acknowledged is stored; one that was not is a failure that is tried again by the schedule.
 */
public final class HeartbeatJob implements TenantJob {

    /** By which the time of an answer may differ from ours: as much as tokens allow for clocks. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatJob.class);

    private final ConnectorStore connectors;
    private final Connections connections;
    private final ReturnedMessages returned;
    private final Predicate<String> isPartnerLeft;
    private final ConnectionCheck check;
    private final Schedule schedule;
    private final Clock clock;

    /**
     * @param isPartnerLeft whether nothing that we told of a tenant stands at Intune's partner service
     */
    public HeartbeatJob(
            ConnectorStore connectors,
            Connections connections,
            ReturnedMessages returned,
            Predicate<String> isPartnerLeft,
            ConnectionCheck check,
            Schedule schedule,
            Clock clock) {
        this.connectors = connectors;
        this.connections = connections;
        this.returned = returned;
        this.isPartnerLeft = isPartnerLeft;
        this.check = check;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        try {
            return beat(connector.get(), context);
        } catch (AppException e) {
            // The target is there, and such that nothing can be written to it.
            return Outcome.failed(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private Outcome beat(Connector connector, JobContext context) {
        String tenantId = connector.tenantId();
        PublishTarget target = connector.publishing().target();
        IntuneConnection connection = connections.to(target);
        Beats beats = connectors.beats(tenantId);
        if (!beats.isChecked()) {
            schedule.every(tenantId, JobKind.CONNECTION_CHECK, ConnectionCheckJob.PATIENCE);
        }
        if (target.way() == PublishTarget.Way.PARTNER && beats.provisionedAt() == null) {
            connection.provision(tenantId);
            // A beat of before was of another target, and says nothing of this one.
            beats = new Beats(clock.instant(), null, beats.resyncRequestedAt(), true);
            connectors.saveBeats(tenantId, beats);
            context.checkpoint();
        }
        Instant now = clock.instant();
        IntuneConnection.HeartbeatAnswer answer;
        try {
            answer = connection.heartbeat(tenantId, now);
        } catch (UpstreamException e) {
            if (target.way() != PublishTarget.Way.PARTNER || !mayBeDeprovisioned(e)) {
                throw e;
            }
            beats = announceAgain(connection, tenantId, beats, e);
            context.checkpoint();
            now = clock.instant();
            answer = connection.heartbeat(tenantId, now);
        }
        Instant acknowledged = answer.acknowledged();
        if (Duration.between(acknowledged, now).abs().compareTo(TOLERANCE) > 0) {
            return Outcome.failed(
                    ErrorCode.INTUNE_REFUSED, "The beat of " + now + " was answered with that of " + acknowledged);
        }
        boolean first = beats.lastBeatAt() == null;
        Instant resync = later(
                answer.resyncRequested() == null ? beats.resyncRequestedAt() : answer.resyncRequested(),
                connector.publishing().options().changedAt());
        // Before the beat is stored: nobody knows whether Intune says it twice.
        answer.messageErrors().forEach(error -> returned.take(tenantId, error));
        boolean isResync = resync != null && !resync.equals(beats.resyncRequestedAt());
        boolean wasSilent = first || isLate(connector, beats.lastBeatAt(), now);
        if (wasSilent) {
            // A silence that nobody noticed while it lasted is recorded as well. Should this be cut off, the check
            // closes it.
            check.look(connector);
            schedule.ensure(tenantId, JobKind.CONNECTION_CHECK, Schedule.SAFETY_DELAY);
        }
        connectors.saveBeats(tenantId, new Beats(beats.provisionedAt(), acknowledged, resync, true));
        if (wasSilent) {
            check.look(connector);
        }
        if (first || isResync || !answer.messageErrors().isEmpty()) {
            // Until the first beat Intune took no messages: what waits for it goes out.
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        if (target.way() != PublishTarget.Way.PARTNER && beats.provisionedAt() != null) {
            context.checkpoint();
            leavePartner(tenantId);
        }
        return Outcome.finished();
    }

    private static boolean isLate(Connector connector, @Nullable Instant lastBeatAt, Instant now) {
        // A tick comes every minute: what is due meanwhile begins that much later.
        Duration interval = Duration.ofMinutes(connector.heartbeatMinutes());
        return lastBeatAt == null || lastBeatAt.plus(interval.multipliedBy(2)).isBefore(now);
    }

    /** Somebody may have removed the connector at Intune, which then takes no beat before it is announced. */
    private static boolean mayBeDeprovisioned(UpstreamException e) {
        return e.kind() == UpstreamException.Kind.REFUSED || e.kind() == UpstreamException.Kind.NOT_FOUND;
    }

    /** What Intune held may be gone with it: all is told anew, once however often this is repeated. */
    private Beats announceAgain(IntuneConnection connection, String tenantId, Beats before, UpstreamException refusal) {
        LOG.warn("Intune refused a beat of {}, which is announced again: {}", tenantId, refusal.getMessage());
        Instant lastBeatAt = before.lastBeatAt();
        Instant resync = before.resyncRequestedAt();
        Beats beats = before;
        if (lastBeatAt != null && (resync == null || !resync.isAfter(lastBeatAt))) {
            beats = new Beats(before.provisionedAt(), lastBeatAt, clock.instant(), true);
            connectors.saveBeats(tenantId, beats);
        }
        connection.provision(tenantId);
        return beats;
    }

    /** Intune need hear no more of us once all is withdrawn. While it cannot be told so, each beat tries again. */
    private void leavePartner(String tenantId) {
        if (!isPartnerLeft.test(tenantId) || isAtPartner(tenantId)) {
            return;
        }
        try {
            connections.to(PublishTarget.PARTNER).deprovision(tenantId);
        } catch (UpstreamException e) {
            LOG.warn("{} could not be deprovisioned at Intune: {}", tenantId, e.getMessage());
            return;
        }
        Beats beats = connectors.beats(tenantId);
        connectors.saveBeats(tenantId, new Beats(null, beats.lastBeatAt(), beats.resyncRequestedAt(), true));
        if (isAtPartner(tenantId)) {
            // Chosen again meanwhile: what was told in between may be lost, so all is told anew.
            connectors.saveBeats(tenantId, new Beats(null, null, clock.instant(), true));
        }
    }

    private boolean isAtPartner(String tenantId) {
        return connectors
                .find(tenantId)
                .filter(connector -> connector.publishing().target().way() == PublishTarget.Way.PARTNER)
                .isPresent();
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isAfter(a)) ? b : a;
    }
}

package dev.mtdconnector.connector;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
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

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatJob.class);

    private final ConnectorStore connectors;
    private final Connections connections;
    private final ReturnedMessages returned;
    private final Predicate<String> isPartnerLeft;
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
            Schedule schedule,
            Clock clock) {
        this.connectors = connectors;
        this.connections = connections;
        this.returned = returned;
        this.isPartnerLeft = isPartnerLeft;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        PublishTarget target = connector.get().publishing().target();
        IntuneConnection connection = connections.to(target);
        Beats beats = connectors.beats(tenantId);
        if (target.way() == PublishTarget.Way.PARTNER && beats.provisionedAt() == null) {
            connection.provision(tenantId);
            // A beat of before was of another target, and says nothing of this one.
            beats = new Beats(clock.instant(), null, beats.resyncRequestedAt());
            connectors.saveBeats(tenantId, beats);
            context.checkpoint();
        }
        Instant now = clock.instant();
        IntuneConnection.HeartbeatAnswer answer = connection.heartbeat(tenantId, now);
        boolean first = beats.lastBeatAt() == null;
        Instant resync = later(
                answer.resyncRequested() == null ? beats.resyncRequestedAt() : answer.resyncRequested(),
                connector.get().publishing().options().changedAt());
        // Before the beat is stored: nobody knows whether Intune says it twice.
        answer.messageErrors().forEach(error -> returned.take(tenantId, error));
        boolean isResync = resync != null && !resync.equals(beats.resyncRequestedAt());
        connectors.saveBeats(tenantId, new Beats(beats.provisionedAt(), answer.acknowledged(), resync));
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
        connectors.saveBeats(tenantId, new Beats(null, beats.lastBeatAt(), beats.resyncRequestedAt()));
        if (isAtPartner(tenantId)) {
            // Chosen again meanwhile: what was told in between may be lost, so all is told anew.
            connectors.saveBeats(tenantId, new Beats(null, null, clock.instant()));
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

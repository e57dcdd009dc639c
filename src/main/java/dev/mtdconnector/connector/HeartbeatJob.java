package dev.mtdconnector.connector;

import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves that what the tenant's states are written to can be reached. Intune's partner service is told that we are there:
 * the tenant is announced once, then it beats; of a target in the directory a beat is a read of what is written there. A
 * beat that was acknowledged is stored; one that was not is a failure that is tried again by the schedule.
 */
public final class HeartbeatJob implements TenantJob {

    private final ConnectorStore connectors;
    private final Connections connections;
    private final Schedule schedule;
    private final Clock clock;

    public HeartbeatJob(ConnectorStore connectors, Connections connections, Schedule schedule, Clock clock) {
        this.connectors = connectors;
        this.connections = connections;
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
        connectors.saveBeats(tenantId, new Beats(beats.provisionedAt(), answer.acknowledged(), resync));
        if (first) {
            // Until now Intune took no messages: what waits for it goes out.
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return Outcome.finished();
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isAfter(a)) ? b : a;
    }
}

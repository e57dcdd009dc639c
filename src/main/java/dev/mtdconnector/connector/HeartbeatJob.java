package dev.mtdconnector.connector;

import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Instant;

/**
 * Tells Intune that we are there: announces the tenant once, then beats. A beat that Intune acknowledged is stored; one
 * that it did not is a failure that is tried again by the schedule.
 */
public final class HeartbeatJob implements TenantJob {

    private final ConnectorStore connectors;
    private final IntuneConnection intune;
    private final ReturnedMessages returned;
    private final Schedule schedule;
    private final Clock clock;

    public HeartbeatJob(
            ConnectorStore connectors,
            IntuneConnection intune,
            ReturnedMessages returned,
            Schedule schedule,
            Clock clock) {
        this.connectors = connectors;
        this.intune = intune;
        this.returned = returned;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        if (connectors.find(tenantId).isEmpty()) {
            return Outcome.obsolete();
        }
        Beats beats = connectors.beats(tenantId);
        if (beats.provisionedAt() == null) {
            intune.provision(tenantId);
            beats = new Beats(clock.instant(), beats.lastBeatAt(), beats.resyncRequestedAt());
            connectors.saveBeats(tenantId, beats);
            context.checkpoint();
        }
        Instant now = clock.instant();
        IntuneConnection.HeartbeatAnswer answer = intune.heartbeat(tenantId, now);
        boolean first = beats.lastBeatAt() == null;
        Instant resync = answer.resyncRequested() == null ? beats.resyncRequestedAt() : answer.resyncRequested();
        // Before the beat is stored: nobody knows whether Intune says it twice.
        answer.messageErrors().forEach(error -> returned.take(tenantId, error));
        boolean isResync = resync != null && !resync.equals(beats.resyncRequestedAt());
        connectors.saveBeats(tenantId, new Beats(beats.provisionedAt(), answer.acknowledged(), resync));
        if (first || isResync || !answer.messageErrors().isEmpty()) {
            // Until the first beat Intune took no messages: what waits for it goes out.
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return Outcome.finished();
    }
}

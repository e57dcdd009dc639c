package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that beats stay away, also when the heartbeat itself never runs: a job with a queue of its own, due when the
 * alarm would be. A beat does not touch it; when its time comes, it reads when the last beat was and waits for the next
 * time. Where the tenant granted it, it asks Intune what it shows, every half hour.
 */
public final class ConnectionCheckJob implements TenantJob {

    /** How often Intune is asked. */
    static final Duration LOOK = Duration.ofMinutes(30);

    /** How often it runs at the least while Intune does not answer: a silence is to be noticed all the same. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheckJob.class);

    private final ConnectorStore connectors;
    private final ConnectionCheck check;
    private final IntuneView intune;
    private final Connections connections;
    private final Clock clock;

    public ConnectionCheckJob(
            ConnectorStore connectors, ConnectionCheck check, IntuneView intune, Connections connections, Clock clock) {
        this.connectors = connectors;
        this.check = check;
        this.intune = intune;
        this.connections = connections;
        this.clock = clock;
    }

    /** Asks Intune how it shows the connector. */
    public interface IntuneView {

        /** Whether that is granted, and it is known which of Intune's connectors is ours. */
        boolean isReadable(String tenantId);

        /**
         * @throws UpstreamException when Intune cannot be asked
         */
        IntuneStatus of(String tenantId);
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> found = connectors.find(tenantId);
        if (found.isEmpty()) {
            return Outcome.obsolete();
        }
        Connector connector = found.get();
        // First what needs nobody else: Intune may not answer.
        check.look(connector);
        context.checkpoint();
        boolean isPartner = connector.publishing().target().way() == PublishTarget.Way.PARTNER;
        boolean isRead = isPartner && intune.isReadable(tenantId);
        ConnectionHealth health = check.look(connector, isRead ? Optional.of(intune.of(tenantId)) : Optional.empty());
        if (health.difference() == ErrorCode.INTUNE_SHOWS_UNAVAILABLE) {
            announceAgain(tenantId);
        }
        Instant now = clock.instant();
        // Read again, and look whether an alarm is over that the beat could not close itself.
        boolean isCloser = isRead || health.alarm() != ConnectionHealth.Alarm.NONE;
        Instant look = now.plus(LOOK);
        boolean isSooner = health.changesAt().isAfter(now)
                && (!isCloser || health.changesAt().isBefore(look));
        return Outcome.finishedUntil(isSooner ? health.changesAt() : look);
    }

    /** Intune knows nothing of us though it takes our beats. */
    private void announceAgain(String tenantId) {
        try {
            connections.to(PublishTarget.PARTNER).provision(tenantId);
        } catch (UpstreamException e) {
            LOG.warn("{} could not be announced to Intune again: {}", tenantId, e.getMessage());
        }
    }
}

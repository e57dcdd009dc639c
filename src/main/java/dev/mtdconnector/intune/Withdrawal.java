package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Takes back all that was told of a tenant that leaves, whatever its connector is set to. The setting stays. */
public final class Withdrawal {

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final ConnectorStore connectors;
    private final ReassessJob reassess;
    private final PublishJob publish;
    private final Outbox outbox;
    private final Clock clock;

    public Withdrawal(ConnectorStore connectors, ReassessJob reassess, PublishJob publish, Outbox outbox, Clock clock) {
        this.connectors = connectors;
        this.reassess = reassess;
        this.publish = publish;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Marks every device of which something stands. Idempotent. */
    public void begin(String tenantId, JobContext context) {
        releasing(tenantId).ifPresent(connector -> reassess.mark(connector, context));
    }

    /**
     * Goes on with it. No other run may publish for the tenant meanwhile.
     *
     * @return how long to wait before the next step; empty when nothing is left, or nothing that can be done
     * @throws dev.mtdconnector.common.UpstreamException when the present target cannot be reached
     */
    public Optional<Duration> step(String tenantId, JobContext context) {
        Optional<Connector> connector = releasing(tenantId);
        if (connector.isEmpty() || left(tenantId) == 0) {
            return Optional.empty();
        }
        Outcome outcome = publish.run(connector.get(), context);
        if (outcome instanceof Outcome.Again again) {
            return Optional.of(again.delay());
        }
        if (outcome instanceof Outcome.Failed) {
            return Optional.of(PAUSE);
        }
        Instant next = outcome instanceof Outcome.Finished finished ? finished.nextAt() : null;
        return next == null || left(tenantId) == 0
                ? Optional.empty()
                : Optional.of(Duration.between(clock.instant(), next));
    }

    /** Of how many devices something stands, or may stand, where it was told. */
    public int left(String tenantId) {
        return outbox.books(tenantId).told();
    }

    private Optional<Connector> releasing(String tenantId) {
        return connectors
                .find(tenantId)
                .map(connector -> connector.with(connector.publishing().with(Publishing.Mode.RELEASE)));
    }
}

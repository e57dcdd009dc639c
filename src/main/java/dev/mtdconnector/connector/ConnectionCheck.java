package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionCheckStore.Check;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a connection has to raise an alarm, and records what begins and what ends, each once. Whoever looks comes
 * to the same, at the same time too: what is recorded stands in a row under its version.
 */
public final class ConnectionCheck {

    /** Under which a silence is recorded. */
    public static final String SILENCE = "connection";

    /** Under which it is recorded that Intune shows something else. */
    public static final String DIFFERENCE = "connection-in-intune";

    /** Somebody wins each round, so nobody who keeps on loses for long; this only ends what cannot be true. */
    private static final int TRIES = 100;

    private final ConnectionCheckStore store;
    private final ConnectionStatus status;
    private final Records records;
    private final Clock clock;

    public ConnectionCheck(ConnectionCheckStore store, ConnectionStatus status, Records records, Clock clock) {
        this.store = store;
        this.status = status;
        this.records = records;
        this.clock = clock;
    }

    /** Where trouble is recorded. Both are idempotent but for the count. */
    public interface Records {

        void open(String tenantId, String subject, ErrorCode code, String message);

        /** Closes whatever is open of the subject. */
        void close(String tenantId, String subject);
    }

    /** Looks at what is stored. What Intune shows is compared only when it was just asked. */
    public ConnectionHealth look(Connector connector) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Check before = store.check(connector.tenantId());
            ConnectionHealth health = status.of(connector, before);
            if (conclude(connector, before, before, health, before.told())) {
                return health;
            }
        }
        throw tooMany(connector);
    }

    /**
     * The same after Intune was asked.
     *
     * @param shown empty when it may not be asked
     */
    ConnectionHealth look(Connector connector, Optional<IntuneStatus> shown) {
        Instant now = clock.instant();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Check before = store.check(connector.tenantId());
            Check read =
                    shown.map(status -> reading(connector, before, status, now)).orElseGet(before::withoutReading);
            ConnectionHealth health = status.of(connector, read);
            // While we fail ourselves nothing is known of a difference: it has neither begun nor ended.
            boolean isKnown = shown.isEmpty() || health.state() == ConnectionHealth.State.HEALTHY;
            if (conclude(connector, before, read, health, isKnown ? health.difference() : before.told())) {
                return health;
            }
        }
        throw tooMany(connector);
    }

    private Check reading(Connector connector, Check before, IntuneStatus shown, Instant now) {
        ConnectionHealth.Signs signs = status.signs(connector, before);
        Instant lastBeatAt = signs.lastBeatAt();
        if (lastBeatAt == null || ConnectionHealth.of(signs, now).state() != ConnectionHealth.State.HEALTHY) {
            return before.reading(shown, null, now);
        }
        return before.reading(
                shown, shown.difference(lastBeatAt, signs.lateAfter()).orElse(null), now);
    }

    /**
     * @return false when somebody else looked at the same time
     */
    private boolean conclude(
            Connector connector, Check before, Check read, ConnectionHealth health, @Nullable ErrorCode told) {
        recordSilence(connector, before.alarm(), health);
        recordDifference(connector, before.told(), told, read.shown());
        Check after = read.recorded(health.alarm(), told);
        // Recorded before it is stored: who is cut off in between records the same again.
        return after.equals(before) || store.save(connector.tenantId(), after);
    }

    private static IllegalStateException tooMany(Connector connector) {
        return new IllegalStateException("The check of " + connector.tenantId() + " is changed by too many at once");
    }

    private void recordSilence(Connector connector, ConnectionHealth.Alarm before, ConnectionHealth health) {
        if (before == health.alarm()) {
            return;
        }
        if (health.alarm() == ConnectionHealth.Alarm.NONE) {
            records.close(connector.tenantId(), SILENCE);
            return;
        }
        health.alarm()
                .code()
                .ifPresent(code -> records.open(
                        connector.tenantId(),
                        SILENCE,
                        code,
                        "Nothing was acknowledged by "
                                + connector.publishing().target().text() + "; one heartbeat is due every "
                                + connector.heartbeatMinutes() + " minutes"));
    }

    private void recordDifference(
            Connector connector, @Nullable ErrorCode before, @Nullable ErrorCode after, @Nullable IntuneStatus shown) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before != null) {
            records.close(connector.tenantId(), DIFFERENCE);
        }
        if (after != null && shown != null) {
            records.open(
                    connector.tenantId(),
                    DIFFERENCE,
                    after,
                    "Intune shows " + shown.title() + ", last heartbeat " + shown.lastHeartbeatAt());
        }
    }
}

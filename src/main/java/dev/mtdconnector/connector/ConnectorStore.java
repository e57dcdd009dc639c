package dev.mtdconnector.connector;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps a tenant's connector, and beside it what its heartbeat learnt. */
public interface ConnectorStore {

    Optional<Connector> find(String tenantId);

    /**
     * @return false, and nothing written, when there is one
     */
    boolean create(Connector connector);

    /**
     * Stores new settings if the connector is still of the version it was read with. Beats are untouched.
     *
     * @return false, and nothing written, when somebody else changed it
     */
    boolean update(Connector connector);

    Beats beats(String tenantId);

    /** Stores what the heartbeat learnt; settings are untouched. */
    void saveBeats(String tenantId, Beats beats);

    /**
     * @param provisionedAt when Intune was told of the tenant; null before
     * @param lastBeatAt the time that Intune last acknowledged
     * @param resyncRequestedAt when Intune last asked for all states anew
     * @param isChecked whether the check of the connection is on the schedule for certain; false in rows that are older
     *     than it
     */
    record Beats(
            @Nullable Instant provisionedAt,
            @Nullable Instant lastBeatAt,
            @Nullable Instant resyncRequestedAt,
            boolean isChecked) {
        public static final Beats NONE = new Beats(null, null, null);

        public Beats(
                @Nullable Instant provisionedAt, @Nullable Instant lastBeatAt, @Nullable Instant resyncRequestedAt) {
            this(provisionedAt, lastBeatAt, resyncRequestedAt, false);
        }
    }
}

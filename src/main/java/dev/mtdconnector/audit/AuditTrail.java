package dev.mtdconnector.audit;

import dev.mtdconnector.audit.AuditEntry.Difference;
import dev.mtdconnector.audit.AuditEntry.Outcome;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records acts. The beginning is written before anything is done, so that no act goes unrecorded whenever the process ends;
 * when that cannot be written, the act is not begun.
 */
public final class AuditTrail {

    private final AuditStore store;
    private final Clock clock;

    public AuditTrail(AuditStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** An act that was begun; {@link #done} or {@link #failed} ends it. */
    public final class Act {
        private final String place;
        private final AuditEntry entry;

        private Act(String place, AuditEntry entry) {
            this.place = place;
            this.entry = entry;
        }

        public void done(Map<String, Difference> changes) {
            store.end(place, entry.ended(Outcome.DONE, null, changes));
        }

        /** It was refused, so nothing was done and nothing is on record. */
        public void refused() {
            store.withdraw(place, entry);
        }

        /**
         * @param code the error's code; null when it is not known
         */
        public void failed(@Nullable String code) {
            store.end(place, entry.ended(Outcome.FAILED, code, Map.of()));
        }
    }

    public Act begin(String place, String actor, String action, Map<String, String> target, String correlationId) {
        AuditEntry entry = new AuditEntry(
                UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                clock.instant(),
                actor,
                action,
                target,
                Outcome.UNKNOWN,
                null,
                correlationId,
                Map.of());
        store.begin(place, entry);
        return new Act(place, entry);
    }
}

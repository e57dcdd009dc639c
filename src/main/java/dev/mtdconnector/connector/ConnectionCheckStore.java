package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of a connection beside its beats: what Intune shows, and which alarms are open. */
public interface ConnectionCheckStore {

    /** {@link Check#NONE} before the first. */
    Check check(String tenantId);

    /**
     * Stores it if the stored one is still of its version, or still missing when that is null.
     *
     * @return false, and nothing written, when somebody else changed it
     */
    boolean save(String tenantId, Check check);

    /**
     * @param shown what Intune shows; null when it was never asked, or may not be asked any more
     * @param readAt when it was asked
     * @param difference how that differs from what we know; null for not at all
     * @param differentSince since when it differs so
     * @param alarm what is recorded of a silence
     * @param told what is recorded of a difference; null for nothing
     * @param version the row's version; null before it is stored
     */
    record Check(
            @Nullable IntuneStatus shown,
            @Nullable Instant readAt,
            @Nullable ErrorCode difference,
            @Nullable Instant differentSince,
            ConnectionHealth.Alarm alarm,
            @Nullable ErrorCode told,
            @Nullable String version) {

        public static final Check NONE = new Check(null, null, null, null, ConnectionHealth.Alarm.NONE, null, null);

        /** After Intune was asked. */
        Check reading(IntuneStatus newShown, @Nullable ErrorCode newDifference, Instant now) {
            Instant since = newDifference == null ? null : newDifference == difference ? differentSince : now;
            return new Check(newShown, now, newDifference, since, alarm, told, version);
        }

        /** When it may not be asked. */
        Check withoutReading() {
            return new Check(null, null, null, null, alarm, told, version);
        }

        Check recorded(ConnectionHealth.Alarm newAlarm, @Nullable ErrorCode newTold) {
            return new Check(shown, readAt, difference, differentSince, newAlarm, newTold, version);
        }
    }
}

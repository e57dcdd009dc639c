package dev.mtdconnector.notify;

import dev.mtdconnector.notify.ErrorReport.Memory;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps what was reported of a tenant's errors, and the report that is on its way. */
public interface ErrorReportStore {

    Optional<Reported> find(String tenantId);

    /**
     * @return what is stored, with its new version; empty, and nothing written, when somebody else changed it
     */
    Optional<Reported> replace(String tenantId, Reported reported);

    /**
     * What was reported.
     *
     * @param number of the last report, from 1
     * @param onItsWay the report that was decided on and is not known to be sent; null when there is none
     * @param refused addresses that the mail service refused, and when
     * @param version the row's version, for optimistic writes; null for a new one
     */
    record Reported(
            long number,
            Memory memory,
            @Nullable OnItsWay onItsWay,
            Map<String, Instant> refused,
            @Nullable String version) {

        static final Reported NONE = new Reported(0, Memory.NONE, null, Map.of(), null);

        public Reported {
            refused = Map.copyOf(refused);
        }
    }

    /**
     * A report between the decision and its sending.
     *
     * @param after what was reported once it is sent, but for the time of sending
     */
    record OnItsWay(MailOutbox.Draft draft, Instant at, Memory after) {}
}

package dev.mtdconnector.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One act.
 *
 * @param id unique within its place
 * @param actor {@code user:<object id>}, {@code key:<id>}, {@code operator:<name>} or {@code system:<job>}
 * @param action its name, as {@code docs/audit-log.md} lists them
 * @param target what it was done to, by the names in the route: {@code deviceId}, {@code keyId} and the like
 * @param code the error code where the act failed; null otherwise
 * @param correlationId ties it to the log and to the answer
 * @param changes what differs afterwards, by its path in the API's words; empty where the act changes nothing that it shows
 */
public record AuditEntry(
        String id,
        Instant at,
        String actor,
        String action,
        Map<String, String> target,
        Outcome outcome,
        @Nullable String code,
        String correlationId,
        Map<String, Difference> changes) {

    /** How the act ended. */
    public enum Outcome {
        /** It began and its end was not recorded: the process ended in between, and it may have been done or not. */
        UNKNOWN,
        DONE,
        /** Something failed on our side or upstream. */
        FAILED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One value, as text, before and after; null where there was none. */
    public record Difference(
            @Nullable String before, @Nullable String after) {}

    public AuditEntry {
        target = Collections.unmodifiableMap(new TreeMap<>(target));
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    }

    AuditEntry ended(Outcome how, @Nullable String why, Map<String, Difference> differences) {
        return new AuditEntry(id, at, actor, action, target, how, why, correlationId, differences);
    }
}

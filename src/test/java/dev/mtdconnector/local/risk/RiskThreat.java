package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A threat as the vendor's cloud holds it.
 *
 * @param oid its place in lists, given when it was detected
 * @param deviceGuid the vendor's id of the device that has it
 * @param status OPEN, RESOLVED or IGNORED
 * @param details by its kind; not to be changed
 */
public record RiskThreat(
        String guid,
        String oid,
        String deviceGuid,
        ThreatKind kind,
        List<String> classifications,
        Severity severity,
        String status,
        ObjectNode details,
        Instant detectedAt,
        @Nullable Instant resolvedAt,
        Instant updatedAt) {

    static final String OPEN = "OPEN";
    static final String RESOLVED = "RESOLVED";
    static final String IGNORED = "IGNORED";

    public RiskThreat {
        classifications = List.copyOf(classifications);
    }

    public boolean isOpen() {
        return status.equals(OPEN);
    }

    RiskThreat as(String newStatus, Severity newSeverity, Instant now) {
        return new RiskThreat(
                guid,
                oid,
                deviceGuid,
                kind,
                classifications,
                newSeverity,
                newStatus,
                details,
                detectedAt,
                newStatus.equals(OPEN) ? null : now,
                now);
    }
}

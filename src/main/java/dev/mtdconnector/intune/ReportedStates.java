package dev.mtdconnector.intune;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Intune shows of what partners reported. Every call may throw {@link dev.mtdconnector.common.UpstreamException}. */
public interface ReportedStates {

    /**
     * {@code partnerReportedThreatState} of these devices as Intune spells it, values that nobody knows included; a device
     * that Intune does not manage is not there.
     *
     * @param deviceIds Entra device ids
     */
    Map<String, String> of(String tenantId, List<String> deviceIds);

    /** The tenant's Mobile Threat Defense connectors, of whichever vendor. */
    List<PartnerConnector> connectors(String tenantId);

    /**
     * @param id names the vendor
     * @param partnerState as Intune spells it
     * @param unresponsiveAfterDays without a heartbeat, after which Intune ignores the partner
     * @param switches by Intune's names, those that are there
     */
    record PartnerConnector(
            String id,
            String partnerState,
            @Nullable Instant lastHeartbeatAt,
            @Nullable Integer unresponsiveAfterDays,
            Map<String, Boolean> switches) {
        public PartnerConnector {
            switches = Map.copyOf(switches);
        }
    }
}

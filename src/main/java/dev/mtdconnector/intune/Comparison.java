package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.ThreatState;
import java.util.Map;
import java.util.Optional;

/** Compares what a target was told with what it shows. May throw {@link dev.mtdconnector.common.UpstreamException}. */
@FunctionalInterface
public interface Comparison {

    /**
     * What is shown instead, by device id, of those that differ. What is not shown at all, and what somebody else put
     * there and we may not replace, is no difference.
     *
     * @param told states that were confirmed, by device id
     */
    Map<String, String> different(String tenantId, Map<String, ThreatState> told);

    /** The comparison for each target. */
    @FunctionalInterface
    interface Choice {

        /** Empty where the tenant did not grant what the reading needs. */
        Optional<Comparison> of(String tenantId, PublishTarget target);
    }
}

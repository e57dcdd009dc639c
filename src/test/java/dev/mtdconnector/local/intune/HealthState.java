package dev.mtdconnector.local.intune;

import java.util.Optional;

/**
 * What Intune holds of a device in {@code managedDevice.partnerReportedThreatState}; the names are those of
 * {@code managedDevicePartnerReportedHealthState} in Microsoft Graph v1.0.
 */
public enum HealthState {
    UNKNOWN("unknown"),
    ACTIVATED("activated"),
    DEACTIVATED("deactivated"),
    SECURED("secured"),
    LOW("lowSeverity"),
    MEDIUM("mediumSeverity"),
    HIGH("highSeverity"),
    UNRESPONSIVE("unresponsive"),
    COMPROMISED("compromised"),
    MISCONFIGURED("misconfigured");

    private final String wireName;

    HealthState(String wireName) {
        this.wireName = wireName;
    }

    /** Microsoft's name of the state. */
    public String wireName() {
        return wireName;
    }

    /** The state that a partner names; empty for {@code unknown}, which is the absence of a report, and other words. */
    static Optional<HealthState> reported(String name) {
        for (HealthState state : values()) {
            if (state != UNKNOWN && state.wireName.equals(name)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}

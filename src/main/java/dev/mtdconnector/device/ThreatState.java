package dev.mtdconnector.device;

/**
 * What a partner can report of a device, in the words of {@code managedDevicePartnerReportedHealthState} (Microsoft
 * Graph v1.0), less {@code unknown}, which is the absence of a report, and those that we never send.
 */
public enum ThreatState {
    ACTIVATED("activated"),
    DEACTIVATED("deactivated"),
    UNRESPONSIVE("unresponsive"),
    SECURED("secured"),
    LOW("lowSeverity"),
    MEDIUM("mediumSeverity"),
    HIGH("highSeverity");

    private final String wireName;

    ThreatState(String wireName) {
        this.wireName = wireName;
    }

    /** Microsoft's name of the state. */
    public String wireName() {
        return wireName;
    }

    /** The state of this name, as {@link #wireName()} gives it. */
    public static ThreatState ofWireName(String name) {
        for (ThreatState state : values()) {
            if (state.wireName.equals(name)) {
                return state;
            }
        }
        throw new IllegalArgumentException("Not a threat state: " + name);
    }

    /** True for what the threat status says: low, medium, high. */
    public boolean isRisk() {
        return this == LOW || this == MEDIUM || this == HIGH;
    }

    /**
     * How much of its access a device may lose by this state, 0 to 3. Of a device that is unresponsive or deactivated
     * Intune knows nothing good, which weighs as much as the highest risk.
     */
    public int weight() {
        return switch (this) {
            case ACTIVATED, SECURED -> 0;
            case LOW -> 1;
            case MEDIUM -> 2;
            case HIGH, UNRESPONSIVE, DEACTIVATED -> 3;
        };
    }
}

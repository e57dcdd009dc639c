package dev.mtdconnector.local.intune;

import java.util.Locale;
import java.util.Optional;

/** The compliance rule "Require the device to be at or under the Device Threat Level". */
public enum RuleLevel {
    SECURED,
    LOW,
    MEDIUM,
    HIGH;

    /** The name in the control API: {@code secured}, {@code low}, {@code medium}, {@code high}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<RuleLevel> ofLabel(String label) {
        for (RuleLevel level : values()) {
            if (level.label().equals(label)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a device in this state may pass. Microsoft: "Secured" allows no threat, each level above allows one more,
     * and "High" allows every threat but needs the app to be activated. Activated without health yet is no threat, so
     * it passes everywhere. Of the states without health (unknown, deactivated, unresponsive, misconfigured) none is an
     * activated app that reports, so none passes, not even under "High".
     */
    boolean allows(HealthState state) {
        return switch (state) {
            case ACTIVATED, SECURED -> true;
            case LOW -> compareTo(LOW) >= 0;
            case MEDIUM -> compareTo(MEDIUM) >= 0;
            // An active threat that the user cannot easily remove: Graph's description of compromised.
            case HIGH, COMPROMISED -> this == HIGH;
            case UNKNOWN, DEACTIVATED, UNRESPONSIVE, MISCONFIGURED -> false;
        };
    }
}

package dev.mtdconnector.threat;

import java.util.Locale;
import java.util.Optional;

/** How much a threat weighs, least first. {@code NONE} leaves a device secured and raises no notification. */
public enum RiskLevel {
    NONE,
    LOW,
    MEDIUM,
    HIGH;

    /** The word of the API and of settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level of this word of the API; empty when it is none. */
    public static Optional<RiskLevel> ofLabel(String label) {
        for (RiskLevel level : values()) {
            if (level.label().equals(label)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    public static RiskLevel higher(RiskLevel a, RiskLevel b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /**
     * The level that a feed's severity stands for. {@code ADVISORY} occurs in live events beside the documented four
     * and means no risk; a word that is not known counts as the lowest risk, so that it is seen.
     */
    public static RiskLevel ofSeverity(String severity) {
        return switch (severity) {
            case "NONE", "ADVISORY" -> NONE;
            case "LOW" -> LOW;
            case "MEDIUM" -> MEDIUM;
            case "HIGH" -> HIGH;
            default -> LOW;
        };
    }
}

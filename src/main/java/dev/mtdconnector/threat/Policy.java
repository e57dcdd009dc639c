package dev.mtdconnector.threat;

import java.util.Collection;

/**
 * Which level a threat has. So far every tenant has the defaults of {@link Classification}.
 *
 * <p>A classification that is not known counts as {@link Classification#UNKNOWN} and never below the event's own
 * severity: a feed that learnt a new word must not make a threat disappear.
 */
public final class Policy {

    public static final Policy DEFAULT = new Policy();

    private Policy() {}

    /** The level of one threat, open or not. */
    public RiskLevel levelOf(Threat threat) {
        if (threat.classifications().isEmpty()) {
            return ofUnknown(threat.severity());
        }
        RiskLevel level = RiskLevel.NONE;
        for (String name : threat.classifications()) {
            RiskLevel one = Classification.ofName(name)
                    .map(Classification::defaultLevel)
                    .orElseGet(() -> ofUnknown(threat.severity()));
            level = RiskLevel.higher(level, one);
        }
        return level;
    }

    /** The level of a device: the highest of its open threats, NONE without any. */
    public RiskLevel levelOf(Exposure exposure) {
        RiskLevel level = exposure.unknown() == null ? RiskLevel.NONE : ofUnknown(exposure.unknown());
        for (Classification classification : exposure.classifications()) {
            level = RiskLevel.higher(level, classification.defaultLevel());
        }
        return level;
    }

    /** The same, from the threats themselves. */
    public RiskLevel levelOf(Collection<Threat> threats) {
        return levelOf(Exposure.of(threats));
    }

    private static RiskLevel ofUnknown(RiskLevel severity) {
        return RiskLevel.higher(Classification.UNKNOWN.defaultLevel(), severity);
    }
}

package dev.mtdconnector.threat;

import java.util.Collection;
import java.util.Optional;

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
            return ofUnknown(threat);
        }
        RiskLevel level = RiskLevel.NONE;
        for (String name : threat.classifications()) {
            Optional<Classification> known = Classification.ofName(name);
            level = RiskLevel.higher(level, known.isPresent() ? known.get().defaultLevel() : ofUnknown(threat));
        }
        return level;
    }

    /** The level of a device: the highest of its open threats, NONE without any. */
    public RiskLevel levelOf(Collection<Threat> threats) {
        return threats.stream().filter(Threat::isOpen).map(this::levelOf).reduce(RiskLevel.NONE, RiskLevel::higher);
    }

    private static RiskLevel ofUnknown(Threat threat) {
        return RiskLevel.higher(Classification.UNKNOWN.defaultLevel(), threat.severity());
    }
}

package dev.mtdconnector.threat;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a policy needs to know of a device's open threats: small however many there are, so that a change of the policy
 * is weighed without reading them.
 *
 * @param classifications those that are known
 * @param unknown the highest severity by the feed of the threats that have none, or one that is not known; null when there
 *     is no such threat
 */
public record Exposure(
        Set<Classification> classifications, @Nullable RiskLevel unknown) {

    public static final Exposure NONE = new Exposure(Set.of(), null);

    public Exposure {
        EnumSet<Classification> sorted = EnumSet.noneOf(Classification.class);
        sorted.addAll(classifications);
        classifications = Collections.unmodifiableSet(sorted);
    }

    /** What these threats amount to; those that are not open do not count. */
    public static Exposure of(Collection<Threat> threats) {
        EnumSet<Classification> known = EnumSet.noneOf(Classification.class);
        RiskLevel unknown = null;
        for (Threat threat : threats) {
            if (!threat.isOpen()) {
                continue;
            }
            boolean isAnyUnknown = threat.classifications().isEmpty();
            for (String name : threat.classifications()) {
                Optional<Classification> classification = Classification.ofName(name);
                classification.ifPresent(known::add);
                isAnyUnknown |= classification.isEmpty();
            }
            if (isAnyUnknown) {
                unknown = unknown == null ? threat.severity() : RiskLevel.higher(unknown, threat.severity());
            }
        }
        return new Exposure(known, unknown);
    }

    public boolean isNone() {
        return classifications.isEmpty() && unknown == null;
    }
}

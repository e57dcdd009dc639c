package dev.mtdconnector.threat;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a policy needs to know of a device's open threats, under each {@link Rule}: small however many there are, so that
 * a change of the policy is weighed without reading them.
 *
 * @param all what was found, whoever rated it
 * @param unrated what was found and no feed rated
 * @param rated the highest severity by the feed of the threats that it rated; null when it rated none
 */
public record Exposure(Found all, Found unrated, @Nullable RiskLevel rated) {

    public static final Exposure NONE = new Exposure(Found.NOTHING, Found.NOTHING, null);

    /**
     * Some threats together.
     *
     * @param classifications those that are known
     * @param unknown the highest severity of the threats that have none, or one that is not known; null when there is no
     *     such threat
     */
    public record Found(
            Set<Classification> classifications, @Nullable RiskLevel unknown) {

        public static final Found NOTHING = new Found(Set.of(), null);

        public Found {
            EnumSet<Classification> sorted = EnumSet.noneOf(Classification.class);
            sorted.addAll(classifications);
            classifications = Collections.unmodifiableSet(sorted);
        }

        private Found and(Threat threat) {
            EnumSet<Classification> known = EnumSet.noneOf(Classification.class);
            known.addAll(classifications);
            boolean isAnyUnknown = threat.classifications().isEmpty();
            for (String name : threat.classifications()) {
                Optional<Classification> classification = Classification.ofName(name);
                classification.ifPresent(known::add);
                isAnyUnknown |= classification.isEmpty();
            }
            return new Found(known, isAnyUnknown ? higher(unknown, threat.severity()) : unknown);
        }
    }

    /** Of threats that no feed rated. */
    public Exposure(Set<Classification> classifications, @Nullable RiskLevel unknown) {
        this(new Found(classifications, unknown), new Found(classifications, unknown), null);
    }

    /** What these threats amount to; those that are not open do not count. */
    public static Exposure of(Collection<Threat> threats) {
        Found all = Found.NOTHING;
        Found unrated = Found.NOTHING;
        RiskLevel rated = null;
        for (Threat threat : threats) {
            if (threat.isOpen()) {
                all = all.and(threat);
                unrated = threat.isRated() ? unrated : unrated.and(threat);
                rated = threat.isRated() ? higher(rated, threat.severity()) : rated;
            }
        }
        return new Exposure(all, unrated, rated);
    }

    private static RiskLevel higher(@Nullable RiskLevel known, RiskLevel level) {
        return known == null ? level : RiskLevel.higher(known, level);
    }

    /** The classifications of all open threats, as far as they are known. */
    public Set<Classification> classifications() {
        return all.classifications();
    }

    public boolean isNone() {
        return equals(NONE);
    }
}

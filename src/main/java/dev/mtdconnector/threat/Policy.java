package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which level a threat has for one tenant: the defaults of {@link Classification}, less what an administrator chose; or,
 * where the tenant has that {@link Rule}, the severity of the feed that found it.
 *
 * <p>A classification that is not known counts as {@link Classification#UNKNOWN} and never below the event's own
 * severity: a feed that learnt a new word must not make a threat disappear.
 *
 * @param version 0 for the defaults before anybody changed them, then one more at each change
 * @param rule by what a threat that a feed rated gets its level
 * @param overrides levels that differ from the default
 * @param changedAt when this version was made; null for version 0
 * @param changedBy who made it, as {@code user:<object id>} or {@code key:<id>}; null for version 0
 */
public record Policy(
        int version,
        Rule rule,
        Map<Classification, RiskLevel> overrides,
        @Nullable Instant changedAt,
        @Nullable String changedBy) {

    public static final Policy DEFAULT = new Policy(0, Rule.POLICY, Map.of(), null, null);

    public Policy {
        Map<Classification, RiskLevel> differing = new EnumMap<>(Classification.class);
        overrides.forEach((classification, level) -> {
            if (level != classification.defaultLevel()) {
                differing.put(classification, level);
            }
        });
        overrides = Collections.unmodifiableMap(differing);
    }

    /** The next version, with these levels in place of what they were; the others stay, and so does the rule. */
    public Policy with(Map<Classification, RiskLevel> levels, Instant at, String by) {
        return with(rule, levels, at, by);
    }

    /** The next version, by this rule, with these levels in place of what they were; the others stay. */
    public Policy with(Rule newRule, Map<Classification, RiskLevel> levels, Instant at, String by) {
        Map<Classification, RiskLevel> all = new EnumMap<>(Classification.class);
        all.putAll(overrides);
        all.putAll(levels);
        return new Policy(version + 1, newRule, all, at, by);
    }

    /** Whether it rates every threat as the other does. */
    public boolean isSameAs(Policy other) {
        return rule == other.rule && overrides.equals(other.overrides);
    }

    /** The level of a classification. */
    public RiskLevel levelOf(Classification classification) {
        RiskLevel chosen = overrides.get(classification);
        return chosen == null ? classification.defaultLevel() : chosen;
    }

    /** The level of one threat, open or not. */
    public RiskLevel levelOf(Threat threat) {
        return reason(threat).level();
    }

    /** The level of a device: the highest of its open threats, NONE without any. */
    public RiskLevel levelOf(Exposure exposure) {
        if (rule == Rule.POLICY) {
            return levelOf(exposure.all());
        }
        RiskLevel unrated = levelOf(exposure.unrated());
        return exposure.rated() == null ? unrated : RiskLevel.higher(unrated, exposure.rated());
    }

    private RiskLevel levelOf(Exposure.Found found) {
        RiskLevel level = found.unknown() == null ? RiskLevel.NONE : ofUnknown(found.unknown());
        for (Classification classification : found.classifications()) {
            level = RiskLevel.higher(level, levelOf(classification));
        }
        return level;
    }

    /** The same, from the threats themselves. */
    public RiskLevel levelOf(Collection<Threat> threats) {
        return levelOf(Exposure.of(threats));
    }

    /**
     * Why a device has its level: of these threats the open ones that have that very level, the oldest first. Empty when
     * none is open.
     */
    public List<Reason> decisive(Collection<Threat> threats) {
        RiskLevel level = levelOf(threats);
        return threats.stream()
                .filter(Threat::isOpen)
                .sorted(Comparator.comparing(Threat::openedAt).thenComparing(Threat::guid))
                .map(this::reason)
                .filter(reason -> reason.level() == level)
                .toList();
    }

    /**
     * Why a threat has its level.
     *
     * @param classification the row of the policy that decides, of several the first that the event names; where the feed's
     *     severity decides, the row that would
     * @param isBySeverity true when it is the event's own severity that decides: by the rule, or since the row is UNKNOWN's
     *     and lower
     * @param rule which decided
     */
    public record Reason(
            String threatGuid, Classification classification, RiskLevel level, boolean isBySeverity, Rule rule) {}

    private Reason reason(Threat threat) {
        // A threat without any classification is as one whose only one is not known.
        List<String> names = threat.classifications().isEmpty() ? List.of("") : threat.classifications();
        return names.stream()
                .map(name -> reason(threat, name))
                .reduce((one, next) -> next.level().compareTo(one.level()) > 0 ? next : one)
                .map(byPolicy ->
                        rule == Rule.FEED_SEVERITY && threat.isRated() ? bySeverity(threat, byPolicy) : byPolicy)
                .orElseThrow();
    }

    private static Reason bySeverity(Threat threat, Reason byPolicy) {
        return new Reason(threat.guid(), byPolicy.classification(), threat.severity(), true, Rule.FEED_SEVERITY);
    }

    private Reason reason(Threat threat, String name) {
        return Classification.ofName(name)
                .map(known -> new Reason(threat.guid(), known, levelOf(known), false, Rule.POLICY))
                .orElseGet(() -> {
                    RiskLevel level = ofUnknown(threat.severity());
                    boolean isBySeverity = level != levelOf(Classification.UNKNOWN);
                    return new Reason(threat.guid(), Classification.UNKNOWN, level, isBySeverity, Rule.POLICY);
                });
    }

    private RiskLevel ofUnknown(RiskLevel severity) {
        return RiskLevel.higher(levelOf(Classification.UNKNOWN), severity);
    }
}

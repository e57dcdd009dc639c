package dev.mtdconnector.threat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** By what a threat that a feed rated gets its level. A threat that no feed rated gets it by the policy under each rule. */
public enum Rule {
    /** By the level that the policy gives to its classification. */
    POLICY,
    /** By the severity that the feed gives it, whatever the policy says of its classification. */
    FEED_SEVERITY;

    /** The words of the API. */
    public static final List<String> LABELS =
            Stream.of(values()).map(Rule::label).toList();

    /** The word of the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The rule of this word of the API; empty when it is none. */
    public static Optional<Rule> ofLabel(String label) {
        return Stream.of(values()).filter(rule -> rule.label().equals(label)).findFirst();
    }
}

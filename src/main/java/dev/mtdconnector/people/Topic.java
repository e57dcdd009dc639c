package dev.mtdconnector.people;

import dev.mtdconnector.threat.RiskLevel;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What an administrator may have mails about, each on or off. */
public enum Topic {
    HIGH(true),
    MEDIUM(true),
    LOW(true),
    DAILY(false),
    WEEKLY(true),
    MONTHLY(false),
    QUARTERLY(false);

    /** Threats of these levels. */
    public static final List<Topic> THREATS = List.of(HIGH, MEDIUM, LOW);

    private final boolean isOnAtFirst;

    Topic(boolean isOnAtFirst) {
        this.isOnAtFirst = isOnAtFirst;
    }

    /** The word of the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is on until a person chooses, as the vendor's console has it. */
    static Set<Topic> defaults() {
        EnumSet<Topic> on = EnumSet.noneOf(Topic.class);
        Arrays.stream(values()).filter(topic -> topic.isOnAtFirst).forEach(on::add);
        return Collections.unmodifiableSet(on);
    }

    /** Whether these topics have a threat of this level told; one of no risk raises no mail. */
    static boolean isWanted(Set<Topic> on, RiskLevel level) {
        return switch (level) {
            case NONE -> false;
            case LOW -> on.contains(LOW);
            case MEDIUM -> on.contains(MEDIUM);
            case HIGH -> on.contains(HIGH);
        };
    }
}

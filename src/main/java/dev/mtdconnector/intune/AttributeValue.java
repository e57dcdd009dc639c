package dev.mtdconnector.intune;

import dev.mtdconnector.device.ThreatState;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What stands in an extension attribute: {@code mtd:} and a word for each state, as {@code mtd:high}. Administrators write
 * these values into filters of Conditional Access, so they never change.
 */
final class AttributeValue {

    private static final Set<String> OURS =
            Arrays.stream(ThreatState.values()).map(AttributeValue::word).collect(Collectors.toUnmodifiableSet());

    private AttributeValue() {}

    /** The value for a state; null, which clears, for a device that is deactivated. */
    static @Nullable String of(ThreatState state) {
        return state == ThreatState.DEACTIVATED ? null : word(state);
    }

    /** Whether the value is one that we write. */
    static boolean isOurs(String value) {
        return OURS.contains(value);
    }

    private static String word(ThreatState state) {
        return "mtd:" + state.name().toLowerCase(Locale.ROOT);
    }
}

package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the allow list: threats that do not count until its end. A threat is covered when everything that the entry
 * names is so; what is null is not asked for.
 *
 * @param what of an app's threats which
 * @param deviceId the one device on which it holds; null for all
 * @param by who made it, as {@code Caller.Administrator.actor()} has it
 * @param until when it ends, that instant excluded
 */
public record Allowance(
        String id, What what, @Nullable String deviceId, String reason, String by, Instant at, Instant until) {

    /**
     * Names are compared as {@link AppNames} folds them, a package name letter by letter, a classification by any of the names that
     * it has had.
     *
     * @param classification only threats of this one
     */
    public record What(
            @Nullable String name,
            @Nullable String publisher,
            @Nullable String packageName,
            @Nullable String classification) {}

    public boolean holds(Instant now) {
        return now.isBefore(until);
    }

    public boolean covers(String onDevice, Threat threat) {
        Threat.Subject subject = threat.finding().subject();
        return (deviceId == null || deviceId.equals(onDevice))
                && isSame(what.name(), subject.applicationName())
                && isSame(what.publisher(), subject.publisher())
                && (what.packageName() == null || what.packageName().equals(subject.packageName()))
                && (what.classification() == null || isAny(threat.classifications(), what.classification()));
    }

    private static boolean isAny(List<String> classifications, String wanted) {
        String name = nameOf(wanted);
        return classifications.stream().anyMatch(one -> nameOf(one).equals(name));
    }

    /** One name for a classification that feeds of several ages name differently. */
    private static String nameOf(String classification) {
        String name = classification.toUpperCase(Locale.ROOT);
        return Classification.ofName(name).map(Enum::name).orElse(name);
    }

    private static boolean isSame(@Nullable String wanted, @Nullable String found) {
        return wanted == null || (found != null && AppNames.folded(wanted).equals(AppNames.folded(found)));
    }
}

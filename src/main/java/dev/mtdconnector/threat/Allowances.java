package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tenant's allow list. */
public record Allowances(List<Allowance> entries) {

    public static final Allowances NONE = new Allowances(List.of());

    /** Of several entries that cover a threat the one that ends last is named. */
    private static final Comparator<Allowance> BY_END =
            Comparator.comparing(Allowance::until).thenComparing(Allowance::id);

    public Allowances {
        entries = List.copyOf(entries);
    }

    /** What the list says of a threat at this time; null when no entry covers it, and of a threat that is not open. */
    public Threat.@Nullable Silenced markOf(String deviceId, Threat threat, Instant now) {
        if (threat.status() != Threat.Status.OPEN) {
            // A device remembers hundreds, and names are dear to compare.
            return null;
        }
        return entries.stream()
                .filter(entry -> entry.holds(now) && entry.covers(deviceId, threat))
                .max(BY_END)
                .map(entry -> new Threat.Silenced(entry.id(), entry.by(), entry.reason(), entry.until()))
                .orElse(null);
    }
}

package dev.mtdconnector.tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has granted to one registration, as last read from its directory.
 *
 * @param missing names of the application roles that are needed and not granted; empty when granted
 * @param checkedAt when the roles were read; null when they never were
 */
public record Consent(
        State state, List<String> missing, @Nullable Instant checkedAt) {

    /** Where a consent stands. */
    public enum State {
        /** Never given, or taken back whole. */
        NONE,
        /** Given, but a role that is needed was not granted or has been taken away. */
        INCOMPLETE,
        /** Every role that is needed is granted. */
        GRANTED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final Consent NONE = new Consent(State.NONE, List.of(), null);

    public Consent {
        missing = List.copyOf(missing);
    }

    public boolean isGranted() {
        return state == State.GRANTED;
    }

    /** The consent that these granted roles make: compared by id with what the registration needs. */
    public static Consent of(Registration registration, Set<UUID> granted, Instant checkedAt) {
        List<String> missing = new ArrayList<>();
        for (ApplicationRole role : registration.requiredRoles()) {
            if (!granted.contains(role.id())) {
                missing.add(role.value());
            }
        }
        return new Consent(missing.isEmpty() ? State.GRANTED : State.INCOMPLETE, missing, checkedAt);
    }

    /** The state of a tenant that has no service principal of ours. */
    public static Consent withoutPrincipal(Instant checkedAt) {
        return new Consent(State.NONE, List.of(), checkedAt);
    }
}

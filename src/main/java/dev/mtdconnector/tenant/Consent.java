package dev.mtdconnector.tenant;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has granted to one registration, as last read from its directory. Where it stands is computed from that
 * and from what this release needs, so a release that needs more makes a consent incomplete by itself.
 *
 * @param known whether the directory has a service principal of ours
 * @param granted names of the roles that are granted, of those that we need or can use
 * @param checkedAt when the roles were read; null when they never were
 * @param grantedAt when everything that is needed was last found granted after it had not been; null before. It stays
 *     when the consent is taken back: a consent that was complete once is looked after
 * @param confirmation who signed in after that; null until somebody has
 * @param trouble what became of a consent that was complete, until the contact knows how it ended; null when all is well
 * @param version the row's version, for optimistic writes; null for one that is not stored
 */
public record Consent(
        Registration registration,
        boolean known,
        Set<String> granted,
        @Nullable Instant checkedAt,
        @Nullable Instant grantedAt,
        @Nullable Confirmation confirmation,
        @Nullable Trouble trouble,
        @Nullable String version) {

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

    /**
     * Somebody of the tenant who signed in for this consent. Microsoft does not say who accepted, so this is the person
     * who stands for it here.
     *
     * @param userId object id in the tenant's directory
     * @param name to be shown only
     */
    public record Confirmation(String userId, String name, Instant at) {}

    /**
     * Something that was granted is not any more, or this release needs more.
     *
     * @param told whether the contact was told
     */
    public record Trouble(Kind kind, Instant since, boolean told) {
        /** What happened. */
        public enum Kind {
            /** A role that was granted is gone, or all are. */
            REVOKED,
            /** What was granted still is; a release needs a role that it did not need before. */
            MORE_NEEDED
        }

        Trouble asTold() {
            return new Trouble(kind, since, true);
        }
    }

    /**
     * What the directory says at a time.
     *
     * @param granted names of the roles that are granted, of those that we need or can use
     */
    public record Reading(boolean known, Set<String> granted, Instant at) {
        public Reading {
            granted = Set.copyOf(granted);
        }

        static Reading of(Registration registration, Set<UUID> grantedIds, Instant at) {
            Set<String> values = new TreeSet<>();
            Stream.concat(registration.requiredRoles().stream(), registration.optionalRoles().stream())
                    .filter(role -> grantedIds.contains(role.id()))
                    .forEach(role -> values.add(role.value()));
            return new Reading(true, values, at);
        }

        static Reading withoutPrincipal(Instant at) {
            return new Reading(false, Set.of(), at);
        }

        boolean isComplete(Registration registration) {
            return known && granted.containsAll(needed(registration));
        }
    }

    public Consent {
        granted = Collections.unmodifiableSet(new TreeSet<>(granted));
    }

    public static Consent none(Registration registration) {
        return new Consent(registration, false, Set.of(), null, null, null, null, null);
    }

    public State state() {
        if (!known) {
            return State.NONE;
        }
        return missing().isEmpty() ? State.GRANTED : State.INCOMPLETE;
    }

    /** Names of the roles that are needed and not granted; empty when granted, and when nothing was ever given. */
    public List<String> missing() {
        return known
                ? needed(registration).stream()
                        .filter(role -> !granted.contains(role))
                        .toList()
                : List.of();
    }

    public boolean isGranted() {
        return state() == State.GRANTED;
    }

    /** Whether all of these roles are granted, whatever else is missing. */
    public boolean allows(Set<String> roles) {
        return known && granted.containsAll(roles);
    }

    /** Whether it is worth reading again by itself: something was granted, now or earlier. */
    public boolean isInUse() {
        return known || grantedAt != null;
    }

    /** This consent after the directory was read. */
    public Consent after(Reading reading) {
        boolean isComplete = reading.isComplete(registration);
        boolean isAnew = isComplete && !isGranted();
        return new Consent(
                registration,
                reading.known(),
                reading.granted(),
                reading.at(),
                isAnew ? reading.at() : grantedAt,
                isAnew ? null : confirmation,
                isComplete ? troubleThatWasTold() : troubleOf(reading),
                version);
    }

    private @Nullable Trouble troubleThatWasTold() {
        return trouble != null && trouble.told() ? trouble : null;
    }

    private @Nullable Trouble troubleOf(Reading reading) {
        if (grantedAt == null) {
            return null;
        }
        boolean isLost = known
                && (!reading.known()
                        || needed(registration).stream()
                                .anyMatch(role -> granted.contains(role)
                                        && !reading.granted().contains(role)));
        if (trouble == null || (isLost && trouble.kind() == Trouble.Kind.MORE_NEEDED)) {
            return new Trouble(isLost ? Trouble.Kind.REVOKED : Trouble.Kind.MORE_NEEDED, reading.at(), false);
        }
        return trouble;
    }

    public Consent withTrouble(@Nullable Trouble newTrouble) {
        return new Consent(registration, known, granted, checkedAt, grantedAt, confirmation, newTrouble, version);
    }

    public Consent withConfirmation(Confirmation newConfirmation) {
        return new Consent(registration, known, granted, checkedAt, grantedAt, newConfirmation, trouble, version);
    }

    /** The same under another version. */
    public Consent withVersion(@Nullable String newVersion) {
        return new Consent(registration, known, granted, checkedAt, grantedAt, confirmation, trouble, newVersion);
    }

    private static List<String> needed(Registration registration) {
        return registration.requiredRoles().stream().map(ApplicationRole::value).toList();
    }
}

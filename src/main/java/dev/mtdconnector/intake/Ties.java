package dev.mtdconnector.intake;

import dev.mtdconnector.intake.IntakeStore.ByPerson;
import dev.mtdconnector.intake.IntakeStore.Claims;
import dev.mtdconnector.intake.IntakeStore.Said;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents.Reason;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which device a vendor guid means, by what is said of it: an administrator's word first, while the feed says what it said
 * when they gave it; then the Entra device id; then the id in Intune. Where the two ids of the feed name different devices,
 * nobody can say. The same whatever order it was said in.
 */
final class Ties {

    private final Function<String, Optional<String>> deviceOfIntune;
    private final Instant now;

    /**
     * @param deviceOfIntune the Entra device id of a managed device in Intune, where it is known
     */
    Ties(Function<String, Optional<String>> deviceOfIntune, Instant now) {
        this.deviceOfIntune = deviceOfIntune;
        this.now = now;
    }

    /** After these events. */
    Tie heard(Tie before, List<? extends Event.OnDevice> events) {
        Claims claims = before.claims();
        for (Event.OnDevice event : events) {
            claims = claims.with(event);
        }
        return decided(before, claims, "");
    }

    /** After enrollment learnt something. */
    Tie looked(Tie before) {
        return decided(before, before.claims(), "");
    }

    /** After an administrator said which device it is. The same again changes nothing. */
    Tie said(Tie before, String deviceId, String actor) {
        boolean isSaid = before.claims()
                .standing()
                .filter(word -> word.deviceId().equals(deviceId))
                .isPresent();
        ByPerson word = new ByPerson(deviceId, before.claims().entraId(), actor, now);
        return isSaid ? looked(before) : decided(before, before.claims().with(word), actor);
    }

    /** After an administrator took that back. */
    Tie unsaid(Tie before, String actor) {
        return decided(before, before.claims().with((ByPerson) null), actor);
    }

    private Tie decided(Tie before, Claims claims, String actor) {
        Said entra = claims.entra();
        Said mdm = claims.mdm();
        Optional<ByPerson> person = claims.standing();
        if (person.isPresent()) {
            ByPerson word = person.get();
            return tied(before, claims, word.deviceId(), word.at(), word.actor());
        }
        @Nullable
        String byIntune = mdm == null ? null : deviceOfIntune.apply(mdm.id()).orElse(null);
        if (entra != null && (byIntune == null || byIntune.equals(entra.id()))) {
            return tied(before, claims, entra.id(), entra.at(), entra.eventId());
        }
        @Nullable String deviceId = entra == null ? byIntune : null;
        // Since now, for what the feed said long ago is understood only now.
        return before.means(deviceId)
                ? tied(before, claims, deviceId, before.at(), before.by())
                : tied(before, claims, deviceId, now, deviceId == null || mdm == null ? actor : mdm.eventId());
    }

    private static Tie tied(Tie before, Claims claims, @Nullable String deviceId, Instant at, String by) {
        Set<String> from = new HashSet<>(before.movesFrom());
        if (before.deviceId() != null) {
            from.add(before.deviceId());
        }
        if (deviceId != null) {
            from.remove(deviceId);
        }
        return new Tie(deviceId, at, by, from, claims);
    }

    /** Why the events of the guid wait. */
    static Reason reason(@Nullable Tie tie) {
        if (tie == null) {
            return Reason.GUID_UNKNOWN;
        }
        if (tie.deviceId() != null) {
            return Reason.DEVICE_NOT_ENROLLED;
        }
        if (tie.claims().entra() != null) {
            return Reason.IDS_CONFLICT;
        }
        return tie.claims().mdm() != null ? Reason.MDM_ID_UNKNOWN : Reason.GUID_UNKNOWN;
    }
}

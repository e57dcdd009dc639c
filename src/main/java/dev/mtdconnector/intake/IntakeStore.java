package dev.mtdconnector.intake;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keeps which device each vendor guid means, and who says so. Every method is idempotent. */
public interface IntakeStore {

    /**
     * Which device a vendor guid means.
     *
     * @param deviceId null while nobody can say
     * @param at since when, by the time of the event that said so
     * @param by the id of that event, or who said so
     * @param movesFrom devices that it meant before and that may still have its threats
     * @param claims all that is said of it
     */
    record Tie(@Nullable String deviceId, Instant at, String by, Set<String> movesFrom, Claims claims) {

        /** Of a guid of which nothing is known. */
        public static final Tie NONE = new Tie(null, Instant.EPOCH, "", Set.of(), Claims.NONE);

        public Tie {
            movesFrom = Set.copyOf(movesFrom);
        }

        /** Nothing of it is at the devices that it meant before. */
        Tie moved() {
            return new Tie(deviceId, at, by, Set.of(), claims);
        }

        boolean means(@Nullable String device) {
            return Objects.equals(deviceId, device);
        }
    }

    /**
     * What is said of a vendor guid.
     *
     * @param entra the Entra device id that the latest event with one names
     * @param mdm the id in Intune that the latest event with one names
     * @param person what an administrator said
     */
    record Claims(
            @Nullable Said entra,
            @Nullable Said mdm,
            @Nullable ByPerson person) {

        public static final Claims NONE = new Claims(null, null, null);

        /** With what this event says, where nothing later is known. */
        Claims with(Event.OnDevice event) {
            String externalId = event.externalId();
            String intuneId = event.device().intuneId().orElse(null);
            return new Claims(Said.latest(entra, externalId, event), Said.latest(mdm, intuneId, event), person);
        }

        Claims with(@Nullable ByPerson newPerson) {
            return new Claims(entra, mdm, newPerson);
        }

        @Nullable
        String entraId() {
            return entra == null ? null : entra.id();
        }

        /** The administrator's word, while the feed says what it said when they said it. */
        Optional<ByPerson> standing() {
            return Optional.ofNullable(person).filter(word -> Objects.equals(word.entraId(), entraId()));
        }
    }

    /** An id that an event named. */
    record Said(String id, Instant at, String eventId) {

        /** What this event says, unless it says nothing, or something later is known. */
        private static @Nullable Said latest(@Nullable Said known, @Nullable String id, Event.OnDevice event) {
            boolean isOld = known != null && !event.isLaterThan(known.at(), known.eventId());
            return id == null || isOld ? known : new Said(id, event.createdTime(), event.id());
        }
    }

    /**
     * What an administrator said.
     *
     * @param entraId the Entra device id that the feed named then; null when it had named none
     * @param actor who, as {@code Caller.Administrator.actor()} has it
     */
    record ByPerson(String deviceId, @Nullable String entraId, String actor, Instant at) {}

    Optional<Tie> tie(String tenantId, String vendorGuid);

    /**
     * Changes what is known of a guid, from {@link Tie#NONE} where that is nothing. What does not differ is not written.
     *
     * @param change may be applied several times
     * @return what holds after that
     */
    Tie change(String tenantId, String vendorGuid, UnaryOperator<Tie> change);

    /** Nothing of the guid is left at the devices that it meant before; nothing happens when it was tied anew meanwhile. */
    void moved(String tenantId, String vendorGuid, Tie tie);

    /** The vendor guids that were tied to an Entra device id, and possibly to another since. */
    List<String> vendorGuidsOf(String tenantId, String deviceId);

    /** The vendor guids of which the feed says this id in Intune; bounded. */
    List<String> vendorGuidsOfIntune(String tenantId, String intuneId);

    /** Whether the feed names any id in Intune. */
    boolean hasIntuneIds(String tenantId);

    /** Whether anything is kept of the tenant. */
    boolean hasAny(String tenantId);
}

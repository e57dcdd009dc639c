package dev.mtdconnector.device;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Intune was told of a device, and what keeps back what it is to be told next.
 *
 * @param state the latest state that was put into a message; null when none ever was, or the message failed
 * @param messageId that message
 * @param orderedAt the time by which states of this device are ordered; never goes back, null when nothing was ever told
 * @param confirmedAt when the message was completed; null while it is on its way
 * @param target where it was told, as {@code PublishTarget.text()} gives it; null is the partner's data sync
 * @param known the latest state that was confirmed there; null when none was
 * @param observed the latest state that was computed while nothing is told
 * @param worseSince since when the device has been worse than what is known there; null while it is not
 * @param notBefore until when the next telling waits: for the end of the grace period, or after a failure
 * @param held the worsened state that waits for somebody's approval
 * @param failures how many messages with the present state failed
 * @param isStranded whether it is to be taken back where it was told, and that place cannot be reached
 */
public record Told(
        @Nullable ThreatState state,
        @Nullable String messageId,
        @Nullable Instant orderedAt,
        @Nullable Instant confirmedAt,
        @Nullable String target,
        @Nullable ThreatState known,
        @Nullable ThreatState observed,
        @Nullable Instant worseSince,
        @Nullable Instant notBefore,
        @Nullable Held held,
        int failures,
        boolean isStranded) {

    public static final Told NOTHING = new Told(null, null, null, null);

    /** After so many failed messages, of which it was the only device of the last ones, a device is given up. */
    public static final int MOST_FAILURES = 8;

    /**
     * A worsened state that is held.
     *
     * @param set the number of the set in which it is approved
     */
    public record Held(int set, ThreatState state) {}

    /** Told by the partner's data sync, with nothing kept back. */
    public Told(
            @Nullable ThreatState state,
            @Nullable String messageId,
            @Nullable Instant orderedAt,
            @Nullable Instant confirmedAt) {
        this(
                state,
                messageId,
                orderedAt,
                confirmedAt,
                null,
                confirmedAt == null ? null : state,
                null,
                null,
                null,
                null,
                0,
                false);
    }

    /** True while something that we told stands there, or may stand there: all but what was taken back. */
    public boolean isStanding() {
        return orderedAt != null && !(state == ThreatState.DEACTIVATED && confirmedAt != null);
    }

    /** True when a message of it is on its way. */
    public boolean isOnItsWay() {
        return state != null && confirmedAt == null;
    }

    /** True when it was refused so often that nobody tries any more. */
    public boolean isGivenUp() {
        return state == null && failures >= MOST_FAILURES;
    }

    /** True when something is to be told and is kept back. */
    public boolean isKeptBack() {
        return notBefore != null || held != null || isStranded || isGivenUp();
    }

    /** What is known to stand at this place, if anything is. */
    public Optional<ThreatState> knownAt(@Nullable String place) {
        return isAt(place) ? Optional.ofNullable(known) : Optional.empty();
    }

    /** Whether it was told there last. */
    public boolean isAt(@Nullable String place) {
        return Objects.equals(target, place);
    }

    /** In a message on its way; nothing is kept back any more. */
    public Told inMessage(ThreatState newState, String newMessageId, Instant time, @Nullable String place, int before) {
        ThreatState there = isAt(place) ? known : null;
        return new Told(newState, newMessageId, time, null, place, there, null, worseSince, null, null, before, false);
    }

    /** What is known there is in a message once more; what is kept back stays so. */
    public Told inMessageAgain(String newMessageId, Instant time) {
        return new Told(
                known,
                newMessageId,
                time,
                null,
                target,
                known,
                observed,
                worseSince,
                notBefore,
                held,
                failures,
                isStranded);
    }

    /** The message was completed. */
    public Told confirmed(Instant at) {
        Instant since = isKeptBack() ? worseSince : null;
        return new Told(state, messageId, orderedAt, at, target, state, null, since, notBefore, held, 0, false);
    }

    /**
     * The message failed.
     *
     * @param so how many have by now
     * @param again when it is tried again; null when it is not
     */
    public Told failed(int so, @Nullable Instant again) {
        Instant next = notBefore == null ? again : notBefore;
        return new Told(null, null, orderedAt, null, target, known, null, worseSince, next, held, so, false);
    }

    /** Worse since then, and waiting. */
    public Told waiting(Instant since, Instant until) {
        return keptBack(since, until, null);
    }

    public Told held(Held newHeld) {
        return keptBack(worseSince, null, newHeld);
    }

    private Told keptBack(@Nullable Instant since, @Nullable Instant until, @Nullable Held newHeld) {
        return new Told(state, messageId, orderedAt, confirmedAt, target, known, null, since, until, newHeld, 0, false);
    }

    /** The state forgotten: whatever is to be told is told, though it may stand there. What was taken back stays so. */
    public Told again() {
        return isStanding()
                ? new Told(
                        null,
                        null,
                        orderedAt,
                        null,
                        target,
                        known,
                        observed,
                        worseSince,
                        notBefore,
                        held,
                        failures,
                        isStranded)
                : this;
    }

    /** Nothing is to be told, so nothing waits. */
    public Told quiet() {
        return keptBack(null, null, null);
    }

    /** Computed, and not told by intention. */
    public Told observing(ThreatState computed) {
        return new Told(state, messageId, orderedAt, confirmedAt, target, known, computed, null, null, null, 0, false);
    }

    /** To be taken back where it was told, which cannot be reached now. */
    public Told stranded() {
        int so = isGivenUp() ? 0 : failures;
        return new Told(state, messageId, orderedAt, confirmedAt, target, known, observed, null, null, null, so, true);
    }

    /** An administrator has us treat as taken back what stands where it was told. */
    public Told forgotten(Instant at) {
        return new Told(
                ThreatState.DEACTIVATED, null, orderedAt, at, target, null, observed, null, null, null, 0, false);
    }
}

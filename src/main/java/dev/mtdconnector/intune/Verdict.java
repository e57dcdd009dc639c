package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.threat.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about a device now: pure, from the device, the policy, the connector and the time.
 *
 * @param state what is told, observed, or waits; null when there is nothing to do
 * @param target where it is told
 * @param isWorse whether it may take access from the device that it has now
 * @param since of what waits: since when it has been worse
 * @param until of what waits: when it is told
 */
record Verdict(
        Kind kind,
        @Nullable ThreatState state,
        PublishTarget target,
        boolean isWorse,
        @Nullable Instant since,
        @Nullable Instant until) {

    /** What to do. */
    enum Kind {
        /** What is to be told is told. */
        NOTHING,
        TELL,
        /** Told before though: what was asked for is to have it once more. */
        TELL_AGAIN,
        /** Taken back where it was told before the target changed; what is to be told is told after that. */
        WITHDRAW,
        /** Its grace period is not over. */
        WAIT,
        /** Computed, and told nobody. */
        OBSERVE
    }

    /** How a target stands in {@link Told}. */
    static @Nullable String textOf(PublishTarget target) {
        return target.equals(PublishTarget.PARTNER) ? null : target.text();
    }

    static PublishTarget targetOf(Told told) {
        String text = told.target();
        return text == null ? PublishTarget.PARTNER : PublishTarget.of(text);
    }

    /**
     * @param isAgain whether a device that is told already is to be told again
     * @param elsewhere says which former targets are forgotten
     */
    static Verdict of(
            Device device, boolean isAgain, Policy policy, Connector connector, Elsewhere elsewhere, Instant now) {
        Told told = device.told();
        Publishing publishing = connector.publishing();
        PublishTarget before = targetOf(told);
        boolean isThere = publishing.target().equals(before);
        boolean stands = told.isStanding() && (isThere || !elsewhere.isForgotten(before.text()));
        if (publishing.mode() == Publishing.Mode.RELEASE) {
            boolean isLeft = stands && told.state() != ThreatState.DEACTIVATED;
            return isLeft ? simple(Kind.TELL, ThreatState.DEACTIVATED, before) : nothing(before);
        }
        Optional<ThreatState> computed = StateToTell.of(device, policy, connector);
        if (publishing.mode() == Publishing.Mode.OBSERVE) {
            return computed.isEmpty() || computed.get() == told.state() || computed.get() == told.observed()
                    ? nothing(before)
                    : simple(Kind.OBSERVE, computed.get(), before);
        }
        PublishTarget target = publishing.target();
        if (!isThere && stands) {
            return told.state() == ThreatState.DEACTIVATED
                    ? nothing(before)
                    : simple(Kind.WITHDRAW, ThreatState.DEACTIVATED, before);
        }
        if (computed.isEmpty()) {
            return nothing(target);
        }
        ThreatState state = computed.get();
        if (isThere && state == told.state()) {
            return isAgain ? simple(Kind.TELL_AGAIN, state, target) : nothing(target);
        }
        ThreatState known = isThere ? told.known() : null;
        boolean isWorse = isWorse(device, known, state);
        if (isWorse && state.isRisk() && publishing.graceMinutes() > 0) {
            Instant since = told.worseSince() == null ? now : told.worseSince();
            Instant until = since.plus(Duration.ofMinutes(publishing.graceMinutes()));
            if (until.isAfter(now)) {
                return new Verdict(Kind.WAIT, state, target, true, since, until);
            }
        }
        return new Verdict(Kind.TELL, state, target, isWorse, null, null);
    }

    /**
     * What follows from the directory or from the device's new user is decided elsewhere, with a cap of its own; what was
     * never told of a device loses no access by it.
     */
    private static boolean isWorse(Device device, @Nullable ThreatState known, ThreatState state) {
        boolean isTakenBack = !device.isInScope() || device.activation() == Device.Activation.PENDING;
        if (isTakenBack || (known == null && !state.isRisk())) {
            return false;
        }
        return state.weight() > (known == null ? 0 : known.weight());
    }

    private static Verdict nothing(PublishTarget target) {
        return new Verdict(Kind.NOTHING, null, target, false, null, null);
    }

    private static Verdict simple(Kind kind, ThreatState state, PublishTarget target) {
        return new Verdict(kind, state, target, false, null, null);
    }
}

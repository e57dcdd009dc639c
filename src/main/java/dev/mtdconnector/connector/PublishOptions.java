package dev.mtdconnector.connector;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator chose beside the target.
 *
 * @param overwriteForeign device attribute: whether a value that is not ours may be replaced
 * @param of risk group: who is put into it
 * @param from risk group: from which level on
 * @param changedAt when one of these last changed while the target stayed: what was told before is told anew; null when
 *     none ever did
 */
public record PublishOptions(
        boolean overwriteForeign,
        Of of,
        Threshold from,
        @Nullable Instant changedAt) {

    /** Foreign values stay; users from a medium level on. */
    public static final PublishOptions DEFAULT = new PublishOptions(false, Of.USERS, Threshold.MEDIUM, null);

    /** Who the members of a risk group are. */
    public enum Of {
        /** The users of the devices: a user's level is the highest of his devices. Conditional Access takes these. */
        USERS,
        /** The devices themselves: for assignments in Intune; Conditional Access does not take groups of devices. */
        DEVICES;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Of> ofLabel(String label) {
            for (Of of : values()) {
                if (of.label().equals(label)) {
                    return Optional.of(of);
                }
            }
            return Optional.empty();
        }
    }

    /** The lowest level that puts somebody into a risk group. */
    public enum Threshold {
        LOW,
        MEDIUM,
        HIGH;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Threshold> ofLabel(String label) {
            for (Threshold threshold : values()) {
                if (threshold.label().equals(label)) {
                    return Optional.of(threshold);
                }
            }
            return Optional.empty();
        }
    }

    /** True when both choose the same, whenever that was. */
    boolean isSameAs(PublishOptions other) {
        return changed(null).equals(other.changed(null));
    }

    PublishOptions changed(@Nullable Instant at) {
        return new PublishOptions(overwriteForeign, of, from, at);
    }
}

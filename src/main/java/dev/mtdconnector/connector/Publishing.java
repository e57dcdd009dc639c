package dev.mtdconnector.connector;

import dev.mtdconnector.tenant.Registration;
import java.util.Locale;
import java.util.Optional;

/**
 * By which way Intune is told, and how carefully.
 *
 * @param target where states are written to
 * @param mode whether they are
 * @param graceMinutes how long a worsened state waits before it counts, in minutes, 0 to {@link #MOST_GRACE}; an improved
 *     one never waits
 * @param breakerPercent share of the devices that may worsen within an hour without anybody being asked, in percent, 1 to
 *     100; 100 asks never
 * @param options what the publisher of the target is to do where it has a choice
 */
public record Publishing(
        PublishTarget target, Mode mode, int graceMinutes, int breakerPercent, PublishOptions options) {

    public static final int MOST_GRACE = 1440;

    /** Share of the devices, in percent, that may worsen within an hour unasked. */
    public static final int DEFAULT_BREAKER = 20;

    static final Publishing DEFAULT = new Publishing(PublishTarget.PARTNER, Mode.PUBLISH, 0, DEFAULT_BREAKER);

    /** With the options that nobody chose otherwise. */
    public Publishing(PublishTarget target, Mode mode, int graceMinutes, int breakerPercent) {
        this(target, mode, graceMinutes, breakerPercent, PublishOptions.DEFAULT);
    }

    /** Whether what was computed is told. */
    public enum Mode {
        /** Every change is told. */
        PUBLISH,
        /** States are computed and traced; nothing is told, and what was told before stays as it is. */
        OBSERVE,
        /** Whatever was told is taken back, and nothing is told any more. */
        RELEASE;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Mode> ofLabel(String label) {
            for (Mode mode : values()) {
                if (mode.label().equals(label)) {
                    return Optional.of(mode);
                }
            }
            return Optional.empty();
        }
    }

    public Publishing with(PublishTarget other) {
        return new Publishing(other, mode, graceMinutes, breakerPercent, options);
    }

    public Publishing with(Mode other) {
        return new Publishing(target, other, graceMinutes, breakerPercent, options);
    }

    public Publishing with(PublishOptions other) {
        return new Publishing(target, mode, graceMinutes, breakerPercent, other);
    }

    /** Where a Global Administrator grants what the target needs; the public address comes without a trailing slash. */
    String consentLink(String publicUrl, String tenantId) {
        return publicUrl + "/les?action=consent&tenant=" + tenantId + "&registration="
                + registration().label();
    }

    /** The app registration without whose consent nothing can be written to the target. */
    public Registration registration() {
        return switch (target.way()) {
            case PARTNER -> Registration.PARTNER;
            case DEVICE_ATTRIBUTE -> Registration.ATTRIBUTE;
            case RISK_GROUP -> options.of() == PublishOptions.Of.USERS ? Registration.GROUP : Registration.DEVICE_GROUP;
        };
    }
}

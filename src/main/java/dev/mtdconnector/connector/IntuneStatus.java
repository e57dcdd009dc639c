package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connector as Intune shows it, by Graph's {@code mobileThreatDefenseConnector}.
 *
 * @param state {@code partnerState} as Intune spells it, a word that nobody knows included; empty when Intune does not list
 *     the connector
 * @param lastHeartbeatAt when Intune last heard of us, as it says; null when it never did
 * @param unresponsiveAfterDays without a heartbeat, after which Intune ignores the partner; null when it does not say
 * @param iosEnabled whether an administrator switched the platform on
 * @param androidEnabled likewise
 */
public record IntuneStatus(
        String state,
        @Nullable Instant lastHeartbeatAt,
        @Nullable Integer unresponsiveAfterDays,
        boolean iosEnabled,
        boolean androidEnabled) {

    public static final IntuneStatus NOT_LISTED = new IntuneStatus("", null, null, false, false);

    /**
     * The statuses that Microsoft documents, with its words.
     *
     * @see <a href="https://learn.microsoft.com/mem/intune/protect/mtd-connector-enable">Enable the connector</a>
     */
    public enum Known {
        UNAVAILABLE("unavailable", "Unavailable", ErrorCode.INTUNE_SHOWS_UNAVAILABLE, null),
        NOT_SET_UP("notSetUp", "Not set up", ErrorCode.INTUNE_SHOWS_NOT_SET_UP, null),
        AVAILABLE(
                "available",
                "Available",
                null,
                "Switch at least one platform on in the Intune admin center: the status becomes Enabled, and Intune uses the"
                        + " threat levels of that platform's devices."),
        ENABLED("enabled", "Enabled", null, null),
        UNRESPONSIVE("unresponsive", "Unresponsive", ErrorCode.INTUNE_SHOWS_UNRESPONSIVE, null),
        ERROR("error", "Error", ErrorCode.INTUNE_SHOWS_ERROR, null);

        private final String wireName;
        private final String title;
        private final @Nullable ErrorCode trouble;
        private final @Nullable String advice;

        Known(String wireName, String title, @Nullable ErrorCode trouble, @Nullable String advice) {
            this.wireName = wireName;
            this.title = title;
            this.trouble = trouble;
            this.advice = advice;
        }

        static Optional<Known> of(String state) {
            for (Known known : values()) {
                if (known.wireName.toLowerCase(Locale.ROOT).equals(state.toLowerCase(Locale.ROOT))) {
                    return Optional.of(known);
                }
            }
            return Optional.empty();
        }
    }

    /** What an administrator reads in Intune; a word that nobody knows is its own title. */
    public String title() {
        return state.isEmpty()
                ? "Not listed"
                : Known.of(state).map(known -> known.title).orElse(state);
    }

    /** What can be done about it, where something can. */
    public Optional<String> remedy() {
        if (state.isEmpty()) {
            return Optional.of(ErrorCode.INTUNE_NOT_LISTED.remedy());
        }
        return Known.of(state)
                .flatMap(known -> known.trouble == null
                        ? Optional.ofNullable(known.advice)
                        : Optional.of(known.trouble.remedy()));
    }

    /**
     * How this differs from what we know while our heartbeats are acknowledged. A status that nobody knows differs from
     * nothing: Microsoft may have found another word for a good one.
     *
     * @param lastBeatAt what Intune acknowledged last before it was asked
     * @param tolerance by which Intune's time may be behind that
     */
    public Optional<ErrorCode> difference(Instant lastBeatAt, Duration tolerance) {
        if (state.isEmpty()) {
            return Optional.of(ErrorCode.INTUNE_NOT_LISTED);
        }
        Optional<ErrorCode> trouble = Known.of(state).map(known -> known.trouble);
        if (trouble.isPresent()) {
            return trouble;
        }
        boolean isUnseen =
                lastHeartbeatAt == null || lastHeartbeatAt.plus(tolerance).isBefore(lastBeatAt);
        return isUnseen ? Optional.of(ErrorCode.INTUNE_BEATS_UNSEEN) : Optional.empty();
    }
}

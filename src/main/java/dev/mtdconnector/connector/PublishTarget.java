package dev.mtdconnector.connector;

import java.util.Locale;
import java.util.Optional;

/**
 * Where states are written to. A device remembers where it was last told of, so that after a change of the target the old
 * place is cleared before the new one is written.
 *
 * @param way the publisher
 * @param place within it: the number of the extension attribute, 1 to 15, or the id of the group; empty for the partner's
 *     data sync, which has one place
 */
public record PublishTarget(Way way, String place) {

    public static final PublishTarget PARTNER = new PublishTarget(Way.PARTNER, "");

    /** The publishers there are. */
    public enum Way {
        /** Intune's partner data sync: needs that Microsoft registered us as a Mobile Threat Defense partner. */
        PARTNER("partner"),
        /** {@code extensionAttribute1} to {@code 15} of the Entra device. */
        DEVICE_ATTRIBUTE("device-attribute"),
        /** Membership of a security group. */
        RISK_GROUP("risk-group");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        /** The name in the API and in rows. */
        public String label() {
            return label;
        }

        public static Optional<Way> ofLabel(String label) {
            for (Way way : values()) {
                if (way.label.equals(label)) {
                    return Optional.of(way);
                }
            }
            return Optional.empty();
        }
    }

    public static PublishTarget attribute(int number) {
        if (number < 1 || number > 15) {
            throw new IllegalArgumentException("There is no extension attribute " + number);
        }
        return new PublishTarget(Way.DEVICE_ATTRIBUTE, Integer.toString(number));
    }

    public static PublishTarget group(String groupId) {
        return new PublishTarget(Way.RISK_GROUP, groupId.toLowerCase(Locale.ROOT));
    }

    /** Whether it is this group. */
    public boolean isGroup(String groupId) {
        return equals(group(groupId));
    }

    /** Of a device attribute: which. */
    public int number() {
        return Integer.parseInt(place);
    }

    /** As rows have it: the way, and the place after a colon where there is one. */
    public String text() {
        return place.isEmpty() ? way.label() : way.label() + ":" + place;
    }

    /** The target of this text, as {@link #text} gives it. */
    public static PublishTarget of(String text) {
        int colon = text.indexOf(':');
        String label = colon < 0 ? text : text.substring(0, colon);
        return Way.ofLabel(label)
                .map(way -> new PublishTarget(way, colon < 0 ? "" : text.substring(colon + 1)))
                .orElseThrow(() -> new IllegalArgumentException("Not a target: " + text));
    }
}

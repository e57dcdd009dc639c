package dev.mtdconnector.tenant;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the directory said of an access group when it was looked up.
 *
 * @param displayName the group's name as the directory gives it: to be shown, never to decide by; null when it was not
 *     found
 */
public record GroupCheck(
        String groupId, State state, @Nullable String displayName) {

    /** The longest name that Entra takes. */
    private static final int LONGEST_NAME = 256;

    /** What there is under the id. */
    public enum State {
        FOUND,
        NOT_FOUND,
        /** A group that only carries mail: it cannot give access. */
        NOT_SECURITY_ENABLED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public GroupCheck {
        displayName = displayName == null ? null : storable(displayName);
    }

    /** Half of a surrogate pair, cut here or sent to us, cannot be stored. */
    private static String storable(String name) {
        String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}

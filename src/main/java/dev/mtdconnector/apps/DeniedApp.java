package dev.mtdconnector.apps;

import dev.mtdconnector.threat.AppNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the deny list. What it denies is told by name: Intune's inventory has no bundle id.
 *
 * @param publisher null for any, and for apps whose publisher Intune does not name
 * @param reason why, in the administrator's words
 * @param by who put it there, as {@code Caller.Administrator.actor()} has it
 */
public record DeniedApp(String name, Match match, @Nullable String publisher, String reason, String by, Instant at) {

    /** A prefix of fewer characters denies more than anybody means. */
    static final int LEAST_PREFIX = 3;

    /** How the name is compared, in both cases as {@link AppNames} folds it. */
    public enum Match {
        EXACT,
        PREFIX;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of what it denies, so that the same is never denied twice. */
    public String id() {
        String text =
                AppNames.folded(name) + "\n" + match + "\n" + (publisher == null ? "" : AppNames.folded(publisher));
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
}

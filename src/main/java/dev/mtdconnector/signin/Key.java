package dev.mtdconnector.signin;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a key: its kind, its tenant in clear so that looking it up is one point read, its id, its secret.
 *
 * <p>For a device credential the id is the Entra device id.
 */
public record Key(Kind kind, String tenantId, String id, String secret) {

    private static final Pattern FORM =
            Pattern.compile("(mtdk|mtdf|mtdd)\\.([0-9a-f-]{36})\\.([0-9a-f-]{16,36})\\.([\\w-]{43})");

    /** What a key opens. */
    public enum Kind {
        API("mtdk"),
        FEED("mtdf"),
        DEVICE("mtdd");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /** The word of the API and of row keys: {@code api}, {@code feed}, {@code device}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The key that this text is, or empty when it has not the form of one. */
    public static Optional<Key> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind.prefix.equals(matcher.group(1))) {
                return Optional.of(new Key(kind, matcher.group(2), matcher.group(3), matcher.group(4)));
            }
        }
        return Optional.empty();
    }

    /** The whole key as its holder presents it. It is shown once and stored nowhere. */
    public String present() {
        return kind.prefix + "." + tenantId + "." + id + "." + secret;
    }

    @Override
    public String toString() {
        return kind.prefix + "." + tenantId + "." + id + ".…";
    }
}

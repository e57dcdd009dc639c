package dev.mtdconnector.people;

import dev.mtdconnector.signin.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The links that end mails of a kind to a person. A link names the person by object id and carries an HMAC of the kind by a
 * secret of that person, so that nobody can make one, and one for threats does not end summaries.
 */
final class Unsubscribe {

    private static final String GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern FORM = Pattern.compile(
            "(" + GUID + ")\\.(" + GUID + ")\\.(threats|daily|weekly|monthly|quarterly)\\.([\\w-]{43})");

    private Unsubscribe() {}

    /** What one link ends. */
    enum Kind {
        THREATS,
        DAILY,
        WEEKLY,
        MONTHLY,
        QUARTERLY;

        static Kind of(Period period) {
            return valueOf(period.name());
        }

        /** The word in links. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** These topics, without those that it ends. */
        Set<Topic> without(Set<Topic> on) {
            Set<Topic> left = EnumSet.noneOf(Topic.class);
            left.addAll(on);
            if (this == THREATS) {
                left.removeAll(Topic.THREATS);
            } else {
                left.remove(Topic.valueOf(name()));
            }
            return left;
        }
    }

    /** A link as it was presented; whether it is genuine is not known yet. */
    record Token(String tenantId, String userId, Kind kind, String proof) {

        boolean isOf(Person person) {
            return MessageDigest.isEqual(
                    proof.getBytes(StandardCharsets.US_ASCII),
                    proofOf(person, kind).getBytes(StandardCharsets.US_ASCII));
        }
    }

    static String link(String publicUrl, Person person, Kind kind) {
        return publicUrl + "/unsubscribe?token=" + person.tenantId() + "." + person.userId() + "." + kind.label() + "."
                + proofOf(person, kind);
    }

    private static String proofOf(Person person, Kind kind) {
        return Secrets.derive(person.secret(), "unsubscribe " + kind.label());
    }

    static Optional<Token> read(String token) {
        Matcher matcher = FORM.matcher(token);
        return matcher.matches()
                ? Optional.of(new Token(
                        matcher.group(1),
                        matcher.group(2),
                        Kind.valueOf(matcher.group(3).toUpperCase(Locale.ROOT)),
                        matcher.group(4)))
                : Optional.empty();
    }
}

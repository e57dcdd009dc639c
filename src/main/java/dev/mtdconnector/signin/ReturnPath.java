package dev.mtdconnector.signin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser is sent after sign-in: an address of ours, or the first page. Anything that some browser could read as
 * the address of another host is refused, also when it becomes one only after decoding; what is refused here and would
 * have been harmless costs a click.
 */
public final class ReturnPath {

    static final String FIRST_PAGE = "/";

    private static final int LONGEST = 500;

    /** What RFC 3986 lets stand in a path and a query; no backslash, no white space, no control character. */
    private static final Pattern ALLOWED = Pattern.compile("/[A-Za-z0-9\\-._~!$&'()*+,;=:@/%?]*");

    /** Two slashes, dot segments, and what no path of ours holds. */
    private static final Pattern SUSPECT = Pattern.compile("//|\\\\|[\\x00-\\x1f\\x7f-\\x9f]|/\\.{1,2}(?:[/?]|$)");

    /** Encodings in encodings that are looked into; more of them is nobody's honest address. */
    private static final int DEEPEST = 3;

    private ReturnPath() {}

    /** The path itself when it is one of ours, else {@code /}. */
    public static String of(@Nullable String text) {
        return text != null && isOurs(text) ? text : FIRST_PAGE;
    }

    private static boolean isOurs(String text) {
        if (text.length() > LONGEST || !ALLOWED.matcher(text).matches()) {
            return false;
        }
        String decoded = text;
        for (int depth = 0; depth <= DEEPEST; depth++) {
            if (SUSPECT.matcher(decoded).find()) {
                return false;
            }
            String before = decoded;
            try {
                // A plus is no space in a path; and no address here hangs on the difference.
                decoded = URLDecoder.decode(before, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return false;
            }
            if (decoded.equals(before)) {
                return true;
            }
        }
        return false;
    }
}

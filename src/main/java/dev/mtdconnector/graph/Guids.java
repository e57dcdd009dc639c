package dev.mtdconnector.graph;

import java.util.Locale;
import java.util.regex.Pattern;

/** Ids that go into the path of a request. */
final class Guids {

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Guids() {}

    /**
     * The id in lower case.
     *
     * @throws IllegalArgumentException when it is not a GUID, and could therefore lead a request astray
     */
    static String checked(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        if (!GUID.matcher(lower).matches()) {
            throw new IllegalArgumentException("Not a GUID");
        }
        return lower;
    }
}

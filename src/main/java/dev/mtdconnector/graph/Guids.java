package dev.mtdconnector.graph;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids of the directory: those that go into the path of a request, and those that come in an answer. */
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

    /**
     * The id, in lower case, that Graph answered.
     *
     * @throws dev.mtdconnector.common.UpstreamException of kind REFUSED when it is none
     */
    static String answered(@Nullable String id) {
        String lower = id == null ? "" : id.toLowerCase(Locale.ROOT);
        if (!GUID.matcher(lower).matches()) {
            throw GraphFailures.refused("Graph answered an object whose id is no id");
        }
        return lower;
    }

    /** Whether it is an id. */
    static boolean isOne(String id) {
        return GUID.matcher(id.toLowerCase(Locale.ROOT)).matches();
    }
}

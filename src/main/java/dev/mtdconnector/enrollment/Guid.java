package dev.mtdconnector.enrollment;

import java.util.UUID;

/** Object ids as two longs: a tenant's users fit into memory that way, and comparing costs nothing. */
public final class Guid {

    private Guid() {}

    /** The order in which ids stand in blocks: that of their digits. */
    public static int compare(long high1, long low1, long high2, long low2) {
        int byHigh = Long.compareUnsigned(high1, high2);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low1, low2);
    }

    /** The usual form, in lower case. */
    public static String text(long high, long low) {
        return new UUID(high, low).toString();
    }
}

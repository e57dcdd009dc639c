package dev.mtdconnector.local.risk;

/**
 * What can go wrong at the vendor beyond what {@code /control/faults} can do to any answer. Pages and batches of the
 * stream that hold no event use none up.
 */
public enum RiskFault {
    /** Every event comes twice. */
    DUPLICATES,
    /** The events of a page come newest first; its cursor is still the newest. */
    REORDERED,
    /** No event is told, and the stream sends no heartbeat either. */
    SILENCE,
    /** 400 for the cursor, as for one that has left the history. */
    CURSOR_EXPIRED,
    /** A page whose cursor leads to itself. */
    CURSOR_STUCK,
    /** An event of another customer stands among the others. */
    FOREIGN_ENTERPRISE,
    /** A threat dated 1970 stands among the others; the vendor's cloud does not hold it. */
    DATED_1970,
    /** A threat dated 2099 stands among the others; the vendor's cloud does not hold it. */
    DATED_2099,
    /** An event that is no object stands among the others. */
    NOT_AN_OBJECT,
    /** Bytes that are no UTF-8 stand in the page or batch. */
    INVALID_UTF8,
    /** The page drips on for ever. */
    ENDLESS_PAGE,
    /** The page is 100 MiB of events of another customer after the real ones. */
    HUGE_PAGE,
    /** 401 for a good token. */
    TOKEN_REJECTED,
    /** Stream: {@code data} is an array without the object around it. */
    BARE_ARRAY,
    /** Stream: the event's name is {@code event} in place of {@code events}. */
    SINGULAR_NAME,
    /** Stream: a frame ends in its middle, and the connection with it. */
    FRAME_CUT,
    /** Stream: each byte of a frame is sent on its own. */
    FRAME_SPLIT,
    /** Stream: lines end with CR and LF. */
    LINES_CRLF,
    /** Stream: lines end with CR. */
    LINES_CR,
    /** Stream: comment lines stand before each frame. */
    COMMENTS,
    /** Stream: a frame without {@code id}. */
    NO_ID,
    /** Stream: {@code data} takes several lines. */
    DATA_LINES,
    /** Stream: the vendor asks to connect again in a second and ends. */
    RECONNECT,
    /** Stream: the vendor ends it. */
    END
}

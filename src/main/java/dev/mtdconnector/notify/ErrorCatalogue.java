package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import java.util.EnumSet;
import java.util.Set;

/** Which errors people get reports of, and which are only answers to whoever asked. */
public final class ErrorCatalogue {

    /** What a tenant's administrators have to mend, though it is no failure of ours or of an upstream. */
    private static final Set<ErrorCode> TO_MEND = EnumSet.of(
            ErrorCode.DIRECTORY_CONSENT_MISSING,
            ErrorCode.INTUNE_CONSENT_MISSING,
            ErrorCode.ENROLLMENT_GROUP_GONE,
            ErrorCode.ENROLLMENT_REMOVALS_HELD,
            ErrorCode.PUBLISHING_HELD,
            ErrorCode.ACCESS_GROUP_MISSING,
            ErrorCode.EVENTS_FULL);

    private ErrorCatalogue() {}

    /** Whether it stands among a tenant's error records, which people are told of. */
    public static boolean isReported(ErrorCode code) {
        return code.status() >= 500 || TO_MEND.contains(code);
    }
}

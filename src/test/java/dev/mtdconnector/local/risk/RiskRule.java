package dev.mtdconnector.local.risk;

/**
 * What the simulated Mobile Risk API keeps to, each rule with a switch: docs/local-world.md gives the source of each, and
 * a test switches each off and sees that it is missed.
 */
public enum RiskRule {
    KEY_IS_KNOWN,
    KEY_LASTS_A_YEAR,
    GRANT_IS_CLIENT_CREDENTIALS,
    TOKEN_REQUIRED,
    TOKEN_LASTS_TWO_HOURS,
    ERRORS_CARRY_A_REQUEST_ID,
    PARAMETERS_ARE_KNOWN,
    VALUES_ARE_KNOWN,
    EVENTS_LIMIT,
    LIST_LIMIT,
    LIST_DEFAULT,
    EVENTS_LOOK_BACK,
    CURSOR_IN_HISTORY,
    CURSOR_IS_EXCLUSIVE,
    EVENTS_OLDEST_FIRST,
    TYPES_FILTER,
    LISTS_NEWEST_FIRST,
    NOT_PREFIX,
    HISTORY_ENDS,
    STREAM_HEARTBEAT,
    STREAM_RESUMES_AFTER_ID,
    STREAM_ID_IS_THE_LAST,
    STREAM_WITHOUT_ID_IS_NEW_ONLY,
    EVENTS_NAME_THE_DEVICE,
    WEB_CONTENT_IS_RESOLVED,
    RESOLVED_REPEATS_ASSESSMENTS,
    STATUS_ONLY_WHEN_ACTIVE,
    SYSTEM_RERATES
}

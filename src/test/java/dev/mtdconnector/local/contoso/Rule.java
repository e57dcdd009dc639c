package dev.mtdconnector.local.contoso;

/**
 * A rule that the simulator keeps because Microsoft's service keeps it. Each can be switched off, which must turn a test
 * red: so no rule stands without one. Sources are in docs/local-world.md.
 */
public enum Rule {
    /** 401 without a token. */
    TOKEN_REQUIRED,
    /** 401 for a token whose time is over. */
    TOKEN_LIFETIME,
    /** 401 for a token made for another service. */
    TOKEN_AUDIENCE,
    /** 401 for a token that Contoso's sign-in service did not sign. */
    TOKEN_SIGNATURE,
    /** 401 for a token of an application that has left the tenant since. */
    CALLER_IN_TENANT,
    /** 403 when the token's roles do not allow the call. */
    ROLES_NEEDED,
    /** Members of a type that the caller may not read come with their id alone. */
    LIMITED_INFORMATION,
    /** 400 for a segment that does not exist. */
    KNOWN_SEGMENTS,
    /** 400 for a property that does not exist. */
    SELECT_KNOWN,
    /** 400 for a page size outside 1 to 999. */
    TOP_LIMIT,
    /** 400 for a query option that is not supported. */
    QUERY_OPTIONS,
    /** 400 for a filter that is not supported. */
    FILTER_SUPPORTED,
    /** A page has 100 items unless $top says otherwise. */
    PAGE_SIZE,
    /** A page token serves only the query that it came from. */
    SKIPTOKEN_BOUND,
    /** A cast of members needs ConsistencyLevel: eventual and $count=true. */
    CAST_ADVANCED,
    /** $count counts only with ConsistencyLevel: eventual. */
    COUNT_ADVANCED,
    /** Users come with eleven properties unless $select says otherwise. */
    USER_DEFAULTS,
    /** eq on a name ignores letter case. */
    NAMES_IGNORE_CASE,
    /** Members of several kinds carry their type. */
    ODATA_TYPES,
    /** 404 for an object that does not exist. */
    OBJECT_EXISTS,
    /** 400 for an object id that is no GUID. */
    OBJECT_ID_FORM,
    /** The date of an error has no zone. */
    ERROR_DATE,
    /** Every answer carries request-id, and the client's own id back. */
    REQUEST_IDS,
    /** 400 for more than 20 requests in a batch. */
    BATCH_LIMIT,
    /** 400 for a batch with an id twice. */
    BATCH_IDS,
    /** Answers of a batch come in any order. */
    BATCH_ORDER,
    /** Several device ids in one filter of managed devices find the first only. */
    MANAGED_FIRST_ONLY,
    /** An empty value in a filter of managed devices finds all of them. */
    MANAGED_EMPTY_ALL,

    /** 400 for a tenant that does not exist. */
    TENANT_KNOWN,
    /** 400 for an application without a service principal in the tenant. */
    APP_IN_TENANT,
    /** 401 for a wrong secret. */
    SECRET_RIGHT,
    /** 401 for an assertion with the wrong issuer, subject, audience or lifetime. */
    ASSERTION_CLAIMS,
    /** 400 for a scope that is not the .default of a known resource. */
    SCOPE_DEFAULT,
    /** A token of an application that was granted nothing is issued, without roles. */
    ROLELESS_TOKEN,
    /** A token keeps the roles of the time when it was issued. */
    ROLES_AT_ISSUE,

    /** Consent names a scope, the .default of a known resource. */
    CONSENT_SCOPE,
    /** Consent goes back to a registered address only. */
    CONSENT_REDIRECT,
    /** Only an administrator consents for the tenant. */
    CONSENT_ADMIN,
    /** Consent grants every declared application permission. */
    CONSENT_ALL_DECLARED,
    /** A declined consent comes back as access_denied. */
    CONSENT_DECLINED
}

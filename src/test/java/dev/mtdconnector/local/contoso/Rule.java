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
    /** A cast of members to a type that the group cannot have is refused. */
    CAST_MEMBER_TYPE,
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
    /** 400 for more than 20 groups in one question about a membership. */
    MEMBER_CHECK_LIMIT,
    /** 400 for a group id that is no GUID. */
    MEMBER_CHECK_IDS,
    /** Membership through nested groups counts. */
    MEMBER_CHECK_TRANSITIVE,

    // Writes.

    /** Of a device nothing but its extension attributes is written. */
    WRITE_ATTRIBUTES_ONLY,
    /** There are extension attributes 1 to 15. */
    WRITE_ATTRIBUTE_KNOWN,
    /** An extension attribute holds 1,024 characters. */
    WRITE_ATTRIBUTE_LENGTH,
    /** An extension attribute that is not named stays; null clears. */
    WRITE_ATTRIBUTE_MERGES,
    /** 403 for reading permissions. */
    WRITE_ROLES,
    /** A device becomes a member only with a permission to write devices. */
    WRITE_DEVICE_MEMBER_ROLES,
    /** 400 for more than 20 members at once. */
    WRITE_BIND_LIMIT,
    /** 400 for one that is a member already, and nobody of the twenty is added. */
    WRITE_MEMBER_TWICE,
    /** 404 for one that does not exist, and nobody of the twenty is added. */
    WRITE_MEMBER_EXISTS,
    /** 404 for taking out one that is no member. */
    WRITE_NO_MEMBER,
    /** A group whose members follow a rule takes none. */
    WRITE_DYNAMIC,
    /** A role-assignable group needs a permission of its own. */
    WRITE_ROLE_ASSIGNABLE,
    /** A group on premises is changed there. */
    WRITE_SYNCED,
    /** Writes have a limit of their own. */
    WRITE_LIMIT,

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
    CONSENT_DECLINED,

    /** A sign-in goes back to a registered address only. */
    SIGN_IN_REDIRECT,
    /** The application may ask for a code, and for nothing else. */
    SIGN_IN_CODE_ONLY,
    /** A way of answering that is not known is refused. */
    SIGN_IN_MODE,
    /** A sign-in names scopes that are known. */
    SIGN_IN_SCOPE,
    /** A challenge has a known method and the right size. */
    SIGN_IN_CHALLENGE,
    /** The state goes back as it came. */
    SIGN_IN_STATE,
    /** Whoever is signed in goes through without a page. */
    SIGN_IN_SSO,
    /** Unless the application asks for the page. */
    SIGN_IN_PROMPT,
    /** prompt=none never shows a page. */
    SIGN_IN_SILENT,
    /** Nobody signs in to an application that no administrator consented to; he is left on a page. */
    SIGN_IN_APPROVAL,
    /** A cancelled sign-in comes back as access_denied. */
    SIGN_IN_DECLINED,
    /** Signing out ends the browser's session. */
    SIGN_OUT_SESSION,
    /** Signing out goes back to a registered address only. */
    SIGN_OUT_REDIRECT,
    /** A code is redeemed once. */
    CODE_ONCE,
    /** A code lives ten minutes. */
    CODE_LIFETIME,
    /** A code is good for its application alone. */
    CODE_CLIENT,
    /** A code is redeemed with the address that it was sent to. */
    CODE_REDIRECT,
    /** A code is redeemed with the verifier of its challenge. */
    CODE_VERIFIER,
    /** An ID token comes with the scope openid. */
    ID_TOKEN_OPENID,
    /** An ID token carries the nonce of the request. */
    ID_TOKEN_NONCE,
    /** Name, username and object id come with the scope profile. */
    ID_TOKEN_PROFILE,
    /** Each application knows a person by another subject. */
    ID_TOKEN_PAIRWISE,
    /** A refresh token comes with the scope offline_access. */
    REFRESH_OFFLINE,
    /** client_info comes when it is asked for. */
    CLIENT_INFO,
    /** A tenant that does not exist has no OpenID configuration: invalid_tenant. */
    DISCOVERY_TENANT,
    /** After a change of keys the old one stays published. */
    KEYS_OVERLAP,
    // The directory: lists, counts and delta queries.

    /** A count as a segment of the path needs ConsistencyLevel: eventual. */
    COUNT_SEGMENT_ADVANCED,
    /** A filter takes no more than fifteen alternatives. */
    FILTER_OR_LIMIT,
    /** $search needs ConsistencyLevel: eventual. */
    SEARCH_ADVANCED,
    /** With $expand a page has no more than 100 objects, whatever $top says. */
    EXPAND_PAGE,
    /** $expand writes no more than 20 related objects with each. */
    EXPAND_LIMIT,
    /** A group with hidden membership shows nobody without a permission of its own. */
    HIDDEN_MEMBERSHIP,
    /** Intune names who enrolled a device, not who owns it. */
    MANAGED_ENROLLER,
    /** Of a personal device Intune detects managed apps only. */
    DETECTED_PERSONAL_MANAGED,
    /** Two versions of an app are two detected apps. */
    DETECTED_VERSIONS_APART,
    /** 404 for the devices of an app that is not detected. */
    DETECTED_EXISTS,
    /** Answers say what they cost. */
    RESOURCE_UNITS,
    /** More than an application may ask in a time is refused. */
    THROTTLED,
    /** Answers say how much of the limit is used, once most of it is. */
    THROTTLE_PERCENTAGE,
    /** Delta queries refuse $top, $expand, $orderby and $search. */
    DELTA_OPTIONS,
    /** Delta queries filter by id alone. */
    DELTA_FILTER,
    /** Delta queries of groups take no more than 50 ids. */
    DELTA_FILTER_LIMIT,
    /** The query of a delta query is asked once; a token brings it back. */
    DELTA_FROZEN,
    /** 400 for a token that is none. */
    DELTA_TOKEN_FORM,
    /** A token lives seven days. */
    DELTA_TOKEN_AGE,
    /** A token older than thirty days is refused in other words. */
    DELTA_TOKEN_OUTLIVED,
    /** 410, and where to begin anew, when tokens were made useless. */
    DELTA_RESET,
    /** $deltatoken=latest begins now. */
    DELTA_LATEST,
    /** A group without members has no members@delta. */
    DELTA_MEMBERS_IF_ANY,
    /** A change of a property that was not selected is not told. */
    DELTA_SELECT_TRACKED,
    /** A property that was never set is left out. */
    DELTA_UNSET_LEFT_OUT,
    /** Prefer: return=minimal leaves out what did not change. */
    DELTA_MINIMAL,
    /** As documented: pages may be empty and lead on. */
    DELTA_EMPTY_PAGES,
    /** As documented: what was shown may come again. */
    DELTA_REPEATS,
    /** As documented: changes of former rounds may come again. */
    DELTA_REPLAYS,
    /** As documented: nothing comes in a certain order. */
    DELTA_ORDER,
    /** As documented: a first round may tell of what is gone. */
    DELTA_FIRST_REMOVED
}

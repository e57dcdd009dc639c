package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Establishes who is asking. Whatever is wrong with a key or token, the answer is the same 401; a proven identity of
 * the wrong kind is a 403. Neither says whether a tenant or a device exists.
 */
public final class Authenticator {

    private final @Nullable String operatorKeyHash;
    private final StoredKeys storedKeys;
    private final AgentTokens agentTokens;
    private final OperatorTokens operatorTokens;
    private final TenantGate tenants;
    private final Sessions sessions;

    /**
     * @param operatorKey null when no operator key is configured: nobody is the operator by a key then
     */
    public Authenticator(
            @Nullable String operatorKey,
            StoredKeys storedKeys,
            AgentTokens agentTokens,
            OperatorTokens operatorTokens,
            TenantGate tenants,
            Sessions sessions) {
        this.operatorKeyHash = operatorKey == null ? null : Secrets.hash(operatorKey);
        this.storedKeys = storedKeys;
        this.agentTokens = agentTokens;
        this.operatorTokens = operatorTokens;
        this.tenants = tenants;
        this.sessions = sessions;
    }

    /**
     * A key or token in the Authorization header counts before a cookie; the cookie of a signed-in browser opens routes
     * for administrators and no others.
     *
     * @throws AppException IDENTITY_REQUIRED, IDENTITY_FORBIDDEN, TENANT_SUSPENDED; FORM_FOREIGN when a change by a
     *     signed-in browser does not come from a page of ours; what {@link Sessions#find} throws
     */
    public Caller authenticate(Access access, Presented presented) {
        if (access.isLeftToTheRoute()) {
            return new Caller.Anonymous();
        }
        if (presented.session() != null && access.isForAdministrators() && !isBearer(presented.authorization())) {
            return signedIn(access, presented, presented.session());
        }
        String bearer = bearer(presented.authorization());
        if (access == Access.ENTRA_USER) {
            return Key.parse(bearer).isPresent() || isOperatorKey(bearer)
                    ? refuse(identify(bearer), access)
                    : served(agentTokens.verify(bearer));
        }
        if (access == Access.OPERATOR && Key.parse(bearer).isEmpty() && !isOperatorKey(bearer)) {
            return operatorTokens.verify(bearer);
        }
        Caller caller = identify(bearer);
        return isAllowed(caller, access) ? served(caller) : refuse(caller, access);
    }

    private Caller signedIn(Access access, Presented presented, Presented.SessionCookie cookie) {
        Caller person = sessions.find(cookie.tenantId(), cookie.secret()).orElseThrow(Authenticator::unknown);
        if (presented.isChange() && !presented.isFromOurPage().getAsBoolean()) {
            throw new AppException(ErrorCode.FORM_FOREIGN);
        }
        return isAllowed(person, access) ? person : refuse(person, access);
    }

    private static boolean isAllowed(Caller caller, Access access) {
        if (access.isForAdministrators()) {
            return caller instanceof Caller.Administrator administrator
                    && administrator.role().allows(access);
        }
        return switch (access) {
            case OPERATOR -> caller instanceof Caller.Operator;
            case FEED ->
                caller instanceof Caller.FeedKey || (caller instanceof Caller.ApiKey key && key.role() == Role.FULL);
            case DEVICE -> caller instanceof Caller.DeviceAgent;
            default -> false;
        };
    }

    /** Whoever comes from a tenant that is suspended is known, and not served. */
    private Caller served(Caller caller) {
        if (caller instanceof Caller.OfTenant of
                && tenants.find(of.tenantId())
                        .filter(TenantGate.Entry::isActive)
                        .isEmpty()) {
            throw new AppException(ErrorCode.TENANT_SUSPENDED);
        }
        return caller;
    }

    private Caller identify(String bearer) {
        if (isOperatorKey(bearer)) {
            return new Caller.Operator("key");
        }
        Key key = Key.parse(bearer).orElseThrow(Authenticator::unknown);
        Optional<StoredKeys.Valid> valid = storedKeys.find(key.kind(), key.tenantId(), key.id());
        if (valid.isEmpty() || !valid.get().matches(key.secret())) {
            throw unknown();
        }
        storedKeys.used(key, valid.get());
        return switch (key.kind()) {
            case API -> new Caller.ApiKey(key.tenantId(), key.id(), valid.get().role());
            case FEED -> new Caller.FeedKey(key.tenantId(), key.id());
            case DEVICE -> new Caller.DeviceAgent(key.tenantId(), key.id());
        };
    }

    private boolean isOperatorKey(String bearer) {
        return operatorKeyHash != null && Secrets.matches(bearer, operatorKeyHash);
    }

    private static Caller refuse(Caller proven, Access access) {
        throw new AppException(
                ErrorCode.IDENTITY_FORBIDDEN,
                proven instanceof Caller.Administrator && access.isForAdministrators()
                        ? "This needs the role " + rolesFor(access) + "."
                        : "This route is not open to "
                                + proven.getClass()
                                        .getSimpleName()
                                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                                        .toLowerCase(Locale.ROOT)
                                + " identities.");
    }

    private static String rolesFor(Access access) {
        return Arrays.stream(Role.values())
                .filter(role -> role.allows(access))
                .map(Role::label)
                .collect(Collectors.joining(" or "));
    }

    private static boolean isBearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7);
    }

    private static String bearer(@Nullable String authorization) {
        if (authorization == null || !isBearer(authorization)) {
            throw unknown();
        }
        return authorization.substring(7).strip();
    }

    private static AppException unknown() {
        return new AppException(ErrorCode.IDENTITY_REQUIRED);
    }
}

package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Establishes who is asking. Whatever is wrong with a key or token, the answer is the same 401; a proven identity of
 * the wrong kind is a 403. Neither says whether a tenant or a device exists.
 */
public final class Authenticator {

    private final @Nullable String operatorKeyHash;
    private final StoredKeys storedKeys;
    private final AgentTokens agentTokens;

    /**
     * @param operatorKey null when no operator key is configured: nobody is the operator then
     */
    public Authenticator(@Nullable String operatorKey, StoredKeys storedKeys, AgentTokens agentTokens) {
        this.operatorKeyHash = operatorKey == null ? null : Secrets.hash(operatorKey);
        this.storedKeys = storedKeys;
        this.agentTokens = agentTokens;
    }

    /**
     * @param authorization the Authorization header, if there was one
     * @throws AppException IDENTITY_REQUIRED or IDENTITY_FORBIDDEN
     */
    public Caller authenticate(Access access, @Nullable String authorization) {
        if (access == Access.ANYBODY) {
            return new Caller.Anonymous();
        }
        String bearer = bearer(authorization);
        if (access == Access.ENTRA_USER) {
            return Key.parse(bearer).isPresent() || isOperatorKey(bearer)
                    ? refuse(identify(bearer))
                    : agentTokens.verify(bearer);
        }
        Caller caller = identify(bearer);
        boolean allowed = switch (access) {
            case OPERATOR -> caller instanceof Caller.Operator;
            case API_KEY -> caller instanceof Caller.ApiKey;
            case FEED -> caller instanceof Caller.FeedKey || caller instanceof Caller.ApiKey;
            case DEVICE -> caller instanceof Caller.DeviceAgent;
            case ANYBODY, ENTRA_USER -> false;
        };
        return allowed ? caller : refuse(caller);
    }

    private Caller identify(String bearer) {
        if (isOperatorKey(bearer)) {
            return new Caller.Operator();
        }
        Key key = Key.parse(bearer).orElseThrow(Authenticator::unknown);
        Optional<String> hash = storedKeys.hash(key.kind(), key.tenantId(), key.id());
        if (hash.isEmpty() || !Secrets.matches(key.secret(), hash.get())) {
            throw unknown();
        }
        return switch (key.kind()) {
            case API -> new Caller.ApiKey(key.tenantId(), key.id());
            case FEED -> new Caller.FeedKey(key.tenantId(), key.id());
            case DEVICE -> new Caller.DeviceAgent(key.tenantId(), key.id());
        };
    }

    private boolean isOperatorKey(String bearer) {
        return operatorKeyHash != null && Secrets.matches(bearer, operatorKeyHash);
    }

    private static Caller refuse(Caller proven) {
        throw new AppException(
                ErrorCode.IDENTITY_FORBIDDEN,
                "This route is not open to "
                        + proven.getClass()
                                .getSimpleName()
                                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                                .toLowerCase(Locale.ROOT)
                        + " identities.");
    }

    private static String bearer(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw unknown();
        }
        return authorization.substring(7).strip();
    }

    private static AppException unknown() {
        return new AppException(ErrorCode.IDENTITY_REQUIRED);
    }

    /** Hashes of the keys that are valid now. */
    @FunctionalInterface
    public interface StoredKeys {
        Optional<String> hash(Key.Kind kind, String tenantId, String keyId);
    }
}

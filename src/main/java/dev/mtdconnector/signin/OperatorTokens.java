package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.Set;

/**
 * Access tokens for our own API that the operator's home directory issued to somebody with the operator's app role: a
 * person who was assigned it, or an application that was granted it.
 *
 * <p>An agent app's token makes nobody an operator: it lives on a phone, for the phone's purposes, and carries whatever
 * roles its user has. Nor does a token of whatever app that a person let activate devices and no more: that consent is
 * given lightly, and Entra puts a person's roles into every token for us. Nor does an ID token, which carries roles as
 * well, but no {@code azp}.
 */
public final class OperatorTokens {

    /** The app role of our registration that operators hold. */
    public static final String ROLE = "Operator.All";

    private final EntraTokens tokens;
    private final String homeTenantId;
    private final Set<String> agentClientIds;

    /**
     * @param homeTenantId the operator's own directory, in lower case; empty: no token makes an operator
     */
    public OperatorTokens(EntraTokens tokens, String homeTenantId, Set<String> agentClientIds) {
        this.tokens = tokens;
        this.homeTenantId = homeTenantId;
        this.agentClientIds = Set.copyOf(agentClientIds);
    }

    /**
     * @throws AppException IDENTITY_REQUIRED when the token is not one that we accept, whatever the reason;
     *     DIRECTORY_UNAVAILABLE when the directory's keys cannot be had
     */
    public Caller.Operator verify(String token) {
        return tokens.verify(token, homeTenantId::equals)
                .filter(good -> good.lists("roles", ROLE)
                        && !good.text("azp").isEmpty()
                        && !agentClientIds.contains(good.text("azp"))
                        && !good.text("scp").equals(AgentTokens.SCOPE)
                        && !good.has("nonce"))
                .map(good -> new Caller.Operator(good.userId()))
                .orElseThrow(() -> new AppException(ErrorCode.IDENTITY_REQUIRED));
    }
}

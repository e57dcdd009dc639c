package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Access tokens that Entra issued to the agent app for a signed-in user and our own exposed scope: beside what
 * {@link EntraTokens} checks, {@code tid} is an onboarded tenant, {@code azp} an agent app that the settings name, and
 * {@code scp} holds our scope.
 */
public final class AgentTokens {

    /** The scope that our registration exposes to agent apps. */
    public static final String SCOPE = "Device.Activate";

    private final EntraTokens tokens;
    private final Set<String> agentClientIds;
    private final Predicate<String> isOnboarded;

    /**
     * @param agentClientIds client ids of the agent apps
     * @param isOnboarded whether a directory id is a tenant of ours; asked before its keys are fetched
     */
    public AgentTokens(EntraTokens tokens, Set<String> agentClientIds, Predicate<String> isOnboarded) {
        this.tokens = tokens;
        this.agentClientIds = Set.copyOf(agentClientIds);
        this.isOnboarded = isOnboarded;
    }

    /**
     * @throws AppException IDENTITY_REQUIRED when the token is not one that we accept, whatever the reason;
     *     DIRECTORY_UNAVAILABLE when the tenant's keys cannot be had
     */
    public Caller.EntraUser verify(String token) {
        return tokens.verify(token, isOnboarded)
                .filter(good -> agentClientIds.contains(good.text("azp"))
                        && good.words("scp").contains(SCOPE))
                .map(good -> new Caller.EntraUser(good.tenantId(), good.userId()))
                .orElseThrow(() -> new AppException(ErrorCode.IDENTITY_REQUIRED));
    }
}

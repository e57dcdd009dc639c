package dev.mtdconnector.signin;

/**
 * Which identity a route asks for; of administrators also what for. {@link Role#allows} says which of them may use it.
 */
public enum Access {
    /** Nobody need say who they are. */
    ANYBODY,
    /** The operator of this deployment, by the operator key or an Entra app role. */
    OPERATOR,
    /** An administrator: looks at devices and threats. */
    DEVICES_READ,
    /** An administrator: acts on devices and threats. */
    DEVICES_CHANGE,
    /** An administrator: looks at the security policy. */
    POLICY_READ,
    /** An administrator: changes the security policy. */
    POLICY_CHANGE,
    /** An administrator: looks at the connector and the enrollment. */
    CONNECTOR_READ,
    /** An administrator: changes the connector or the enrollment. */
    CONNECTOR_CHANGE,
    /** An administrator: looks at the tenant, its keys, its errors. */
    SYSTEM_READ,
    /** An administrator: changes the tenant's account, its keys. */
    SYSTEM_CHANGE,
    /** An administrator of any role, about nobody but themselves. */
    OWN,
    /** A tenant's feed key, or an API key with full access. */
    FEED,
    /** A signature over the body, by a secret that the sender shares with the tenant: the route itself checks it. */
    SIGNATURE,
    /** A device credential. */
    DEVICE,
    /** A token that Entra issued to the agent app for a user. */
    ENTRA_USER;

    /** What an administrator who has it may do, as it follows on "may". */
    public String inWords() {
        return switch (this) {
            case DEVICES_READ -> "look at devices and threats";
            case DEVICES_CHANGE -> "act on devices and threats";
            case POLICY_READ -> "look at the security policy";
            case POLICY_CHANGE -> "change the security policy";
            case CONNECTOR_READ -> "look at the connector and the enrollment";
            case CONNECTOR_CHANGE -> "change the connector and the enrollment";
            case SYSTEM_READ -> "look at the account, its keys and its errors";
            case SYSTEM_CHANGE -> "change the account and its keys";
            case OWN -> "see their own account";
            case ANYBODY, OPERATOR, FEED, SIGNATURE, DEVICE, ENTRA_USER ->
                throw new IllegalStateException(this + " is not for administrators");
        };
    }

    /** Whether a request comes to the route without anybody having asked who sends it. */
    public boolean isLeftToTheRoute() {
        return this == ANYBODY || this == SIGNATURE;
    }

    /** Whether it is a role that decides. */
    public boolean isForAdministrators() {
        return switch (this) {
            case DEVICES_READ,
                    DEVICES_CHANGE,
                    POLICY_READ,
                    POLICY_CHANGE,
                    CONNECTOR_READ,
                    CONNECTOR_CHANGE,
                    SYSTEM_READ,
                    SYSTEM_CHANGE,
                    OWN -> true;
            case ANYBODY, OPERATOR, FEED, SIGNATURE, DEVICE, ENTRA_USER -> false;
        };
    }
}

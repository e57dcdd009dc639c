package dev.mtdconnector.signin;

/** Which identity a route asks for. */
public enum Access {
    /** Nobody need say who they are. */
    ANYBODY,
    /** The operator key. */
    OPERATOR,
    /** A tenant's API key. */
    API_KEY,
    /** A tenant's feed key, or its API key. */
    FEED,
    /** A device credential. */
    DEVICE,
    /** A token that Entra issued to the agent app for a user. */
    ENTRA_USER
}

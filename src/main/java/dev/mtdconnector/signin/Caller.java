package dev.mtdconnector.signin;

/** Who is asking, after it was proven. */
public sealed interface Caller {

    /** Anybody: nothing was asked for, nothing is known. */
    record Anonymous() implements Caller {}

    /** The operator of this deployment, by the operator key. */
    record Operator() implements Caller {}

    /** A tenant's automation, by an API key: may do what a full administrator may. */
    record ApiKey(String tenantId, String keyId) implements Caller {}

    /** A tenant's threat feed: may send events, nothing else. */
    record FeedKey(String tenantId, String keyId) implements Caller {}

    /** The agent on one device, by the credential that its activation gave it. */
    record DeviceAgent(String tenantId, String deviceId) implements Caller {}

    /** A person whom Entra signed in to the agent app; {@code userId} is the object id. */
    record EntraUser(String tenantId, String userId) implements Caller {}
}

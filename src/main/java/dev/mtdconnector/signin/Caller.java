package dev.mtdconnector.signin;

/** Who is asking, after it was proven. */
public sealed interface Caller {

    /** Anybody: nothing was asked for, nothing is known. */
    record Anonymous() implements Caller {}

    /** The operator of this deployment; {@code name} is for records of who did what. */
    record Operator(String name) implements Caller {}

    /** Who belongs to one tenant and sees nothing of another. */
    sealed interface OfTenant extends Caller {
        String tenantId();
    }

    /** Who administers a tenant, within a role. */
    sealed interface Administrator extends OfTenant {
        Role role();

        /** Stable and without personal data: {@code user:<object id>} or {@code key:<id>}. */
        String actor();
    }

    /**
     * A person who signed in with Entra.
     *
     * @param userId object id in the tenant's directory
     * @param name as Entra gives it: to be shown, never to decide by
     */
    record Person(String tenantId, String userId, String name, Role role) implements Administrator {
        @Override
        public String actor() {
            return "user:" + userId;
        }
    }

    /** A tenant's automation, by an API key. */
    record ApiKey(String tenantId, String keyId, Role role) implements Administrator {
        @Override
        public String actor() {
            return "key:" + keyId;
        }
    }

    /** A tenant's threat feed: may send events, nothing else. */
    record FeedKey(String tenantId, String keyId) implements OfTenant {}

    /** The agent on one device, by the credential that its activation gave it. */
    record DeviceAgent(String tenantId, String deviceId) implements OfTenant {}

    /** A person whom Entra signed in to the agent app; {@code userId} is the object id. */
    record EntraUser(String tenantId, String userId) implements OfTenant {}
}

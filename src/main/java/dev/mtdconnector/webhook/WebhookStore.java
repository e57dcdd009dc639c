package dev.mtdconnector.webhook;

import java.util.List;
import java.util.Optional;

/** Keeps webhooks by tenant and name. Every method is idempotent. */
public interface WebhookStore {

    Optional<Webhook> find(String tenantId, String name);

    /** All of the tenant, by name. */
    List<Webhook> list(String tenantId);

    /** Stores the webhook in the place of the one of its name. */
    void save(String tenantId, Webhook webhook);

    void delete(String tenantId, String name);
}

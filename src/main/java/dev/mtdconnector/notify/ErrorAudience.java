package dev.mtdconnector.notify;

import java.util.List;
import java.util.Optional;

/** Says who is told of a tenant's errors. */
@FunctionalInterface
public interface ErrorAudience {

    /** Empty when nobody is to be told: there is no such tenant, or it is not served. */
    Optional<Audience> of(String tenantId);

    /**
     * Who is told.
     *
     * @param name what the tenant is called
     * @param language of the texts
     * @param addresses who gets the mail; the next one when the mail service refuses those before it. At least one
     * @param hasRecipient whether the first is the connector's own error recipient, and not the primary contact
     */
    record Audience(String name, String language, List<String> addresses, boolean hasRecipient) {
        public Audience {
            addresses = List.copyOf(addresses);
        }
    }
}

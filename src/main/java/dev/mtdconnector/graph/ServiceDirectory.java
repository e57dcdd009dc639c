package dev.mtdconnector.graph;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

/** Where a service that a tenant uses can be reached; it differs from tenant to tenant. */
@FunctionalInterface
public interface ServiceDirectory {

    /**
     * The addresses that the service principal of an application publishes, by provider name.
     *
     * @param appId the application of the service
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_FOUND when the tenant has no such service
     */
    Map<String, URI> endpoints(String tenantId, UUID appId);
}

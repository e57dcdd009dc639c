package dev.mtdconnector.graph;

import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Reads {@code servicePrincipals(appId='…')/endpoints} with the base registration's token. */
public final class GraphServiceDirectory implements ServiceDirectory {

    private final GraphClient client;

    public GraphServiceDirectory(GraphClient client) {
        this.client = client;
    }

    @Override
    public Map<String, URI> endpoints(String tenantId, UUID appId) {
        Map<String, URI> endpoints = new HashMap<>();
        client.collection(
                new GraphCaller(Registration.BASE, tenantId),
                client.get("/servicePrincipals(appId='" + appId + "')/endpoints"),
                node -> {
                    String name = GraphDirectory.text(node, "providerName");
                    if (name != null) {
                        endpoints.put(name, uri(GraphDirectory.required(node, "uri")));
                    }
                });
        return Map.copyOf(endpoints);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw GraphFailures.refused("Graph answered an endpoint whose address is none");
        }
    }
}

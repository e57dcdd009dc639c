package dev.mtdconnector.graph;

import java.net.URI;

/**
 * Where Microsoft Graph is.
 *
 * @param endpoint the root, without a version: {@code https://graph.microsoft.com}, or a sovereign cloud's
 * @param tokenScope what tokens are asked for: {@code https://graph.microsoft.com/.default}, or a sovereign cloud's
 */
public record GraphSettings(URI endpoint, String tokenScope) {

    public GraphSettings {
        String path = endpoint.getRawPath();
        if (endpoint.getHost() == null || !(path == null || path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException("GRAPH_ENDPOINT is the root of Graph, without a version");
        }
    }

    /** The address under which v1.0 is served, without a slash at its end. */
    String baseUrl() {
        return endpoint.getScheme() + "://" + endpoint.getRawAuthority() + "/v1.0";
    }
}

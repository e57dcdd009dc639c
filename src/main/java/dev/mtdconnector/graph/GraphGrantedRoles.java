package dev.mtdconnector.graph;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Reads what a tenant granted to one of our registrations, with the base registration's token. */
public final class GraphGrantedRoles implements GrantedRoles {

    private final GraphClient client;
    private final AppCredentials credentials;

    /**
     * @param credentials name the client ids; tokens come by the client
     */
    public GraphGrantedRoles(GraphClient client, AppCredentials credentials) {
        this.client = client;
        this.credentials = credentials;
    }

    @Override
    public Set<UUID> of(String tenantId, Registration registration) {
        String appId = credentials.clientId(registration);
        Set<UUID> roles = new HashSet<>();
        try {
            client.collection(
                    new GraphCaller(Registration.BASE, tenantId),
                    client.get("/servicePrincipals(appId='" + appId + "')/appRoleAssignments"),
                    node -> roles.add(id(GraphDirectory.required(node, "appRoleId"))));
        } catch (UpstreamException e) {
            if (e.service() == UpstreamException.Service.GRAPH && e.kind() == UpstreamException.Kind.NOT_FOUND) {
                throw new UpstreamException(
                        UpstreamException.Service.GRAPH,
                        UpstreamException.Kind.CONSENT_MISSING,
                        "Tenant " + tenantId + " has no service principal of registration " + registration.label(),
                        null,
                        e);
            }
            throw e;
        }
        return roles;
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw GraphFailures.refused("Graph answered a role whose id is none");
        }
    }
}

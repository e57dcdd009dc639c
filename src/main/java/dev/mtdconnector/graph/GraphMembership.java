package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.graph.users.item.checkmembergroups.CheckMemberGroupsPostRequestBody;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.signin.GroupMembership;
import dev.mtdconnector.tenant.Registration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Asks Graph about membership with the base registration's token; nested groups count, however many there are. */
public final class GraphMembership implements GroupMembership {

    private final GraphClient client;

    public GraphMembership(GraphClient client) {
        this.client = client;
    }

    @Override
    public Set<String> of(String tenantId, String userId, Set<String> groupIds) {
        if (groupIds.isEmpty()) {
            return Set.of();
        }
        List<String> asked = groupIds.stream().map(Guids::checked).sorted().toList();
        JsonNode answer = client.exchange(
                new GraphCaller(Registration.BASE, tenantId), () -> request(userId, asked), GraphClient::readObject);
        if (!answer.path("value").isArray()) {
            throw GraphFailures.refused("Graph answered no list of groups");
        }
        Set<String> found = new TreeSet<>();
        answer.path("value").forEach(id -> found.add(id.asText().toLowerCase(Locale.ROOT)));
        return groupIds.stream()
                .filter(id -> found.contains(id.toLowerCase(Locale.ROOT)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Somebody waits for the answer, so it comes before what jobs ask when Graph throttles the tenant. */
    private RequestInformation request(String userId, List<String> groupIds) {
        CheckMemberGroupsPostRequestBody body = new CheckMemberGroupsPostRequestBody();
        body.setGroupIds(groupIds);
        return client.requests()
                .users()
                .byUserId(Guids.checked(userId))
                .checkMemberGroups()
                .toPostRequestInformation(body, r -> r.headers.add(GraphClient.PRIORITY, "High"));
    }
}

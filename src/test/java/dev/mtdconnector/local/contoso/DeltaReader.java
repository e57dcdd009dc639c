package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.World.Reply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Follows a delta query as its documentation says one must, and keeps what it learnt. */
final class DeltaReader {

    private final World world;
    private final String token;

    /** Members by group. */
    final Map<String, Set<String>> members = new TreeMap<>();

    /** The last name of each object. */
    final Map<String, String> names = new HashMap<>();

    /** What each page held, of the last round. */
    final java.util.List<JsonNode> pages = new java.util.ArrayList<>();

    String link;

    DeltaReader(World world, String path) throws Exception {
        this.world = world;
        this.token = world.token("graph", "base");
        this.link = path;
        round();
    }

    /** Reads a round to its end. */
    void round() throws Exception {
        pages.clear();
        String next = link;
        Set<String> seen = new HashSet<>();
        while (true) {
            assertThat(seen.add(next)).as("a link that leads back to itself").isTrue();
            Reply reply = world.as(token, next);
            assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
            pages.add(reply.json());
            reply.value().forEach(this::take);
            assertThat(reply.json().has("@odata.nextLink"))
                    .isNotEqualTo(reply.json().has("@odata.deltaLink"));
            if (reply.json().has("@odata.deltaLink")) {
                link = relative(reply.json().path("@odata.deltaLink").asText());
                return;
            }
            next = relative(reply.json().path("@odata.nextLink").asText());
        }
    }

    private String relative(String address) {
        assertThat(address).startsWith(world.server.address() + "/v1.0/");
        return address.substring((world.server.address() + "/v1.0").length());
    }

    private void take(JsonNode object) {
        String id = object.path("id").asText();
        if (object.has("@removed")) {
            members.remove(id);
            names.remove(id);
            return;
        }
        if (object.has("displayName")) {
            names.put(id, object.path("displayName").asText());
        }
        Set<String> known = members.computeIfAbsent(id, key -> new TreeSet<>());
        object.path("members@delta").forEach(member -> {
            if (member.has("@removed")) {
                known.remove(member.path("id").asText());
            } else {
                known.add(member.path("id").asText());
            }
        });
    }

    /** Entries of members on a page. */
    static int entries(JsonNode page) {
        int entries = 0;
        for (JsonNode group : page.path("value")) {
            entries += group.path("members@delta").size();
        }
        return entries;
    }
}

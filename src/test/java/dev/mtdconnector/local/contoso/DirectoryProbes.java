package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Probes of the rules about the directory: lists, counts, limits and delta queries. */
final class DirectoryProbes {

    private static final String FIELD_SALES =
            "/groups/delta?$select=displayName,members&$filter=id eq '" + WellKnown.FIELD_SALES_GROUP + "'";
    private static final int QUOTA = 20;

    private DirectoryProbes() {}

    static ContosoOptions options(Rule rule) {
        ContosoOptions options = ContosoOptions.forTests();
        GraphConduct.State start = GraphConduct.State.START;
        return switch (rule) {
            case EXPAND_PAGE, EXPAND_LIMIT -> options.withUsers(1, 120);
            case THROTTLED, THROTTLE_PERCENTAGE -> options.withConduct(start.withThrottling(true, QUOTA, true));
            case DELTA_EMPTY_PAGES, DELTA_REPEATS, DELTA_ORDER, DELTA_FIRST_REMOVED, DELTA_REPLAYS ->
                options.withUsers(3, 60).withConduct(start.withDelta(true, 10));
            default -> options;
        };
    }

    static void probe(Rule rule, World world) throws Exception {
        switch (rule) {
            case COUNT_SEGMENT_ADVANCED -> {
                String path =
                        "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers/microsoft.graph.user/$count";
                refused(world.graph(path), "Request_BadRequest", "$count is not currently supported.");
                Reply counted = world.graph(path, "ConsistencyLevel", "eventual");
                assertThat(counted.response().body()).isEqualTo("9");
                assertThat(counted.header("Content-Type")).startsWith("text/plain");
            }
            case CAST_MEMBER_TYPE -> {
                String path = "/transitiveMembers/microsoft.graph.group?$count=true";
                String unified = world.change("{'type':'groupCreated','displayName':'Team','unified':true}")
                        .json()
                        .at("/changes/0/id")
                        .asText();
                assertThat(world.graph("/groups/" + unified + path, "ConsistencyLevel", "eventual")
                                .errorCode())
                        .isEqualTo("Request_UnsupportedQuery");
                assertThat(world.graph("/groups/" + WellKnown.ENROLLMENT_GROUP + path, "ConsistencyLevel", "eventual")
                                .value())
                        .isNotEmpty();
            }
            case FILTER_OR_LIMIT -> {
                assertThat(world.graph("/groups?$filter=" + ids("displayName", 15))
                                .status())
                        .isEqualTo(200);
                refused(
                        world.graph("/groups?$filter=" + ids("displayName", 16)),
                        "Request_UnsupportedQuery",
                        "Too many child clauses specified in search filter expression containing 'OR' operators: 16. "
                                + "Max allowed: 15.");
            }
            case SEARCH_ADVANCED -> {
                String path = "/groups?$select=displayName&$search=%22displayName:sales%22";
                refused(
                        world.graph(path),
                        "Request_UnsupportedQuery",
                        "Request with $search query parameter only works through MSGraph with a special request header: "
                                + "'ConsistencyLevel: eventual'");
                assertThat(world.graph(path, "ConsistencyLevel", "eventual").value())
                        .hasSize(2);
            }
            case EXPAND_PAGE -> {
                Reply page = world.graph("/devices?$select=id&$top=999&$expand=registeredOwners($select=id)");
                assertThat(page.value()).hasSize(100);
                assertThat(page.value()
                                .get(0)
                                .at("/registeredOwners/0/@odata.type")
                                .asText())
                        .isEqualTo("#microsoft.graph.user");
            }
            case EXPAND_LIMIT -> {
                String everyone = world.server
                        .parts()
                        .contoso()
                        .groupsNamed("All Hands")
                        .get(0)
                        .id();
                assertThat(world.graph("/groups/" + everyone + "?$select=id&$expand=members($select=id)")
                                .json()
                                .path("members"))
                        .hasSize(20);
            }
            case HIDDEN_MEMBERSHIP -> hiddenMembership(world);
            case DETECTED_PERSONAL_MANAGED, DETECTED_VERSIONS_APART, DETECTED_EXISTS ->
                DetectedProbes.probe(rule, world);
            case MANAGED_ENROLLER -> {
                world.change("{'type':'ownerChanged','deviceId':'" + WellKnown.LENAS_IPHONE + "','owner':'"
                        + WellKnown.OSCAR + "'}");
                Reply device = world.graphWithRoles(
                        "DeviceManagementManagedDevices.Read.All",
                        "/deviceManagement/managedDevices?$filter=azureADDeviceId eq '" + WellKnown.LENAS_IPHONE + "'");
                assertThat(device.value().get(0).path("userId").asText()).isEqualTo(WellKnown.LENA);
            }
            case RESOURCE_UNITS -> {
                String members = "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers";
                assertThat(world.graph(members).header("x-ms-resource-unit")).isEqualTo("5");
                assertThat(world.graph(members + "?$select=id&$top=5").header("x-ms-resource-unit"))
                        .isEqualTo("3");
                assertThat(world.graph("/devices?$expand=registeredOwners").header("x-ms-resource-unit"))
                        .isEqualTo("2");
                assertThat(world.graph(FIELD_SALES).header("x-ms-resource-unit"))
                        .isEqualTo("1");
            }
            case THROTTLED -> throttled(world);
            case THROTTLE_PERCENTAGE -> {
                String token = world.token("graph", "base");
                List<String> told = new ArrayList<>();
                for (int i = 0; i < QUOTA; i++) {
                    told.add(world.as(token, "/groups").header("x-ms-throttle-limit-percentage"));
                }
                assertThat(told.subList(0, 16)).containsOnly("");
                assertThat(told.subList(16, QUOTA)).containsExactly("0.85", "0.90", "0.95", "1.00");
            }
            default -> delta(rule, world);
        }
    }

    private static void delta(Rule rule, World world) throws Exception {
        switch (rule) {
            case DELTA_OPTIONS -> {
                for (String option : List.of("$top=5", "$expand=members", "$orderby=displayName", "$search=%22x%22")) {
                    assertThat(world.graph("/groups/delta?" + option).errorCode())
                            .isEqualTo("Request_UnsupportedQuery");
                }
            }
            case DELTA_FILTER ->
                refused(
                        world.graph("/groups/delta?$filter=displayName eq 'Field Sales'"),
                        "Request_UnsupportedQuery",
                        "Filter not supported.");
            case DELTA_FILTER_LIMIT -> {
                assertThat(world.graph("/groups/delta?$filter=" + ids("id", 50)).status())
                        .isEqualTo(200);
                assertThat(world.graph("/groups/delta?$filter=" + ids("id", 51)).status())
                        .isEqualTo(400);
            }
            case DELTA_FROZEN -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                assertThat(world.graph(link + "&$select=displayName").errorCode())
                        .isEqualTo("Request_BadRequest");
            }
            case DELTA_TOKEN_FORM -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                refused(world.graph("/groups/delta?$deltatoken=nonsense"), "Request_BadRequest", "Badly formed token.");
                assertThat(world.graph(link.substring(0, link.length() - 4) + "AAAA")
                                .status())
                        .isEqualTo(400);
                assertThat(world.graph(link.replace("groups", "devices")).status())
                        .isEqualTo(400);
                assertThat(world.graph(link.replace("delta" + "token", "skiptoken"))
                                .status())
                        .isEqualTo(400);
            }
            case DELTA_TOKEN_AGE -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                later(world, Duration.ofDays(7).minusMinutes(1));
                assertThat(world.graph(link).status()).isEqualTo(200);
                later(world, Duration.ofMinutes(2));
                assertThat(world.graph(link).status()).isEqualTo(400);
                assertThat(world.graph(link).errorCode()).isEqualTo("syncStateNotFound");
            }
            case DELTA_TOKEN_OUTLIVED -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                later(world, Duration.ofDays(31));
                refused(
                        world.graph(link),
                        "Request_UnsupportedQuery",
                        "DeltaLink older than 30 days is not supported.");
            }
            case DELTA_RESET -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                world.change("{'type':'deltaReset'}");
                Reply gone = world.graph(link);
                assertThat(gone.status()).isEqualTo(410);
                assertThat(gone.header("Location")).endsWith("&$deltatoken=");
                String fresh = gone.header("Location").replace(world.server.address() + "/v1.0", "");
                DeltaReader reader = new DeltaReader(world, fresh);
                assertThat(reader.members).containsOnlyKeys(WellKnown.FIELD_SALES_GROUP);
                reader.round();
            }
            case DELTA_LATEST -> {
                Reply latest = world.graph(FIELD_SALES + "&$deltaToken=latest");
                assertThat(latest.status()).isEqualTo(200);
                assertThat(latest.value()).isEmpty();
                String link = latest.json().path("@odata.deltaLink").asText();
                world.change("{'type':'memberAdded','group':'Field Sales','member':'" + WellKnown.LENA + "'}");
                DeltaReader reader = new DeltaReader(world, link.replace(world.server.address() + "/v1.0", ""));
                assertThat(reader.members.get(WellKnown.FIELD_SALES_GROUP)).containsExactly(WellKnown.LENA);
            }
            case DELTA_MEMBERS_IF_ANY -> {
                world.change("{'type':'groupCreated','displayName':'Empty'}");
                DeltaReader reader = new DeltaReader(world, "/groups/delta?$select=displayName,members");
                assertThat(find(reader, "displayName", "Empty").has("members@delta"))
                        .isFalse();
                assertThat(find(reader, "displayName", "Field Sales").has("members@delta"))
                        .isTrue();
            }
            case DELTA_SELECT_TRACKED -> {
                DeltaReader reader = new DeltaReader(world, "/devices/delta?$select=displayName");
                world.change("{'type':'devicesUpdated','count':2,'operatingSystemVersion':'99'}");
                reader.round();
                assertThat(reader.pages.get(0).path("value")).isEmpty();
            }
            case DELTA_UNSET_LEFT_OUT -> {
                DeltaReader reader = new DeltaReader(world, "/groups/delta?$select=displayName,mail");
                assertThat(find(reader, "displayName", "Field Sales").has("mail"))
                        .isFalse();
                assertThat(find(reader, "displayName", "All Hands").has("mail")).isTrue();
            }
            case DELTA_MINIMAL -> {
                String link = new DeltaReader(world, FIELD_SALES).link;
                world.change("{'type':'memberAdded','group':'Field Sales','member':'" + WellKnown.LENA + "'}");
                assertThat(world.graph(link).value().get(0).has("displayName")).isTrue();
                JsonNode least =
                        world.graph(link, "Prefer", "return=minimal").value().get(0);
                assertThat(least.has("displayName")).isFalse();
                assertThat(least.path("members@delta")).hasSize(1);
                assertThat(least.path("id").asText()).isEqualTo(WellKnown.FIELD_SALES_GROUP);
            }
            default -> oddity(rule, world);
        }
    }

    private static void oddity(Rule rule, World world) throws Exception {
        String everyone =
                world.server.parts().contoso().groupsNamed("All Hands").get(0).id();
        String query = "/groups/delta?$select=members&$filter=id eq '" + everyone + "'";
        DeltaReader reader = new DeltaReader(world, query);
        assertThat(reader.members.get(everyone))
                .containsExactlyInAnyOrderElementsOf(
                        world.server.parts().contoso().members(everyone));
        List<String> shown = new ArrayList<>();
        Set<String> removed = new HashSet<>();
        for (JsonNode page : reader.pages) {
            for (JsonNode group : page.path("value")) {
                group.path("members@delta").forEach(member -> {
                    shown.add(member.path("id").asText());
                    if (member.has("@removed")) {
                        removed.add(member.path("id").asText());
                    }
                });
            }
        }
        switch (rule) {
            case DELTA_EMPTY_PAGES ->
                assertThat(reader.pages).anyMatch(page -> page.path("value").isEmpty() && page.has("@odata.nextLink"));
            case DELTA_REPEATS -> assertThat(new HashSet<>(shown)).hasSizeLessThan(shown.size());
            case DELTA_ORDER -> {
                List<String> order = world.server.parts().contoso().members(everyone);
                List<String> first =
                        shown.stream().filter(order::contains).limit(10).toList();
                assertThat(first).isNotEqualTo(order.subList(0, 10));
            }
            case DELTA_FIRST_REMOVED -> assertThat(removed).isNotEmpty();
            case DELTA_REPLAYS -> {
                world.change("{'type':'memberRemoved','group':'" + everyone + "','member':'" + WellKnown.LENA + "'}");
                reader.round();
                reader.round();
                assertThat(reader.pages.stream().mapToInt(DeltaReader::entries).sum())
                        .isEqualTo(1);
            }
            default -> throw new IllegalStateException("There is no probe for " + rule);
        }
    }

    private static void hiddenMembership(World world) throws Exception {
        ObjectNode made =
                (ObjectNode) world.change("{'type':'groupCreated','displayName':'Board','hiddenMembership':true}")
                        .json()
                        .at("/changes/0");
        String id = made.path("id").asText();
        world.change("{'type':'memberAdded','group':'Board','member':'" + WellKnown.LENA + "'}");
        assertThat(world.graph("/groups/" + id).json().path("visibility").asText())
                .isEqualTo("HiddenMembership");
        for (String path : List.of("/members", "/transitiveMembers")) {
            assertThat(world.graph("/groups/" + id + path).value()).isEmpty();
            assertThat(world.graphWithRoles("GroupMember.Read.All Member.Read.Hidden", "/groups/" + id + path)
                            .value())
                    .hasSize(1);
        }
        DeltaReader reader = new DeltaReader(world, "/groups/delta?$filter=id eq '" + id + "'");
        assertThat(reader.members.get(id)).isEmpty();
    }

    private static void throttled(World world) throws Exception {
        String token = world.token("graph", "base");
        for (int i = 0; i < QUOTA; i++) {
            assertThat(world.as(token, "/groups").status()).isEqualTo(200);
        }
        Reply refused = world.as(token, "/groups");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo("TooManyRequests");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 10);
        assertThat(refused.header("x-ms-throttle-scope"))
                .isEqualTo("Tenant_Application/ReadWrite/" + WellKnown.BASE_CLIENT + "/" + WellKnown.TENANT);
        assertThat(refused.header("x-ms-throttle-information")).isEqualTo("ResourceUnitLimitExceeded");
        ArrayNode requests = Json.array();
        requests.addObject().put("id", "1").put("method", "GET").put("url", "/groups");
        ObjectNode batch = Json.object();
        batch.set("requests", requests);
        Reply inside = world.post("/v1.0/$batch", batch, "Authorization", "Bearer " + token);
        assertThat(inside.status()).isEqualTo(200);
        assertThat(inside.json().at("/responses/0/status").asInt()).isEqualTo(429);
        assertThat(inside.json().at("/responses/0/headers/Retry-After").asText())
                .isNotEmpty();
        world.post("/control/graph", "{\"retryAfter\":false}");
        assertThat(world.as(token, "/groups").header("Retry-After")).isEmpty();
        later(world, Duration.ofSeconds(10));
        assertThat(world.as(token, "/groups").status()).isEqualTo(200);
    }

    private static JsonNode find(DeltaReader reader, String property, String value) {
        for (JsonNode page : reader.pages) {
            for (JsonNode object : page.path("value")) {
                if (object.path(property).asText().equals(value)) {
                    return object;
                }
            }
        }
        throw new AssertionError("Nothing has " + property + " " + value);
    }

    private static void later(World world, Duration by) throws Exception {
        world.post("/control/clock", Json.object().put("advanceSeconds", by.toSeconds()));
    }

    private static String ids(String property, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format("%s eq '00000000-0000-4000-8000-%012d'", property, i))
                .collect(Collectors.joining(" or "));
    }

    private static void refused(Reply reply, String code, String message) {
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(400);
        assertThat(reply.errorCode()).isEqualTo(code);
        assertThat(reply.errorMessage()).isEqualTo(message);
    }
}

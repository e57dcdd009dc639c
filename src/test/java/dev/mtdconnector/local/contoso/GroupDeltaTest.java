package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupDeltaTest {

    private static final String ENROLLMENT = "/groups/delta?$select=displayName,members&$filter=id eq '"
            + WellKnown.ENROLLMENT_GROUP + "' or id eq '" + WellKnown.FIELD_SALES_GROUP + "'";

    @TempDir
    private Path directory;

    private static ContosoOptions options(boolean documented, int page) {
        return ContosoOptions.forTests().withConduct(GraphConduct.State.START.withDelta(documented, page));
    }

    private static void ok(World world, String change) throws Exception {
        Reply reply = world.change(change);
        assertThat(reply.status()).as("%s: %s", change, reply.json()).isEqualTo(200);
    }

    /** What everybody would see who read everything. */
    private static Map<String, Set<String>> truth(World world) {
        Contoso contoso = world.server.parts().contoso();
        Map<String, Set<String>> truth = new TreeMap<>();
        contoso.groups().forEach(group -> truth.put(group.id(), new TreeSet<>(contoso.members(group.id()))));
        return truth;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/groups/delta", "/groups/delta()", "/GROUPS/microsoft.graph.delta()", "/groups/Delta"})
    void the_function_is_found_by_each_of_its_names(String path) throws Exception {
        try (World world = World.consented()) {
            Reply reply = world.graph(path + "?$select=displayName");
            assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
            assertThat(reply.json().path("@odata.deltaLink").asText())
                    .startsWith(world.server.address() + "/v1.0/groups/delta?$deltatoken=");
            assertThat(reply.value()).hasSize(truth(world).size());
        }
    }

    @Test
    void a_round_without_changes_is_one_request_and_empty() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            assertThat(reader.pages).hasSize(1);
            for (int i = 0; i < 3; i++) {
                reader.round();
                assertThat(reader.pages).hasSize(1);
                assertThat(reader.pages.get(0).path("value")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 10", "999, 1", "1000, 1"})
    void a_group_that_is_larger_than_a_page_comes_again_with_other_members(int page, int pages) throws Exception {
        try (World world = World.consented(options(false, page).withUsers(3, 999))) {
            String everyone = world.server
                    .parts()
                    .contoso()
                    .groupsNamed("All Hands")
                    .get(0)
                    .id();
            DeltaReader reader = new DeltaReader(
                    world, "/groups/delta?$select=displayName,members&$filter=id eq '" + everyone + "'");
            assertThat(reader.members.get(everyone)).hasSize(998);
            assertThat(reader.pages).hasSize(pages);
            for (JsonNode one : reader.pages) {
                assertThat(one.path("value")).hasSize(1);
                assertThat(one.at("/value/0/displayName").asText()).isEqualTo("All Hands");
                assertThat(DeltaReader.entries(one)).isLessThanOrEqualTo(page);
            }
        }
    }

    @Test
    void each_change_is_told_once_in_the_form_that_the_documentation_shows() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            ok(
                    world,
                    "{'type':'memberRemoved','group':'" + WellKnown.ENROLLMENT_GROUP + "','member':'" + WellKnown.LENA
                            + "'}");
            ok(
                    world,
                    "{'type':'memberAdded','group':'" + WellKnown.ENROLLMENT_GROUP + "','member':'" + WellKnown.INES
                            + "'}");
            reader.round();
            JsonNode group = reader.pages.get(0).at("/value/0");
            assertThat(Json.text(group))
                    .isEqualTo(("{'displayName':'Mobile Threat Defense Users','id':'" + WellKnown.ENROLLMENT_GROUP
                                    + "','members@delta':[{'@odata.type':'#microsoft.graph.user','id':'"
                                    + WellKnown.LENA
                                    + "','@removed':{'reason':'deleted'}},{'@odata.type':'#microsoft.graph.user','id':'"
                                    + WellKnown.INES + "'}]}")
                            .replace('\'', '"'));
            reader.round();
            assertThat(reader.pages.get(0).path("value")).isEmpty();
        }
    }

    @Test
    void a_member_who_came_and_went_between_two_rounds_is_told_as_gone() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            String change = "','group':'" + WellKnown.ENROLLMENT_GROUP + "','member':'" + WellKnown.INES + "'}";
            ok(world, "{'type':'memberAdded" + change);
            ok(world, "{'type':'memberRemoved" + change);
            reader.round();
            assertThat(DeltaReader.entries(reader.pages.get(0))).isEqualTo(1);
            assertThat(reader.pages
                            .get(0)
                            .at("/value/0/members@delta/0/@removed/reason")
                            .asText())
                    .isEqualTo("deleted");
        }
    }

    @Test
    void a_deleted_group_is_told_as_itself_with_the_reason() throws Exception {
        try (World world = World.consented()) {
            ok(world, "{'type':'groupCreated','displayName':'Team','unified':true}");
            DeltaReader reader = new DeltaReader(world, "/groups/delta?$select=displayName,members");
            ok(world, "{'type':'groupDeleted','group':'Team'}");
            ok(world, "{'type':'groupDeleted','group':'Field Sales'}");
            reader.round();
            List<String> told = new ArrayList<>();
            for (JsonNode object : reader.pages.get(0).path("value")) {
                String reason = object.at("/@removed/reason").asText();
                told.add(reason.isEmpty() ? object.path("displayName").asText() : reason);
            }
            // The enrollment group lost Field Sales as a member.
            assertThat(told).containsExactlyInAnyOrder("changed", "deleted", "Mobile Threat Defense Users");
            assertThat(reader.members).isEqualTo(truth(world));
        }
    }

    @Test
    void a_user_who_can_be_restored_stays_a_member_and_one_who_cannot_is_removed() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            ok(world, "{'type':'userDeleted','user':'" + WellKnown.LENA + "','permanently':false}");
            reader.round();
            assertThat(reader.pages.get(0).path("value")).isEmpty();
            assertThat(world.graph("/users/" + WellKnown.LENA).status()).isEqualTo(404);
            assertThat(world.server.parts().contoso().members(WellKnown.ENROLLMENT_GROUP))
                    .doesNotContain(WellKnown.LENA);
            ok(world, "{'type':'userRestored','user':'" + WellKnown.LENA + "'}");
            assertThat(world.server.parts().contoso().members(WellKnown.ENROLLMENT_GROUP))
                    .contains(WellKnown.LENA);
            assertThat(world.server.parts().contoso().devicesOf(WellKnown.LENA)).hasSize(1);
            ok(world, "{'type':'userDeleted','user':'" + WellKnown.LENA + "','permanently':false}");
            ok(world, "{'type':'userDeleted','user':'" + WellKnown.LENA + "'}");
            reader.round();
            assertThat(reader.members.get(WellKnown.ENROLLMENT_GROUP)).doesNotContain(WellKnown.LENA);
        }
    }

    @Test
    void changes_while_a_round_is_read_are_in_it_or_in_the_next() throws Exception {
        try (World world = World.consented(options(false, 1))) {
            String token = world.token("graph", "base");
            JsonNode first = world.as(token, ENROLLMENT).json();
            String gone = first.at("/value/0/members@delta/0/id").asText();
            ok(
                    world,
                    "{'type':'members','group':'" + WellKnown.ENROLLMENT_GROUP + "','add':['" + WellKnown.INES
                            + "'],'remove':['" + gone + "','" + WellKnown.LENA + "']}");
            DeltaReader rest = new DeltaReader(
                    world, first.path("@odata.nextLink").asText().replace(world.server.address() + "/v1.0", ""));
            Objects.requireNonNull(rest.members.get(WellKnown.ENROLLMENT_GROUP)).add(gone);
            rest.round();
            assertThat(rest.members.get(WellKnown.ENROLLMENT_GROUP))
                    .isEqualTo(truth(world).get(WellKnown.ENROLLMENT_GROUP));
        }
    }

    /** Whoever merges as documented knows the truth after each round, whatever was shown on the way. */
    @ParameterizedTest
    @CsvSource({"false, 3, 11", "false, 100, 12", "true, 5, 13", "true, 100, 14", "true, 999, 15"})
    void random_changes_are_followed(boolean documented, int page, long seed) throws Exception {
        Random random = new Random(seed);
        try (World world = World.consented(options(documented, page).withUsers(seed, 40))) {
            Contoso contoso = world.server.parts().contoso();
            DeltaReader reader = new DeltaReader(world, "/groups/delta?$select=displayName,members");
            for (int round = 0; round < 12; round++) {
                ArrayNode changes = Json.array();
                for (int i = 0; i < 1 + random.nextInt(6); i++) {
                    changes.add(change(contoso, random, round * 10 + i));
                }
                // Some cannot be, as when a member is added twice: then nothing happened.
                for (JsonNode one : changes) {
                    world.post("/control/changes", one);
                }
                reader.round();
                assertThat(reader.members).as("seed %d, round %d", seed, round).isEqualTo(truth(world));
                contoso.groups()
                        .forEach(group -> assertThat(reader.names).containsEntry(group.id(), group.displayName()));
            }
        }
    }

    private static JsonNode change(Contoso contoso, Random random, int number) {
        List<Group> groups = contoso.groups();
        Group group = groups.get(random.nextInt(groups.size()));
        List<User> users = contoso.users();
        User user = users.get(random.nextInt(users.size()));
        List<String> members = contoso.members(group.id());
        return switch (random.nextInt(8)) {
            case 0 -> Json.object().put("type", "groupCreated").put("displayName", "Group " + number);
            case 1 ->
                Json.object()
                        .put("type", "groupRenamed")
                        .put("group", group.id())
                        .put("displayName", "Renamed " + number);
            case 2 ->
                groups.size() > 4 ? Json.object().put("type", "groupDeleted").put("group", group.id()) : Json.object();
            case 3 ->
                Json.object()
                        .put("type", "memberRemoved")
                        .put("group", group.id())
                        .put("member", members.isEmpty() ? "none" : members.get(random.nextInt(members.size())));
            case 4 ->
                Json.object()
                        .put("type", "memberAdded")
                        .put("group", group.id())
                        .put("member", groups.get(random.nextInt(groups.size())).id());
            case 5 ->
                users.size() > 20 ? Json.object().put("type", "userDeleted").put("user", user.id()) : Json.object();
            case 6 ->
                Json.object()
                        .put("type", "membersExchanged")
                        .put("group", group.id())
                        .put("add", random.nextInt(3))
                        .put("seed", number);
            default ->
                Json.object()
                        .put("type", "memberAdded")
                        .put("group", group.id())
                        .put("member", user.id());
        };
    }

    @Test
    void a_token_outlives_a_restart() throws Exception {
        String link;
        try (World world = World.consented(ContosoOptions.forTests().inDirectory(directory))) {
            ok(world, "{'type':'groupRenamed','group':'Field Sales','displayName':'Field Sales 2'}");
            link = new DeltaReader(world, ENROLLMENT).link;
            ok(world, "{'type':'memberAdded','group':'Field Sales 2','member':'" + WellKnown.LENA + "'}");
            ok(world, "{'type':'usersGenerated','count':3,'group':'Field Sales 2'}");
        }
        try (World world = new World(ContosoOptions.forTests().inDirectory(directory))) {
            DeltaReader reader = new DeltaReader(world, link);
            assertThat(DeltaReader.entries(reader.pages.get(0))).isEqualTo(4);
            assertThat(reader.members.get(WellKnown.FIELD_SALES_GROUP)).contains(WellKnown.LENA);
        }
    }

    @Test
    void a_refused_change_is_in_no_log() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            world.change("{'changes':[{'type':'memberAdded','group':'Field Sales','member':'" + WellKnown.LENA
                    + "'},{'type':'earthquake'}]}");
            reader.round();
            assertThat(reader.pages.get(0).path("value")).isEmpty();
        }
    }

    @Test
    void a_fault_can_make_a_link_endless_lead_elsewhere_or_end_the_tokens_life() throws Exception {
        try (World world = World.consented()) {
            DeltaReader reader = new DeltaReader(world, ENROLLMENT);
            String token = world.token("graph", "base");
            fault(world, "{'path':'/v1.0/groups/delta?*','nextLink':'self'}");
            JsonNode page = world.as(token, reader.link).json();
            assertThat(page.path("@odata.nextLink").asText()).endsWith(reader.link);
            assertThat(page.has("@odata.deltaLink")).isFalse();
            fault(world, "{'path':'/v1.0/groups/delta?*deltatoken=*','nextLink':'https://evil.example/v1.0/groups'}");
            assertThat(world.as(token, reader.link)
                            .json()
                            .path("@odata.nextLink")
                            .asText())
                    .isEqualTo("https://evil.example/v1.0/groups");
            fault(world, "{'path':'/v1.0/groups/delta?*deltatoken=*','status':410}");
            Reply gone = world.as(token, reader.link);
            assertThat(gone.status()).isEqualTo(410);
            assertThat(gone.header("Location")).contains("$select=displayName,members&$filter=id%20eq%20'");
            String location = gone.header("Location").replace(world.server.address() + "/v1.0", "");
            assertThat(new DeltaReader(world, location).members.keySet())
                    .containsExactlyInAnyOrder(WellKnown.ENROLLMENT_GROUP, WellKnown.FIELD_SALES_GROUP);
            fault(world, "{'path':'/v1.0/groups/delta?*skiptoken=*','status':410}");
            assertThat(world.as(token, reader.link).status()).isEqualTo(200);
            world.send("DELETE", world.uri("/control/faults"), "", "");
            fault(world, "{'path':'/v1.0/groups/delta','status':400,'code':'syncStateNotFound'}");
            assertThat(world.as(token, reader.link).errorCode()).isEqualTo("syncStateNotFound");
        }
    }

    private static void fault(World world, String json) throws Exception {
        assertThat(world.post("/control/faults", json.replace('\'', '"')).status())
                .isEqualTo(204);
    }
}

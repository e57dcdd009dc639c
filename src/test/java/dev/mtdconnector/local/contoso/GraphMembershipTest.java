package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** checkMemberGroups, beside the rules that {@link RulesTest} proves. */
class GraphMembershipTest {

    private static final String ACCESS = WellKnown.FULL_ACCESS_GROUP + "," + WellKnown.RESTRICTED_ACCESS_GROUP + ","
            + WellKnown.READ_ONLY_ACCESS_GROUP;

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Reply ask(String roles, String user, String body) throws Exception {
        ObjectNode token =
                Json.object().put("identity", "base").put("audience", "graph").put("scope", roles);
        return world.post(
                "/v1.0/users/" + user + "/checkMemberGroups",
                body.replace('\'', '"'),
                "Authorization",
                "Bearer " + world.issued(token));
    }

    private static List<String> values(JsonNode value) {
        return StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        WellKnown.INES + ", " + WellKnown.FULL_ACCESS_GROUP,
        WellKnown.AHMED + ", " + WellKnown.FULL_ACCESS_GROUP,
        WellKnown.PRIYA + ", " + WellKnown.RESTRICTED_ACCESS_GROUP,
        WellKnown.ZOE + ", " + WellKnown.READ_ONLY_ACCESS_GROUP,
        "zoe.angstrom@contoso.example, " + WellKnown.READ_ONLY_ACCESS_GROUP,
        WellKnown.OSCAR + ", ",
    })
    void of_the_access_groups_those_are_named_that_the_user_is_in(String user, String group) throws Exception {
        Reply reply = RulesTest.memberOf(world, user, ACCESS);
        assertThat(reply.json().path("@odata.context").asText())
                .isEqualTo(world.server.address() + "/v1.0/$metadata#Collection(Edm.String)");
        assertThat(values(reply.value())).isEqualTo(group == null ? List.of() : List.of(group));
    }

    @Test
    void microsoft_365_groups_count_unknown_groups_do_not_and_letter_case_does_not_matter() throws Exception {
        String everyone =
                world.server.parts().contoso().groupsNamed("All Hands").get(0).id();
        Reply reply = RulesTest.memberOf(
                world,
                WellKnown.LENA,
                everyone.toUpperCase(Locale.ROOT) + ",11111111-2222-4333-8444-555555555555," + everyone);
        assertThat(values(reply.value())).containsExactly(everyone);
    }

    @Test
    void a_user_who_is_gone_is_a_404() throws Exception {
        world.change("{'type':'userDeleted','user':'" + WellKnown.ZOE + "'}");
        Reply reply = RulesTest.memberOf(world, WellKnown.ZOE, ACCESS);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.errorCode()).isEqualTo("Request_ResourceNotFound");
    }

    @ParameterizedTest
    @CsvSource({
        "User.Read.All, 403",
        "GroupMember.Read.All, 403",
        "User.Read.All GroupMember.Read.All, 200",
        "User.Read.All Group.Read.All, 200",
        "Directory.Read.All, 200",
    })
    void users_and_memberships_must_both_be_readable(String roles, int status) throws Exception {
        assertThat(ask(roles, WellKnown.INES, "{'groupIds':['" + WellKnown.FULL_ACCESS_GROUP + "']}")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'groupIds':'x'}", "{'groupIds':[7]}", "{'groupIds':[null]}", "{", ""})
    void what_is_no_list_of_ids_is_a_400(String body) throws Exception {
        assertThat(ask("Directory.Read.All", WellKnown.INES, body).status()).isEqualTo(400);
    }

    @Test
    void the_question_is_a_post_and_may_stand_in_a_batch() throws Exception {
        assertThat(world.graph("/users/" + WellKnown.INES + "/checkMemberGroups")
                        .status())
                .isEqualTo(405);
        world.server.parts().traffic().resetCounts();
        Reply batch = world.post(
                "/v1.0/$batch",
                "{\"requests\":[{\"id\":\"1\",\"method\":\"POST\",\"url\":\"/users/" + WellKnown.AHMED
                        + "/checkMemberGroups\",\"headers\":{\"Content-Type\":\"application/json\"},"
                        + "\"body\":{\"groupIds\":[\"" + WellKnown.FULL_ACCESS_GROUP + "\"]}}]}",
                "Authorization",
                "Bearer " + world.token("graph", "base"));
        JsonNode answer = batch.json().path("responses").get(0);
        assertThat(answer.path("status").asInt()).isEqualTo(200);
        assertThat(values(answer.path("body").path("value"))).containsExactly(WellKnown.FULL_ACCESS_GROUP);
        assertThat(world.get("/control/requests").response().body()).contains("\"/v1.0/users/{id}/checkMemberGroups\"");
    }
}

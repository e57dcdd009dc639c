package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.World.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Graph answers beside its rules, which {@link RulesTest} proves. */
class GraphServiceTest {

    private static final String MEMBERS = "/groups/" + WellKnown.ENROLLMENT_GROUP + "/members";

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/GROUPS/" + WellKnown.ENROLLMENT_GROUP + "/TransitiveMembers",
                "/groups('" + WellKnown.ENROLLMENT_GROUP + "')/transitivemembers",
                "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers?select=id&top=50",
                "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers?%24select=id%2CdisplayName"
            })
    void paths_are_taken_in_every_way_that_odata_allows(String path) throws Exception {
        Reply reply = world.graph(path);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        assertThat(reply.value()).hasSize(12);
    }

    @Test
    void a_page_link_leads_on_and_keeps_the_query_until_all_were_seen_once() throws Exception {
        String token = world.token("graph", "base");
        List<String> seen = new ArrayList<>();
        String path = "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers?$select=id,displayName&$top=5";
        int pages = 0;
        while (!path.isEmpty()) {
            JsonNode page = world.as(token, path).json();
            page.path("value").forEach(one -> {
                assertThat(one.size()).isEqualTo(3);
                seen.add(one.path("id").asText());
            });
            path = page.path("@odata.nextLink").asText().replace(world.server.address() + "/v1.0", "");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen)
                .doesNotHaveDuplicates()
                .isEqualTo(world.server.parts().contoso().transitiveMembers(WellKnown.ENROLLMENT_GROUP));
    }

    @Test
    void nobody_is_skipped_when_a_member_leaves_between_two_pages() throws Exception {
        String token = world.token("graph", "base");
        List<String> before = world.server.parts().contoso().members(WellKnown.ENROLLMENT_GROUP);
        JsonNode first = world.as(token, MEMBERS + "?$select=id&$top=2").json();
        world.change("{'type':'memberRemoved','group':'" + WellKnown.ENROLLMENT_GROUP + "','member':'" + before.get(1)
                + "'}");
        String next = first.path("@odata.nextLink").asText().replace(world.server.address() + "/v1.0", "");
        assertThat(world.as(token, next).value().get(0).path("id").asText()).isEqualTo(before.get(2));
    }

    @ParameterizedTest
    @CsvSource({
        "/groups?$filter=displayName eq 'Field Sales', 1",
        "/groups?$filter=displayName eq 'Nobody knows', 0",
        "/groups?$filter=startswith(displayName%2C'mtd'), 3",
        "/devices?$filter=deviceId eq '082fb7b9-70be-41a9-8d0b-d84fe7f17291', 1",
        "/servicePrincipals?$filter=appId eq '0000000a-0000-0000-c000-000000000000', 1",
    })
    void filters_find_what_they_name(String path, int count) throws Exception {
        assertThat(world.graph(path).value()).hasSize(count);
    }

    @ParameterizedTest
    @CsvSource({
        "/groups?$filter=displayName eq 'Field, BadRequest",
        "/groups?$filter=displayName ne 'Field Sales', Request_UnsupportedQuery",
        "/groups?$top=0, Request_UnsupportedQuery",
        "/groups?$top=many, BadRequest",
        "/groups?$skiptoken=nonsense, Request_BadRequest",
        "/groups?$orderby=displayName, Request_UnsupportedQuery",
        "/groups?$expand=owners, BadRequest",
        "/groups?$filter=displayName eq 'a' or id eq 'b', Request_UnsupportedQuery",
        "/groups?$search=x, Request_UnsupportedQuery",
        "/users/lena.brandt@contoso.example/nonsense, BadRequest",
        "/groups/c5ede0fb-5408-4064-8c79-5f36af8f57d9/members/microsoft.graph.printer, BadRequest",
        "/devices(colour='red'), BadRequest",
        "/groups/delta/x, BadRequest",
    })
    void what_graph_cannot_answer_is_a_400(String path, String code) throws Exception {
        Reply reply = world.graph(path);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(400);
        assertThat(reply.errorCode()).isEqualTo(code);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void an_answer_says_its_context_and_form() throws Exception {
        Reply groups = world.graph("/groups?$select=id,displayName");
        assertThat(groups.json().path("@odata.context").asText())
                .isEqualTo(world.server.address() + "/v1.0/$metadata#groups(id,displayName)");
        assertThat(groups.header("Content-Type")).startsWith("application/json;odata.metadata=minimal;");
        assertThat(world.graph("/groups/" + WellKnown.ENROLLMENT_GROUP)
                        .json()
                        .path("@odata.context")
                        .asText())
                .endsWith("$metadata#groups/$entity");
        assertThat(world.graph(MEMBERS).json().path("@odata.context").asText()).endsWith("$metadata#directoryObjects");
    }

    @Test
    void a_device_is_found_by_its_device_id_with_its_owner_and_what_entra_knows() throws Exception {
        Reply device = world.graph("/devices(deviceId='" + WellKnown.LENAS_IPHONE + "')");
        assertThat(device.json().path("displayName").asText()).isEqualTo("Lena's iPhone");
        assertThat(device.json().path("operatingSystemVersion").asText()).isEqualTo("18.6");
        assertThat(device.json().at("/extensionAttributes/extensionAttribute15").isNull())
                .isTrue();
        assertThat(device.json().has("registeredOwners")).isFalse();
        String id = device.json().path("id").asText();
        assertThat(id).isNotEqualTo(WellKnown.LENAS_IPHONE);
        JsonNode owners = world.graph("/devices/" + id + "/registeredOwners").value();
        assertThat(owners).hasSize(1);
        assertThat(owners.get(0).path("id").asText()).isEqualTo(WellKnown.LENA);
    }

    @Test
    void the_granted_roles_are_listed_by_application_id_with_their_resource() throws Exception {
        Reply reply = world.graph("/servicePrincipals(appId='" + WellKnown.BASE_CLIENT + "')/appRoleAssignments");
        assertThat(reply.value()).hasSize(7);
        JsonNode one = reply.value().get(0);
        assertThat(one.path("resourceDisplayName").asText()).isEqualTo("Microsoft Graph");
        assertThat(one.path("resourceId").asText())
                .isEqualTo(world.server
                        .parts()
                        .contoso()
                        .principalOf(WellKnown.MICROSOFT_GRAPH)
                        .orElseThrow()
                        .id());
        Reply partner = world.graph("/servicePrincipals(appId='" + WellKnown.PARTNER_CLIENT + "')/appRoleAssignments");
        assertThat(partner.status()).isEqualTo(404);
        assertThat(partner.errorCode()).isEqualTo("Request_ResourceNotFound");
    }

    @Test
    void intune_answers_its_part_of_graph_to_those_who_may_read_it() throws Exception {
        Reply refused = world.graphWithRoles("Device.Read.All", "/deviceManagement/managedDevices");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("Forbidden");
        Reply device = world.graphWithRoles(
                "DeviceManagementManagedDevices.Read.All",
                "/deviceManagement/managedDevices?$filter=azureADDeviceId eq '" + WellKnown.LENAS_IPHONE + "'");
        assertThat(device.value()).hasSize(1);
        assertThat(device.value().get(0).path("partnerReportedThreatState").asText())
                .isEqualTo("unknown");
        assertThat(device.value().get(0).path("userId").asText()).isEqualTo(WellKnown.LENA);
        Reply connectors = world.graphWithRoles(
                "DeviceManagementServiceConfig.Read.All", "/deviceManagement/mobileThreatDefenseConnectors");
        assertThat(connectors.status()).isEqualTo(200);
        assertThat(connectors.value()).isEmpty();
    }

    @Test
    void only_reading_is_allowed() throws Exception {
        String token = world.token("graph", "base");
        Reply reply = world.post("/v1.0/groups", "{}", "Authorization", "Bearer " + token);
        assertThat(reply.status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[",
                "{'requests':[{'method':'GET','url':'/groups'}]}",
                "{'requests':[{'id':'1','url':'/groups'}]}",
                "{'requests':[{'id':'1','method':'GET','url':'https://graph.microsoft.com/v1.0/groups'}]}"
            })
    void a_malformed_batch_is_refused_whole(String body) throws Exception {
        Reply reply = world.post(
                "/v1.0/$batch", body.replace('\'', '"'), "Authorization", "Bearer " + world.token("graph", "base"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.errorCode()).isEqualTo("BadRequest");
    }

    @Test
    void each_request_of_a_batch_has_its_own_headers_and_authorization() throws Exception {
        world.change("{'type':'roleRemoved','clientId':'base','role':'DeviceManagementServiceConfig.Read.All'}");
        String body = """
                {"requests":[
                  {"id":"a","method":"GET","url":"%s/microsoft.graph.user?$count=true","headers":{"ConsistencyLevel":"eventual"}},
                  {"id":"b","method":"GET","url":"%s/microsoft.graph.user?$count=true"},
                  {"id":"c","method":"GET","url":"/groups","headers":{"Authorization":"Bearer x.y.z"}},
                  {"id":"d","method":"GET","url":"/deviceManagement/mobileThreatDefenseConnectors"}]}""".formatted(MEMBERS, MEMBERS);
        Reply reply = world.post("/v1.0/$batch", body, "Authorization", "Bearer " + world.token("graph", "base"));
        List<String> answers = new ArrayList<>();
        reply.json().path("responses").forEach(one -> answers.add(one.path("id").asText() + one.path("status")));
        assertThat(answers).containsExactlyInAnyOrder("a200", "b400", "c401", "d403");
        assertThat(world.post("/v1.0/$batch", body).status()).isEqualTo(401);
    }

    @Test
    void a_user_is_found_by_name_and_a_member_without_device_has_none() throws Exception {
        Reply zoe = world.graph("/users/zoe.angstrom@contoso.example?$select=id,displayName,accountEnabled");
        assertThat(zoe.json().path("displayName").asText()).isEqualTo("Zoë Ångström");
        assertThat(zoe.json().path("accountEnabled").asBoolean()).isTrue();
        Reply devices =
                world.graph("/users/" + zoe.json().path("id").asText() + "/ownedDevices/microsoft.graph.device");
        assertThat(devices.status()).isEqualTo(200);
        assertThat(devices.value()).isEmpty();
        Reply nobody = world.graph("/users/nobody@contoso.example");
        assertThat(nobody.status()).isEqualTo(404);
    }

    @Test
    void with_user_reading_alone_members_of_other_kinds_come_with_their_id_alone() throws Exception {
        Reply reply = world.graphWithRoles("GroupMember.Read.All", MEMBERS + "?$select=id,displayName");
        for (JsonNode member : reply.value()) {
            boolean group = member.path("@odata.type").asText().endsWith("group");
            assertThat(member.path("displayName").isNull()).isEqualTo(!group);
            assertThat(member.path("id").asText()).isNotEmpty();
        }
    }
}

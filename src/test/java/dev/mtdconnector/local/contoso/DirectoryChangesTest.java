package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.World.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The changes of many things at once, and the switches of Graph. */
class DirectoryChangesTest {

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.consented(ContosoOptions.forTests().withUsers(7, 200));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Contoso contoso() {
        return world.server.parts().contoso();
    }

    private Reply ok(String change) throws Exception {
        Reply reply = world.change(change);
        assertThat(reply.status()).as("%s: %s", change, reply.json()).isEqualTo(200);
        return reply;
    }

    @Test
    void members_are_exchanged_in_one_change_and_the_same_seed_chooses_the_same() throws Exception {
        int before = contoso().memberCount(WellKnown.ENROLLMENT_GROUP);
        ok("{'type':'membersExchanged','group':'Mobile Threat Defense Users','remove':30,'add':20,'seed':5}");
        assertThat(contoso().memberCount(WellKnown.ENROLLMENT_GROUP)).isEqualTo(before - 10);
        try (World other = World.consented(ContosoOptions.forTests().withUsers(7, 200))) {
            other.change(
                    "{'type':'membersExchanged','group':'Mobile Threat Defense Users','remove':30,'add':20,'seed':5}");
            assertThat(other.server.parts().contoso().members(WellKnown.ENROLLMENT_GROUP))
                    .isEqualTo(contoso().members(WellKnown.ENROLLMENT_GROUP));
        }
    }

    @Test
    void named_members_are_added_and_removed_at_once_and_who_is_there_already_stays() throws Exception {
        ok("{'type':'members','group':'Field Sales','add':['lena.brandt@contoso.example','" + WellKnown.OSCAR
                + "'],'remove':['" + WellKnown.INES + "']}");
        assertThat(contoso().members(WellKnown.FIELD_SALES_GROUP)).contains(WellKnown.LENA, WellKnown.OSCAR);
    }

    @Test
    void users_with_phones_are_made_in_one_change() throws Exception {
        int devices = contoso().deviceCount();
        Reply made = ok("{'type':'usersGenerated','count':50,'group':'Field Sales','managed':false}");
        assertThat(made.json().at("/changes/0/batch").asText()).hasSize(36);
        assertThat(contoso().userCount()).isEqualTo(250);
        assertThat(contoso().deviceCount()).isEqualTo(devices + 50);
        User last = contoso().users().get(249);
        assertThat(contoso().members(WellKnown.FIELD_SALES_GROUP)).contains(last.id());
        assertThat(contoso().devicesOf(last.id()).get(0).managed()).isFalse();
    }

    @Test
    void a_device_of_somebody_else_than_enrolled_it_is_made_and_retired() throws Exception {
        ok("{'type':'deviceCreated','displayName':'Shared','owner':'" + WellKnown.LENA + "','enrolledBy':'"
                + WellKnown.INES + "','operatingSystem':'iOS','operatingSystemVersion':'18',"
                + "'deviceId':'11111111-2222-4333-8444-555555555555'}");
        Device device = contoso()
                .deviceByDeviceId("11111111-2222-4333-8444-555555555555")
                .orElseThrow();
        assertThat(device.enroller()).isEqualTo(WellKnown.INES);
        assertThat(device.owner()).isEqualTo(WellKnown.LENA);
        ok("{'type':'deviceChanged','deviceId':'" + device.deviceId() + "','managed':false}");
        assertThat(contoso().deviceByDeviceId(device.deviceId()).orElseThrow().enroller())
                .isEqualTo(WellKnown.LENA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'members','group':'Field Sales','add':['nobody']}",
                "{'type':'members','group':'Field Sales','add':'lena'}",
                "{'type':'members','group':'Field Sales','add':['Mobile Threat Defense Users']}",
                "{'type':'membersExchanged','group':'Field Sales','add':100000}",
                "{'type':'usersGenerated'}",
                "{'type':'usersGenerated','count':0}",
                "{'type':'devicesUpdated','count':1}",
                "{'type':'devicesUpdated','count':100000,'operatingSystemVersion':'1'}",
                "{'type':'userRestored','user':'d95209b0-e274-4702-8929-807e2ad7900a'}",
                "{'type':'groupCreated','displayName':'A','hiddenMembership':true,'unified':false}",
                "{'type':'deviceChanged','deviceId':'nope'}"
            })
    void what_cannot_be_is_refused_and_changes_nothing(String change) throws Exception {
        String before = contoso().groups() + " " + contoso().members(WellKnown.FIELD_SALES_GROUP)
                + contoso().userCount();
        assertThat(world.change(change).status()).isEqualTo(400);
        assertThat(contoso().groups() + " " + contoso().members(WellKnown.FIELD_SALES_GROUP)
                        + contoso().userCount())
                .isEqualTo(before);
    }

    @Test
    void the_switches_of_graph_are_shown_and_changed_one_by_one() throws Exception {
        JsonNode start = world.get("/control/graph").json();
        assertThat(start.toString())
                .isEqualTo(
                        "{\"delta\":\"calm\",\"deltaPage\":100,\"throttling\":true,\"quota\":0,\"retryAfter\":true}");
        Reply changed = world.post("/control/graph", "{\"delta\":\"documented\",\"deltaPage\":999}");
        assertThat(changed.json().path("delta").asText()).isEqualTo("documented");
        assertThat(changed.json().path("throttling").asBoolean()).isTrue();
        assertThat(world.get("/control/graph").json()).isEqualTo(changed.json());
        for (String wrong : new String[] {"{\"delta\":\"wild\"}", "{\"deltaPage\":0}", "{\"colour\":1}"}) {
            assertThat(world.post("/control/graph", wrong).status()).isEqualTo(400);
        }
    }
}

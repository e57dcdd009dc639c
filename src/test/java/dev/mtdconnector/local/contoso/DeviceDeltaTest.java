package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.World.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceDeltaTest {

    private static final String ALL = "/devices/delta?$select=deviceId,displayName,operatingSystemVersion,isManaged";

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.consented(ContosoOptions.forTests().withConduct(GraphConduct.State.START.withDelta(false, 4)));
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private void ok(String change) throws Exception {
        assertThat(world.change(change).status()).as(change).isEqualTo(200);
    }

    @Test
    void all_devices_come_once_with_what_was_selected_and_without_an_owner() throws Exception {
        DeltaReader reader = new DeltaReader(world, ALL);
        int devices = world.server.parts().contoso().deviceCount();
        assertThat(reader.names).hasSize(devices);
        assertThat(reader.pages).hasSize((devices + 3) / 4);
        for (JsonNode page : reader.pages) {
            assertThat(page.path("value").size()).isLessThanOrEqualTo(4);
            for (JsonNode device : page.path("value")) {
                assertThat(device.has("registeredOwners")).isFalse();
                assertThat(device.has("deviceId")).isTrue();
                assertThat(device.has("operatingSystem")).isFalse();
            }
        }
    }

    @Test
    void changes_and_removals_are_told_and_a_new_owner_is_not() throws Exception {
        DeltaReader reader = new DeltaReader(world, ALL);
        ok("{'type':'ownerChanged','deviceId':'" + WellKnown.OSCARS_ANDROID + "','owner':'" + WellKnown.LENA + "'}");
        reader.round();
        assertThat(reader.pages.get(0).path("value")).isEmpty();
        ok("{'type':'deviceChanged','deviceId':'" + WellKnown.OSCARS_ANDROID
                + "','displayName':'Renamed','managed':false}");
        ok("{'type':'deviceDeleted','deviceId':'" + WellKnown.LENAS_IPHONE + "'}");
        ok("{'type':'deviceCreated','displayName':'New','owner':'" + WellKnown.LENA
                + "','operatingSystem':'iOS','operatingSystemVersion':'18.6'}");
        reader.round();
        JsonNode value = reader.pages.get(0).path("value");
        assertThat(value).hasSize(3);
        assertThat(value.get(0).path("displayName").asText()).isEqualTo("Renamed");
        assertThat(value.get(1).at("/@removed/reason").asText()).isEqualTo("deleted");
        assertThat(value.get(1).has("deviceId")).isFalse();
        assertThat(value.get(2).path("displayName").asText()).isEqualTo("New");
    }

    @Test
    void many_changes_come_in_pages() throws Exception {
        DeltaReader reader = new DeltaReader(world, ALL);
        ok("{'type':'devicesUpdated','count':9,'operatingSystemVersion':'99.1'}");
        reader.round();
        assertThat(reader.pages).hasSize(3);
        int told = 0;
        for (JsonNode page : reader.pages) {
            for (JsonNode device : page.path("value")) {
                assertThat(device.path("operatingSystemVersion").asText()).isEqualTo("99.1");
                told++;
            }
        }
        assertThat(told).isEqualTo(9);
    }

    @Test
    void some_devices_can_be_followed_by_id_and_an_owner_cannot_be_selected() throws Exception {
        String id = world.server
                .parts()
                .contoso()
                .deviceByDeviceId(WellKnown.LENAS_IPHONE)
                .orElseThrow()
                .id();
        DeltaReader reader = new DeltaReader(world, "/devices/delta?$select=displayName&$filter=id eq '" + id + "'");
        assertThat(reader.names).containsOnlyKeys(id);
        ok("{'type':'devicesUpdated','count':9,'operatingSystemVersion':'99.1'}");
        ok("{'type':'deviceChanged','deviceId':'" + WellKnown.LENAS_IPHONE + "','displayName':'Mine'}");
        reader.round();
        assertThat(reader.pages.get(0).path("value")).hasSize(1);
        Reply owner = world.graph("/devices/delta?$select=registeredOwners");
        assertThat(owner.status()).isEqualTo(400);
    }
}

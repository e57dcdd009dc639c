package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.credential.AccessToken;
import com.microsoft.graph.core.authentication.AzureIdentityAuthenticationProvider;
import com.microsoft.graph.devices.delta.DeltaGetResponse;
import com.microsoft.graph.models.DirectoryObject;
import com.microsoft.graph.models.Group;
import com.microsoft.graph.models.ManagedAppRegistration;
import com.microsoft.graph.models.ManagedDevice;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.serialization.UntypedArray;
import dev.mtdconnector.local.http.Json;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The addresses that Microsoft's own client makes lead to the directory's answers, and it can read them. */
class DirectorySdkTest {

    private World world;
    private GraphServiceClient graph;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
        String roles = "Device.Read.All GroupMember.Read.All User.Read.All DeviceManagementManagedDevices.Read.All "
                + "DeviceManagementApps.Read.All";
        String token = world.issued(
                Json.object().put("identity", "base").put("audience", "graph").put("scope", roles));
        graph = new GraphServiceClient(
                new AzureIdentityAuthenticationProvider(
                        context -> Mono.just(new AccessToken(token, OffsetDateTime.MAX)),
                        new String[] {"localhost"},
                        World.GRAPH_SCOPE),
                new OkHttpClient());
        graph.getRequestAdapter().setBaseUrl(world.server.address() + "/v1.0");
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void groups_and_their_changes_are_followed() throws Exception {
        var first = graph.groups().delta().get(config -> {
            config.queryParameters.select = new String[] {"displayName", "members"};
            config.queryParameters.filter =
                    "id eq '" + WellKnown.ENROLLMENT_GROUP + "' or id eq '" + WellKnown.FIELD_SALES_GROUP + "'";
        });
        assertThat(first.getValue())
                .extracting(Group::getDisplayName)
                .containsExactly("Mobile Threat Defense Users", "Field Sales");
        assertThat(first.getOdataNextLink()).isNull();
        assertThat(members(first.getValue().get(1))).isEqualTo(3);
        world.change("{'type':'memberAdded','group':'Field Sales','member':'" + WellKnown.LENA + "'}");
        var second = graph.groups().delta().withUrl(first.getOdataDeltaLink()).get();
        assertThat(second.getValue()).extracting(Group::getId).containsExactly(WellKnown.FIELD_SALES_GROUP);
        assertThat(members(second.getValue().get(0))).isEqualTo(1);
    }

    private static int members(Group group) {
        UntypedArray members =
                (UntypedArray) Objects.requireNonNull(group.getAdditionalData().get("members@delta"));
        int count = 0;
        for (var ignored : members.getValue()) {
            count++;
        }
        return count;
    }

    @Test
    void devices_and_their_changes_are_followed() {
        DeltaGetResponse all = graph.devices()
                .delta()
                .get(config -> config.queryParameters.select = new String[] {"deviceId", "operatingSystem"});
        assertThat(all.getValue()).hasSize(world.server.parts().contoso().deviceCount());
        DeltaGetResponse none =
                graph.devices().delta().withUrl(all.getOdataDeltaLink()).get();
        assertThat(none.getValue()).isEmpty();
        assertThat(none.getOdataDeltaLink()).isNotNull();
    }

    @Test
    void devices_come_with_their_owners() {
        var page = graph.devices().get(config -> {
            config.queryParameters.select = new String[] {"id", "deviceId"};
            config.queryParameters.expand = new String[] {"registeredOwners($select=id)"};
            config.queryParameters.top = 999;
        });
        List<String> owners = new ArrayList<>();
        page.getValue()
                .forEach(device -> device.getRegisteredOwners().stream()
                        .map(DirectoryObject::getId)
                        .forEach(owners::add));
        assertThat(owners)
                .contains(WellKnown.LENA, WellKnown.OSCAR)
                .hasSize(page.getValue().size());
        assertThat(graph.devices()
                        .byDeviceId(page.getValue().get(0).getId())
                        .registeredOwners()
                        .get()
                        .getValue())
                .hasSize(1);
    }

    @Test
    void members_are_counted_without_being_read() {
        Integer users = graph.groups()
                .byGroupId(WellKnown.ENROLLMENT_GROUP)
                .transitiveMembers()
                .graphUser()
                .count()
                .get(config -> config.headers.add("ConsistencyLevel", "eventual"));
        assertThat(users).isEqualTo(9);
        Integer devices = graph.devices().count().get(config -> config.headers.add("ConsistencyLevel", "eventual"));
        assertThat(devices).isEqualTo(world.server.parts().contoso().deviceCount());
    }

    @Test
    void near_matches_of_a_name_are_found() {
        assertThat(graph.groups()
                        .get(config -> config.queryParameters.filter = "startswith(displayName,'MTD')")
                        .getValue())
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(graph.groups()
                        .get(config -> {
                            config.queryParameters.search = "\"displayName:defense\" OR \"displayName:emea sales\"";
                            config.headers.add("ConsistencyLevel", "eventual");
                        })
                        .getValue())
                .extracting(Group::getDisplayName)
                .containsExactlyInAnyOrder("Mobile Threat Defense Users", "Sales EMEA");
    }

    @Test
    void intune_names_who_enrolled_a_device_and_app_protection_names_no_device_of_entra() {
        List<ManagedDevice> devices =
                graph.deviceManagement().managedDevices().get().getValue();
        Contoso contoso = world.server.parts().contoso();
        long others = devices.stream()
                .filter(device -> !device.getUserId()
                        .equals(contoso.deviceByDeviceId(device.getAzureADDeviceId())
                                .orElseThrow()
                                .owner()))
                .count();
        assertThat(others).isEqualTo(2);
        List<ManagedAppRegistration> apps =
                graph.deviceAppManagement().managedAppRegistrations().get().getValue();
        assertThat(apps).hasSize(4).allMatch(app -> app.getDeviceTag() != null);
        assertThat(apps)
                .extracting(ManagedAppRegistration::getDeviceName)
                .containsOnly("Siobhán's iPhone", "Ahmed's old iPad");
        assertThat(apps)
                .extracting(ManagedAppRegistration::getOdataType)
                .containsOnly("#microsoft.graph.iosManagedAppRegistration");
    }

    @Test
    void what_a_group_is_can_be_judged() throws Exception {
        world.change("{'type':'groupCreated','displayName':'List','securityEnabled':false,'mailEnabled':true}");
        world.change("{'type':'groupCreated','displayName':'Rule','dynamic':true}");
        world.change("{'type':'groupCreated','displayName':'Team','unified':true}");
        assertThat(judged("List")).isEqualTo("false true []");
        assertThat(judged("Rule")).isEqualTo("true false [DynamicMembership]");
        assertThat(judged("Team")).isEqualTo("false true [Unified]");
        String gone = world.server.parts().contoso().groupsNamed("Team").get(0).id();
        world.change("{'type':'groupDeleted','group':'Team'}");
        ODataError error = catchThrowableOfType(
                ODataError.class, () -> graph.groups().byGroupId(gone).get());
        assertThat(error.getResponseStatusCode()).isEqualTo(404);
    }

    private String judged(String name) {
        String id = world.server.parts().contoso().groupsNamed(name).get(0).id();
        Group group = graph.groups()
                .byGroupId(id)
                .get(config -> config.queryParameters.select =
                        new String[] {"securityEnabled", "mailEnabled", "groupTypes", "visibility"});
        return group.getSecurityEnabled() + " " + group.getMailEnabled() + " " + group.getGroupTypes();
    }
}

package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.World.Reply;

/** Probes of the rules about the inventory of apps. */
final class DetectedProbes {

    private static final String ROLE = "DeviceManagementManagedDevices.Read.All";
    private static final String LIST =
            "/deviceManagement/detectedApps?$select=displayName,version,platform,deviceCount";

    private DetectedProbes() {}

    static void probe(Rule rule, World world) throws Exception {
        switch (rule) {
            case DETECTED_PERSONAL_MANAGED -> {
                install(world, WellKnown.LENAS_IPHONE, "Torch", "1.0", false);
                install(world, WellKnown.LENAS_IPHONE, "Outlook", "1.0", true);
                assertThat(list(world).value()).hasSize(2);
                world.change("{'type':'ownershipChanged','deviceId':'" + WellKnown.LENAS_IPHONE
                        + "','ownership':'personal'}");
                assertThat(list(world).value())
                        .extracting(app -> app.path("displayName").asText())
                        .containsExactly("Outlook");
            }
            case DETECTED_VERSIONS_APART -> {
                install(world, WellKnown.LENAS_IPHONE, "Torch", "1.0", false);
                world.change("{'type':'deviceCreated','displayName':'Lenas iPad','owner':'" + WellKnown.LENA
                        + "','operatingSystem':'IPad','operatingSystemVersion':'18.6',"
                        + "'deviceId':'5d1a9b7c-0c2e-4b33-9a55-4be1d0a6f001'}");
                install(world, "5d1a9b7c-0c2e-4b33-9a55-4be1d0a6f001", "Torch", "2.0", false);
                assertThat(list(world).value())
                        .extracting(
                                app -> app.path("version").asText(),
                                app -> app.path("platform").asText())
                        .containsExactlyInAnyOrder(tuple("1.0", "ios"), tuple("2.0", "ios"));
            }
            default -> {
                install(world, WellKnown.LENAS_IPHONE, "Torch", "1.0", false);
                JsonNode app = world.graphWithRoles(ROLE, "/deviceManagement/detectedApps")
                        .value()
                        .get(0);
                String id = app.path("id").asText();
                assertThat(devices(world, id).value())
                        .extracting(device -> device.path("azureADDeviceId").asText())
                        .containsExactly(WellKnown.LENAS_IPHONE);
                Reply unknown = devices(world, "0".repeat(64));
                assertThat(unknown.status()).isEqualTo(404);
                assertThat(unknown.errorCode()).isEqualTo("ResourceNotFound");
            }
        }
    }

    private static void install(World world, String deviceId, String app, String version, boolean managed)
            throws Exception {
        Reply reply = world.change("{'type':'appInstalled','deviceId':'" + deviceId + "','app':'" + app
                + "','publisher':'Example','version':'" + version + "','managed':" + managed + "}");
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
    }

    private static Reply list(World world) throws Exception {
        return world.graphWithRoles(ROLE, LIST);
    }

    private static Reply devices(World world, String id) throws Exception {
        return world.graphWithRoles(ROLE, "/deviceManagement/detectedApps/" + id + "/managedDevices");
    }
}

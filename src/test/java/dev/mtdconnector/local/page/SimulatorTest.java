package dev.mtdconnector.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the simulator together, over HTTP, as the connector and a person meet them. */
class SimulatorTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private @TempDir Path directory;

    @Test
    void a_threat_makes_a_device_noncompliant_and_a_restart_keeps_it_so() throws Exception {
        String device = "/control/intune/devices/" + WellKnown.LENAS_IPHONE;
        try (Simulator simulator = Simulator.start(ContosoOptions.forTests().inDirectory(directory), 0)) {
            simulator.contoso().parts().changes().consent(WellKnown.PARTNER_CLIENT);
            String token = post(simulator, "/control/tokens", "{\"identity\":\"partner\",\"audience\":\"intune\"}")
                    .path("access_token")
                    .textValue();
            String tenant = "(guid'" + WellKnown.TENANT + "')?api-version=1.6";
            put(simulator, token, "/intune/tenant/PartnerTenants" + tenant, "{\"Provisioned\":1}");
            put(
                    simulator,
                    token,
                    "/intune/tenant/PartnerTenantHeartbeat" + tenant,
                    "{\"Timestamp\":\"2026-11-21T09:00:00Z\"}");
            post(
                    simulator,
                    "/control/changes",
                    "{\"changes\":[{\"type\":\"platformToggled\",\"platform\":\"ios\",\"enabled\":true},"
                            + "{\"type\":\"complianceRule\",\"level\":\"low\"}]}");
            assertThat(get(simulator, "/control/state").at("/connector/state").textValue())
                    .isEqualTo("enabled");

            String entity = "[{\"EntityType\":1001,\"TenantId\":\"" + WellKnown.TENANT + "\",\"DeviceId\":\""
                    + WellKnown.LENAS_IPHONE
                    + "\",\"LastUpdateTime\":\"2026-11-21T09:00:00Z\",\"ThreatState\":\"highSeverity\"}]";
            put(
                    simulator,
                    token,
                    "/intune/device/DataUploadMessages(guid'5a0c1c1e-3a5c-4d8e-9d0e-000000000001')?api-version=1.2",
                    Json.text(Json.object()
                            .put("TenantId", WellKnown.TENANT)
                            .put("UploadTime", "2026-11-21T09:00:00Z")
                            .put("Content", entity)));
            assertThat(get(simulator, device).path("compliance").textValue()).isEqualTo("noncompliant");
        }
        try (Simulator simulator = Simulator.start(ContosoOptions.forTests().inDirectory(directory), 0)) {
            assertThat(get(simulator, device).path("threatState").textValue()).isEqualTo("highSeverity");
            assertThat(get(simulator, device).path("compliance").textValue()).isEqualTo("noncompliant");
            assertThat(text(simulator, "/")).contains("Enabled", "Not compliant");
            assertThat(text(simulator, "/mail")).contains("No mail yet");
            assertThat(get(simulator, "/control/mails").path("mails")).isEmpty();
        }
    }

    @Test
    void the_vendors_feed_is_served_and_a_restart_keeps_it() throws Exception {
        String device;
        try (Simulator simulator = Simulator.start(ContosoOptions.forTests().inDirectory(directory), 0)) {
            device = post(simulator, "/control/risk/device", "{\"action\":\"enroll\",\"platform\":\"IOS\"}")
                    .path("device")
                    .textValue();
        }
        try (Simulator simulator = Simulator.start(ContosoOptions.forTests().inDirectory(directory), 0)) {
            JsonNode token = Json.parse(send(HttpRequest.newBuilder(address(simulator, "/mobile-risk/oauth2/token"))
                    .header("Authorization", "Bearer contoso-application-key-of-the-local-world-only")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))));
            JsonNode events = Json.parse(
                    send(HttpRequest.newBuilder(address(simulator, "/mobile-risk/mra/api/v2/events?types=DEVICE"))
                            .header(
                                    "Authorization",
                                    "Bearer " + token.path("access_token").textValue())));
            assertThat(events.at("/events/0/device/guid").textValue()).isEqualTo(device);
        }
    }

    private JsonNode get(Simulator simulator, String path) throws Exception {
        return Json.parse(text(simulator, path));
    }

    private String text(Simulator simulator, String path) throws Exception {
        return send(HttpRequest.newBuilder(address(simulator, path)));
    }

    private JsonNode post(Simulator simulator, String path, String body) throws Exception {
        return Json.parse(send(HttpRequest.newBuilder(address(simulator, path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    private void put(Simulator simulator, String token, String path, String body) throws Exception {
        send(HttpRequest.newBuilder(address(simulator, path.replace("'", "%27")))
                .header("Authorization", "Bearer " + token)
                .header("Prefer", "return-content")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private static URI address(Simulator simulator, String path) {
        return URI.create(simulator.contoso().address() + path);
    }
}

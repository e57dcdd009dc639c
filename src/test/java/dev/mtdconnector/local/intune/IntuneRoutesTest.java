package dev.mtdconnector.local.intune;

import static dev.mtdconnector.local.intune.IntuneBench.IPHONE;
import static dev.mtdconnector.local.intune.IntuneBench.MESSAGE;
import static dev.mtdconnector.local.intune.IntuneBench.NO_DEVICE;
import static dev.mtdconnector.local.intune.IntuneBench.START;
import static dev.mtdconnector.local.intune.IntuneBench.TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.content;
import static dev.mtdconnector.local.intune.IntuneBench.uploadBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Traffic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntuneRoutesTest {

    private static final String KEY = "(guid%27" + TENANT + "%27)";

    private final IntuneBench bench = new IntuneBench();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Traffic traffic = new Traffic();
    private final LocalServer server;

    IntuneRoutesTest() throws IOException {
        server = LocalServer.http(0, traffic);
    }

    @BeforeEach
    void start() {
        new IntuneRoutes(bench.service, bench.intune).register(server);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void speaks_the_partner_protocol_over_http() throws Exception {
        assertThat(put("/intune/tenant/PartnerTenants" + KEY + "?api-version=1.6", "{\"Provisioned\":1}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> beat = put(
                "/intune/tenant/PartnerTenantHeartbeat" + KEY + "?api-version=1.6",
                "{\"Timestamp\":\"2026-11-21T09:00:00Z\"}");
        assertThat(Json.parse(beat.body()).path("MessageErrors").isArray()).isTrue();
        String message = "/intune/device/DataUploadMessages(guid%27" + MESSAGE + "%27)?api-version=1.2";
        assertThat(put(
                                message,
                                uploadBody(content(IPHONE, "highSeverity", START))
                                        .toString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(Json.parse(send(request(message)).body()).path("Status").textValue())
                .isEqualTo("Completed");

        assertThat(traffic.counts())
                .extracting(Traffic.Count::template)
                .containsOnly(
                        "/intune/tenant/PartnerTenants({id})",
                        "/intune/tenant/PartnerTenantHeartbeat({id})",
                        "/intune/device/DataUploadMessages({id})");
    }

    @Test
    void refuses_in_the_services_own_words() throws Exception {
        HttpResponse<String> answer = send(request("/intune/tenant/PartnerTenants" + KEY + "?api-version=1.6")
                .DELETE());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(Json.parse(answer.body()).at("/odata.error/message/value").textValue())
                .isEqualTo("Allowed: PUT");
        assertThat(send(HttpRequest.newBuilder(address("/intune/tenant/PartnerTenants" + KEY)))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_control_api_tells_what_intune_holds_of_a_device() throws Exception {
        bench.enabled().rule(RuleLevel.LOW).report(MESSAGE, IPHONE, HealthState.HIGH, START);

        assertThat(control("/control/intune/devices/" + IPHONE))
                .isEqualTo(Json.parse("{\"deviceId\":\"" + IPHONE
                        + "\",\"threatState\":\"highSeverity\",\"compliance\":\"noncompliant\","
                        + "\"since\":\"2026-11-21T09:00:00Z\",\"messageId\":\"" + MESSAGE + "\"}"));
        assertThat(send(request("/control/intune/devices/" + NO_DEVICE)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_control_api_lists_the_messages_newest_first() throws Exception {
        bench.enabled().report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.report("5a0c1c1e-3a5c-4d8e-9d0e-000000000002", NO_DEVICE, HealthState.LOW, START);

        JsonNode messages = control("/control/intune/messages").path("messages");

        assertThat(messages).hasSize(2);
        assertThat(messages.get(0).path("status").textValue()).isEqualTo("Failed");
        assertThat(messages.get(0).path("error").textValue()).contains(NO_DEVICE);
        assertThat(messages.get(1).path("messageId").textValue()).isEqualTo(MESSAGE);
        assertThat(messages.get(1).path("count").intValue()).isEqualTo(2);
        assertThat(messages.get(1).path("receivedAt").textValue()).isEqualTo(START.toString());
        assertThat(messages.get(1).path("content").textValue()).isEqualTo(content(IPHONE, "highSeverity", START));
    }

    @Test
    void the_control_api_makes_intune_ask_for_all_states() throws Exception {
        bench.enabled();

        assertThat(send(request("/control/intune/resync").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(204);

        assertThat(bench.intune.heartbeat(TENANT).resyncRequested()).isEqualTo(START);
    }

    @Test
    void the_control_api_makes_intune_show_the_connector_otherwise() throws Exception {
        bench.enabled();
        assertThat(post("{\"state\":\"error\",\"unresponsiveAfterDays\":3}")).isEqualTo(204);
        assertThat(bench.state()).isEqualTo(ConnectorState.ERROR);
        assertThat(bench.intune.connector(TENANT).unresponsiveAfterDays()).isEqualTo(3);
        assertThat(post("{\"state\":\"aNewWord\"}")).isEqualTo(204);
        assertThat(bench.intune.connector(TENANT).stateName()).isEqualTo("aNewWord");
        assertThat(bench.restarted().connector(TENANT).stateName())
                .as("journal")
                .isEqualTo("aNewWord");
        assertThat(post("{\"ignoresHeartbeats\":true}")).isEqualTo(204);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
        bench.clock.advance(java.time.Duration.ofDays(8));
        bench.intune.heartbeat(TENANT);
        assertThat(bench.state()).isEqualTo(ConnectorState.UNRESPONSIVE);
        assertThat(post("{}")).isEqualTo(204);
        bench.intune.heartbeat(TENANT);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
        for (String wrong : java.util.List.of(
                "{\"state\":\"\"}",
                "{\"state\":7}",
                "{\"unresponsiveAfterDays\":0}",
                "{\"unresponsiveAfterDays\":\"7\"}",
                "{\"ignoresHeartbeats\":1}",
                "{\"colour\":\"red\"}",
                "[]",
                "no")) {
            assertThat(post(wrong)).as(wrong).isEqualTo(400);
        }
    }

    private int post(String body) throws Exception {
        return send(request("/control/intune/connector").POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    @Test
    void the_control_api_makes_intune_lose_a_state() throws Exception {
        bench.enabled().report(MESSAGE, IPHONE, HealthState.HIGH, START);

        assertThat(send(request("/control/intune/devices/" + IPHONE).DELETE()).statusCode())
                .isEqualTo(204);

        assertThat(control("/control/intune/devices/" + IPHONE)
                        .path("threatState")
                        .textValue())
                .isEqualTo("unknown");
    }

    private JsonNode control(String path) throws Exception {
        return Json.parse(send(request(path)).body());
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Prefer", "return-content")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address(path)).header("Authorization", "Bearer good");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String path) {
        return URI.create(server.address() + path);
    }
}

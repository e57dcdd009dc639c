package dev.mtdconnector.local.intune;

import static dev.mtdconnector.local.intune.IntuneBench.IPHONE;
import static dev.mtdconnector.local.intune.IntuneBench.MESSAGE;
import static dev.mtdconnector.local.intune.IntuneBench.NO_DEVICE;
import static dev.mtdconnector.local.intune.IntuneBench.OTHER_TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.START;
import static dev.mtdconnector.local.intune.IntuneBench.TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.content;
import static dev.mtdconnector.local.intune.IntuneBench.json;
import static dev.mtdconnector.local.intune.IntuneBench.uploadBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerServiceTest {

    private static final String TENANTS = "/tenant/PartnerTenants(guid'" + TENANT + "')";
    private static final String HEARTBEAT = "/tenant/PartnerTenantHeartbeat(guid'" + TENANT + "')";
    private static final String UPLOAD = "/device/DataUploadMessages(guid'" + MESSAGE + "')";
    private static final String BEAT = "{\"Timestamp\":\"2026-11-21T09:00:00Z\"}";

    private final IntuneBench bench = new IntuneBench();

    @Test
    void provisions_and_deprovisions() {
        PartnerService.Reply on = bench.put(
                TENANTS,
                "1.6",
                "{\"Provisioned\":1,\"PartnerEnrollmentUrl\":\"https://mtd.example/enroll\","
                        + "\"PartnerRemediationUrl\":\"https://mtd.example/fix\"}");

        assertThat(body(on, 200))
                .isEqualTo(json("{\"Key\":\"" + TENANT + "\",\"ContextId\":\"" + TENANT
                        + "\",\"Provisioned\":1,\"HttpStatusCode\":200,\"ErrorDetail\":null}"));
        assertThat(bench.intune.connector(TENANT).provisioned()).isTrue();

        assertThat(body(bench.put(TENANTS, "1.6", "{\"Provisioned\":2}"), 200)
                        .path("Provisioned")
                        .intValue())
                .isEqualTo(2);
        assertThat(bench.intune.connector(TENANT).provisioned()).isFalse();
    }

    @Test
    void answers_a_heartbeat_with_what_the_partner_must_know() {
        bench.enabled();
        bench.report(MESSAGE, NO_DEVICE, HealthState.HIGH, START);
        bench.intune.requestResync(TENANT);

        JsonNode answer = body(bench.put(HEARTBEAT, "1.6", BEAT), 200);

        assertThat(answer)
                .isEqualTo(json("{\"Key\":\"" + TENANT + "\",\"TenantId\":\"" + TENANT
                        + "\",\"ClientType\":\"MobileThreatDefense\",\"Timestamp\":\"2026-11-21T09:00:00Z\","
                        + "\"ResyncTimestamp\":\"2026-11-21T09:00:00Z\",\"HttpStatusCode\":200,\"ErrorDetail\":null,"
                        + "\"MessageErrors\":[{\"MessageId\":\"" + MESSAGE
                        + "\",\"ErrorCode\":1,\"ErrorDetail\":\"No such device: " + NO_DEVICE + "\"}]}"));
        assertThat(body(bench.put(HEARTBEAT, "1.6", BEAT), 200).path("MessageErrors"))
                .isEmpty();
    }

    @Test
    void a_heartbeat_without_the_wish_for_content_counts_and_answers_nothing() {
        bench.intune.provision(TENANT, true);

        PartnerService.Reply reply = bench.service.answer(new PartnerService.Request(
                "PUT", HEARTBEAT, "1.6", "Bearer good", null, BEAT.getBytes(StandardCharsets.UTF_8)));

        assertThat(reply).isEqualTo(new PartnerService.Reply(204, null));
        assertThat(bench.state()).isEqualTo(ConnectorState.AVAILABLE);
    }

    @Test
    void a_heartbeat_before_provisioning_is_refused() {
        assertThat(body(bench.put(HEARTBEAT, "1.6", BEAT), 409)
                        .at("/odata.error/code")
                        .textValue())
                .isEqualTo("TenantNotProvisioned");
    }

    @Test
    void takes_an_upload_and_tells_its_status() {
        bench.enabled();

        assertThat(body(bench.put(UPLOAD, "1.2", upload(content(IPHONE, "highSeverity", START))), 200))
                .isEqualTo(json("{\"TenantId\":\"" + TENANT + "\",\"MessageId\":\"" + MESSAGE
                        + "\",\"ErrorCode\":0,\"ErrorDetail\":null}"));
        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.HIGH);
        assertThat(body(bench.send("GET", UPLOAD, "1.2", "Bearer good", ""), 200))
                .isEqualTo(json("{\"Status\":\"Completed\",\"ErrorCode\":0,\"ErrorDetail\":null}"));
    }

    @Test
    void tells_that_an_upload_failed_and_why() {
        bench.enabled();
        bench.put(UPLOAD, "1.2", upload(content(NO_DEVICE, "highSeverity", START)));

        assertThat(body(bench.send("GET", UPLOAD, "1.2", "Bearer good", ""), 200))
                .isEqualTo(json("{\"Status\":\"Failed\",\"ErrorCode\":1,\"ErrorDetail\":\"No such device: " + NO_DEVICE
                        + "\"}"));
    }

    @Test
    void knows_no_status_of_a_message_that_never_came() {
        assertThat(bench.send("GET", UPLOAD, "1.2", "Bearer good", "").status()).isEqualTo(404);
    }

    @Test
    void a_message_id_comes_in_any_case() {
        bench.enabled();
        String upper = UPLOAD.replace(MESSAGE, MESSAGE.toUpperCase(Locale.ROOT));
        String content = content(IPHONE, "highSeverity", START);

        bench.put(UPLOAD, "1.2", upload(content));
        bench.put(upper, "1.2", upload(content));

        assertThat(bench.intune.message(TENANT, MESSAGE).orElseThrow().count()).isEqualTo(2);
    }

    @Test
    void refuses_a_caller_without_a_good_token_or_without_the_role() {
        bench.intune.provision(TENANT, true);

        assertThat(bench.send("PUT", HEARTBEAT, "1.6", null, BEAT).status()).isEqualTo(401);
        assertThat(bench.send("PUT", HEARTBEAT, "1.6", "Bearer bad", BEAT).status())
                .isEqualTo(401);
        bench.roles = Set.of("update_device_attributes");
        assertThat(bench.put(HEARTBEAT, "1.6", BEAT).status()).isEqualTo(403);

        assertThat(bench.state()).isEqualTo(ConnectorState.NOT_SET_UP);
    }

    @Test
    void refuses_another_tenants_key() {
        assertThat(bench.put(TENANTS.replace(TENANT, OTHER_TENANT), "1.6", "{\"Provisioned\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(bench.put(HEARTBEAT.replace(TENANT, OTHER_TENANT), "1.6", BEAT)
                        .status())
                .isEqualTo(403);
        assertThat(bench.intune.connector(OTHER_TENANT).provisioned()).isFalse();
    }

    @Test
    void refuses_an_api_version_that_the_operation_does_not_have() {
        bench.enabled();

        assertThat(bench.put(TENANTS, "1.2", "{\"Provisioned\":2}").status()).isEqualTo(400);
        assertThat(bench.put(HEARTBEAT, "1.0", BEAT).status()).isEqualTo(400);
        assertThat(bench.put(UPLOAD, "1.6", upload(content(IPHONE, "secured", START)))
                        .status())
                .isEqualTo(400);
        assertThat(bench.send("PUT", HEARTBEAT, null, "Bearer good", BEAT).status())
                .isEqualTo(400);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tenant/PartnerTenants",
                "/tenant/PartnerTenants('9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412')",
                "/device/PartnerTenants(guid'9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412')",
                "/tenant/PartnerPolicies(guid'9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412')",
                "/"
            })
    void has_no_other_resources(String path) {
        assertThat(bench.put(path, "1.6", "{\"Provisioned\":1}").status()).isEqualTo(404);
    }

    @Test
    void refuses_a_key_that_is_no_guid_and_methods_that_a_resource_does_not_have() {
        assertThat(bench.put(TENANTS.replace(TENANT, "contoso"), "1.6", "{\"Provisioned\":1}")
                        .status())
                .isEqualTo(400);
        assertThat(bench.send("GET", TENANTS, "1.6", "Bearer good", "").status())
                .isEqualTo(405);
        assertThat(bench.send("POST", UPLOAD, "1.2", "Bearer good", "{}").status())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"Provisioned\":1} x",
                "{\"Provisioned\":1,\"Provisioned\":2}",
                "{}",
                "{\"Provisioned\":3}",
                "{\"Provisioned\":\"1\"}",
                "{\"Provisioned\":true}",
                "{\"Provisioned\":1,\"PartnerEnrollmentUrl\":7}",
                "{\"Provisioned\":1,\"PartnerEnrollmentUrl\":\"javascript:alert(1)\"}",
                "{\"Provisioned\":1,\"Colour\":\"red\"}"
            })
    void refuses_a_wrong_provisioning(String body) {
        assertThat(bench.put(TENANTS, "1.6", body).status()).isEqualTo(400);
        assertThat(bench.intune.connector(TENANT).provisioned()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"Timestamp\":\"yesterday\"}",
                "{\"Timestamp\":\"2026-11-21T09:00:00\"}",
                "{\"Timestamp\":1}",
                "{\"Timestamp\":\"2026-11-21T09:00:00Z\",\"State\":1}"
            })
    void refuses_a_wrong_heartbeat(String body) {
        bench.intune.provision(TENANT, true);

        assertThat(bench.put(HEARTBEAT, "1.6", body).status()).isEqualTo(400);
        assertThat(bench.state()).isEqualTo(ConnectorState.NOT_SET_UP);
    }

    @Test
    void refuses_a_wrong_envelope() {
        refusedUpload(body -> body.remove("TenantId"));
        refusedUpload(body -> body.put("TenantId", OTHER_TENANT));
        refusedUpload(body -> body.remove("UploadTime"));
        refusedUpload(body -> body.put("UploadTime", "21.11.2026"));
        refusedUpload(body -> body.remove("Content"));
        refusedUpload(body -> body.set("Content", json(body.path("Content").textValue())));
        refusedUpload(body -> body.put("Content", "[]"));
        refusedUpload(body -> body.put("Content", "{}"));
        refusedUpload(body -> body.put("Content", "[1]"));
        refusedUpload(body -> body.put("Content", "not json"));
        refusedUpload(body -> body.put("Priority", 1));
    }

    @Test
    void refuses_a_wrong_entity() {
        refusedEntity(entity -> entity.put("EntityType", 4));
        refusedEntity(entity -> entity.put("EntityType", "1001"));
        refusedEntity(entity -> entity.remove("EntityType"));
        refusedEntity(entity -> entity.put("TenantId", OTHER_TENANT));
        refusedEntity(entity -> entity.remove("TenantId"));
        refusedEntity(entity -> entity.put("DeviceId", "lena"));
        refusedEntity(entity -> entity.remove("DeviceId"));
        refusedEntity(entity -> entity.put("UserId", "lena@contoso.example"));
        refusedEntity(entity -> entity.put("LastUpdateTime", "2026-11-21 09:00"));
        refusedEntity(entity -> entity.remove("LastUpdateTime"));
        refusedEntity(entity -> entity.put("ThreatState", "terrible"));
        refusedEntity(entity -> entity.put("ThreatState", "unknown"));
        refusedEntity(entity -> entity.put("ThreatState", "HighSeverity"));
        refusedEntity(entity -> entity.remove("ThreatState"));
        refusedEntity(entity -> entity.put("complianceStatus", "compliant"));
    }

    private void refusedEntity(Consumer<ObjectNode> change) {
        ObjectNode entity = IntuneBench.entity(IPHONE, "highSeverity", START);
        change.accept(entity);
        refusedUpload(body -> body.put(
                "Content",
                IntuneBench.array(IntuneBench.entity(IPHONE, "lowSeverity", START), entity)
                        .toString()));
    }

    private static void refusedUpload(Consumer<ObjectNode> change) {
        IntuneBench bench = new IntuneBench().enabled();
        ObjectNode body = uploadBody(content(IPHONE, "highSeverity", START));
        change.accept(body);

        PartnerService.Reply reply = bench.put(UPLOAD, "1.2", body.toString());

        assertThat(reply.status()).as(body.toString()).isEqualTo(400);
        assertThat(bench.intune.messages(TENANT)).isEmpty();
        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.UNKNOWN);
    }

    private static String upload(String content) {
        return uploadBody(content).toString();
    }

    private static JsonNode body(PartnerService.Reply reply, int status) {
        assertThat(reply.status()).isEqualTo(status);
        return Objects.requireNonNull(reply.body());
    }
}

package dev.mtdconnector.health;

import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the doctor says of a tenant and of a deployment, over the whole product in memory. */
class TenantDoctorTest {

    private final TestApp app = new TestApp();

    private Map<String, JsonNode> checks(String address, String key) {
        Map<String, JsonNode> checks = new TreeMap<>();
        JsonNode body = app.send("GET", address, key, "").expect(200).json();
        body.path("checks").forEach(check -> checks.put(check.path("id").asText(), check));
        assertThat(body.path("correlationId").asText()).isNotEmpty();
        return checks;
    }

    private Map<String, JsonNode> tenant() {
        return checks("/api/v1/doctor", app.apiKey());
    }

    private Map<String, JsonNode> deployment() {
        return checks("/api/v1/operator/doctor", OPERATOR_KEY);
    }

    private static JsonNode check(Map<String, JsonNode> checks, String id) {
        assertThat(checks).containsKey(id);
        return Objects.requireNonNull(checks.get(id));
    }

    private static List<String> not(String state, Map<String, JsonNode> checks) {
        List<String> ids = new ArrayList<>();
        checks.forEach((id, check) -> {
            if (!check.path("state").asText().equals(state)) {
                ids.add(id + " " + check.path("state").asText());
            }
        });
        return ids;
    }

    @Test
    void aTenantThatIsWellIsGreenThroughout() {
        app.ready();
        app.entra.grantOptional(Registration.BASE);
        app.consent(Registration.BASE).expect(200);
        app.checkIn(app.activate(TestApp.PHONE)).expect(200);
        app.pass(Duration.ofMinutes(61));

        assertThat(not("green", tenant())).isEmpty();
        assertThat(tenant().keySet())
                .contains(
                        "token",
                        "consent.base",
                        "consent.partner",
                        "permission.base.GroupMember.Read.All",
                        "permission.partner.update_device_health",
                        "groups.access.full",
                        "groups.enrollment." + TestApp.GROUP,
                        "heartbeat",
                        "intune",
                        "publisher",
                        "sync",
                        "feed",
                        "mail",
                        "clock",
                        "storage");
    }

    @Test
    void eachMissingPermissionIsNamedWithWhatItIsFor() {
        app.ready();
        app.entra.removeRole(Registration.BASE, "User.Read.All");

        Map<String, JsonNode> checks = tenant();

        JsonNode check = check(checks, "permission.base.User.Read.All");
        assertThat(check.path("state").asText()).isEqualTo("red");
        assertThat(check.path("says").asText()).contains("reads the users in these groups");
        assertThat(check(checks, "consent.base").path("says").asText()).contains("lacks User.Read.All");
        assertThat(check(checks, "permission.base.Device.Read.All")
                        .path("state")
                        .asText())
                .isEqualTo("green");
        assertThat(check(checks, "permission.base.DeviceManagementApps.Read.All")
                        .path("state")
                        .asText())
                .as("optional")
                .isEqualTo("yellow");
    }

    @Test
    void withoutTheRightToReadGrantsThatRightIsWhatIsMissing() {
        app.ready();
        app.entra.failWith(new UpstreamException(UpstreamException.Service.GRAPH, Kind.FORBIDDEN, "403"));

        Map<String, JsonNode> checks = tenant();

        assertThat(check(checks, "token").path("state").asText()).isEqualTo("green");
        assertThat(check(checks, "consent.base").path("says").asText()).contains("Application.Read.All");
        assertThat(check(checks, "permission.base.Application.Read.All")
                        .path("state")
                        .asText())
                .isEqualTo("red");
        assertThat(check(checks, "permission.base.User.Read.All").path("state").asText())
                .isEqualTo("unknown");
    }

    @Test
    void whatTheSignInServiceRefusesIsTheTokensAndTheRestIsUnknown() {
        app.ready();
        app.entra.failWith(new UpstreamException(UpstreamException.Service.LOGIN, Kind.FORBIDDEN, "AADSTS7000215"));

        Map<String, JsonNode> checks = tenant();

        assertThat(check(checks, "token").path("state").asText()).isEqualTo("red");
        assertThat(check(checks, "consent.base").path("state").asText()).isEqualTo("unknown");
    }

    @Test
    void aTenantWithoutAConnectorIsToldSo() {
        app.onboard().expect(201);

        assertThat(check(tenant(), "connector").path("state").asText()).isEqualTo("red");
    }

    @Test
    void lookingWritesNothing() {
        app.ready();
        List<Object> before = rows();
        tenant();
        deployment();
        app.send("GET", "/api/v1/operator/health", OPERATOR_KEY, "");
        assertThat(rows()).isEqualTo(before);
    }

    private List<Object> rows() {
        List<Object> rows = new ArrayList<>();
        for (String name : List.of("tenants", "connectors", "jobs", "due", "errors", "mails", "audit", "consents")) {
            rows.addAll(app.tables
                    .table(name)
                    .query(new Table.Range(null, null, null, null), 1000, null)
                    .rows());
        }
        assertThat(rows).hasSizeGreaterThan(5);
        return rows;
    }

    @Test
    void aDeploymentWithGoodSettingsIsGreenThroughout() {
        assertThat(not("green", deployment())).isEmpty();
    }

    @Test
    void whatIsWrongWithADeploymentIsSaidWithTheSettingToChange() {
        app.probes.refuse(Registration.BASE, Kind.FORBIDDEN);
        app.probes.refuse(Registration.PARTNER, Kind.CONSENT_MISSING);
        app.probes.failMail(Kind.FORBIDDEN);
        app.probes.failGraph();
        app.probes.skew(Duration.ofMinutes(-7));

        Map<String, JsonNode> checks = deployment();

        assertThat(not("green", checks))
                .containsExactlyInAnyOrder(
                        "credential.base red", "credential.partner unknown", "mail red", "graph red", "clock red");
        assertThat(check(checks, "credential.base").path("remedy").asText()).contains("MTD_BASE_CLIENT_");
        assertThat(check(checks, "credential.partner").path("says").asText())
                .contains("does not know the registration");
        assertThat(check(checks, "mail").path("remedy").asText()).contains("MTD_MAIL_");
        assertThat(check(checks, "graph").path("remedy").asText()).contains("GRAPH_ENDPOINT");
    }
}

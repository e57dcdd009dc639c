package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.intune.ReportedStates.PartnerConnector;
import dev.mtdconnector.local.contoso.Device;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.intune.HealthState;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a simulated Intune shows, read over HTTP, and what follows where it is not what was told. */
class ReadBackOverContosoTest {

    private static final String IPHONE = WellKnown.LENAS_IPHONE;

    private final TestApp app = new TestApp();
    private ContosoBench bench;

    @BeforeEach
    void start() {
        bench = new ContosoBench(app.clock);
        bench.consent();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void begin() {
        app.entra.grantOptional(Registration.BASE);
        app.reading(bench.directory, bench.graphChanges)
                .telling(bench.partner, bench.partner, bench.states)
                .ready();
        app.checkIn(app.activate(IPHONE)).expect(200);
        app.pass(Duration.ofMinutes(5));
        assertThat(shown()).isEqualTo(HealthState.SECURED);
    }

    private HealthState shown() {
        return bench.intune.device(TENANT, IPHONE).orElseThrow().threatState();
    }

    private List<JsonNode> readBackLines() {
        JsonNode lines = app.get("/api/v1/devices/" + IPHONE + "/trace?limit=200")
                .expect(200)
                .json()
                .path("lines");
        return StreamSupport.stream(lines.spliterator(), false)
                .filter(line -> line.path("kind").asText().equals("read-back"))
                .toList();
    }

    @Test
    void theStatesOfManyDevicesAreReadInBatchesAndOnlyOfThoseThatIntuneManages() {
        bench.change("{\"type\":\"usersGenerated\",\"count\":60,\"group\":\"" + WellKnown.ENROLLMENT_GROUP + "\"}");
        List<String> asked = new ArrayList<>();
        Map<String, String> truth = new HashMap<>();
        for (String user : bench.contoso.transitiveMembers(WellKnown.ENROLLMENT_GROUP)) {
            for (Device device : bench.contoso.devicesOf(user)) {
                asked.add(device.deviceId());
                if (device.managed()) {
                    truth.put(device.deviceId(), "unknown");
                }
            }
        }
        asked.add(new UUID(9, 9).toString());
        assertThat(asked).hasSizeGreaterThan(40);
        assertThat(truth).hasSizeLessThan(asked.size() - 1);
        assertThat(bench.states.of(TENANT, asked)).isEqualTo(truth);
        assertThat(bench.states.of(TENANT, List.of())).isEmpty();
        String shouted = IPHONE.toUpperCase(Locale.ROOT);
        assertThat(bench.states.of(TENANT, List.of(shouted))).isEqualTo(Map.of(shouted, "unknown"));
    }

    @Test
    void withoutTheRoleItIsForbidden() {
        for (String role :
                List.of("DeviceManagementManagedDevices.Read.All", "DeviceManagementServiceConfig.Read.All")) {
            bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"base\",\"role\":\"" + role + "\"}");
        }
        assertThat(failure(() -> bench.states.of(TENANT, List.of(IPHONE))).kind())
                .isEqualTo(Kind.FORBIDDEN);
        assertThat(failure(() -> bench.states.connectors(TENANT)).kind()).isEqualTo(Kind.FORBIDDEN);
    }

    private static UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void theConnectorIsShownAsIntuneHasIt() {
        assertThat(bench.states.connectors(TENANT)).isEmpty();
        bench.partner.provision(TENANT);
        assertThat(bench.states.connectors(TENANT))
                .extracting(PartnerConnector::partnerState)
                .containsExactly("notSetUp");
        bench.partner.heartbeat(TENANT, app.clock.instant());
        assertThat(bench.states.connectors(TENANT)).singleElement().satisfies(connector -> {
            assertThat(connector.partnerState()).isEqualTo("available");
            assertThat(connector.lastHeartbeatAt()).isEqualTo(app.clock.instant());
            assertThat(connector.unresponsiveAfterDays()).isEqualTo(7);
        });
    }

    @Test
    void aStateThatIntuneLostIsFoundRepairedAndRecorded() {
        begin();
        app.pass(Duration.ofMinutes(25));
        assertThat(readBackLines()).isEmpty();

        bench.intune.lose(TENANT, IPHONE);
        app.pass(Duration.ofMinutes(9));
        assertThat(shown()).as("it may pass").isEqualTo(HealthState.UNKNOWN);
        app.pass(Duration.ofMinutes(20));
        assertThat(shown()).isEqualTo(HealthState.SECURED);
        assertThat(readBackLines()).singleElement().satisfies(line -> {
            assertThat(line.at("/details/what").asText()).isEqualTo("repaired");
            assertThat(line.at("/details/told").asText()).isEqualTo("secured");
            assertThat(line.at("/details/shown").asText()).isEqualTo("unknown");
        });
        TestApp.Answer answer = app.get("/api/v1/connector/read-back").expect(200);
        assertThat(answer.http().body()).contains("\"repaired\":1");

        int messages = bench.intune.messages(TENANT).size();
        app.pass(Duration.ofMinutes(60));
        assertThat(bench.intune.messages(TENANT)).as("it helped").hasSize(messages);
        assertThat(readBackLines()).hasSize(1);
    }
}

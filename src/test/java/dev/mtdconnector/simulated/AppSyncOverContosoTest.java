package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.apps.DetectedApps.DetectedApp;
import dev.mtdconnector.apps.DetectedApps.Installation;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.intune.HealthState;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** App sync with a simulated Intune over HTTP. */
class AppSyncOverContosoTest {

    private static final String TENANT = ContosoBench.TENANT;
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
                .detecting(bench.detected)
                .ready();
        app.checkIn(app.activate(IPHONE)).expect(200);
        app.pass(Duration.ofMinutes(2));
    }

    private void install(String deviceId, String name, String version) {
        bench.change("{\"type\":\"appInstalled\",\"deviceId\":\"" + deviceId + "\",\"app\":\"" + name
                + "\",\"publisher\":\"Example Ltd\",\"version\":\"" + version + "\"}");
    }

    private void syncNow() {
        app.clock.advance(Duration.ofMinutes(1));
        app.post("/api/v1/app-sync/run", "").expect(202);
        app.pass(Duration.ofMinutes(1));
    }

    private int requests(String part) {
        return bench.traffic.counts().stream()
                .filter(one -> one.template().contains(part))
                .mapToInt(one -> (int) one.count())
                .sum();
    }

    private HealthState shown() {
        return bench.intune.device(TENANT, IPHONE).orElseThrow().threatState();
    }

    @Test
    void theSwitchInIntuneDecidesWhetherAnythingIsRead() {
        begin();
        install(IPHONE, "Free Torch", "1.0");
        install(WellKnown.OSCARS_ANDROID, "Maps", "1.0");
        app.post("/api/v1/denied-apps", "{\"name\": \"free torch\", \"publisher\": \"EXAMPLE LTD\", \"reason\": \"x\"}")
                .expect(201);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get("/api/v1/app-sync").text("/state")).isEqualTo("off");
        assertThat(requests("detectedApps")).isZero();

        bench.change("{\"type\":\"appSyncToggled\",\"enabled\":true}");
        syncNow();
        assertThat(app.get("/api/v1/app-sync").text("/state")).isEqualTo("done");
        assertThat(shown()).isEqualTo(HealthState.MEDIUM);

        bench.change("{\"type\":\"ownershipChanged\",\"deviceId\":\"" + IPHONE + "\",\"ownership\":\"personal\"}");
        syncNow();
        assertThat(shown()).as("Intune does not list what is unmanaged").isEqualTo(HealthState.SECURED);

        bench.change("{\"type\":\"ownershipChanged\",\"deviceId\":\"" + IPHONE + "\",\"ownership\":\"company\"}");
        syncNow();
        assertThat(shown()).isEqualTo(HealthState.MEDIUM);
        bench.change("{\"type\":\"appSyncToggled\",\"enabled\":false}");
        int reads = requests("detectedApps");
        syncNow();
        assertThat(requests("detectedApps")).isEqualTo(reads);
        assertThat(shown()).isEqualTo(HealthState.SECURED);
    }

    @Test
    void aRoleThatWasTakenAwayIsSaidAndEndsNothing() {
        begin();
        install(IPHONE, "Free Torch", "1.0");
        bench.change("{\"type\":\"appSyncToggled\",\"enabled\":true}");
        app.post("/api/v1/denied-apps", "{\"name\": \"Free\", \"match\": \"prefix\", \"reason\": \"x\"}")
                .expect(201);
        app.pass(Duration.ofMinutes(2));
        assertThat(shown()).isEqualTo(HealthState.MEDIUM);
        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"" + WellKnown.BASE_CLIENT
                + "\",\"role\":\"DeviceManagementManagedDevices.Read.All\"}");
        app.clock.advance(Duration.ofHours(2));
        syncNow();
        JsonNode state = app.get("/api/v1/app-sync").json();
        assertThat(state.path("state").asText()).isEqualTo("not-permitted");
        assertThat(state.path("remedy").asText()).contains("DeviceManagementManagedDevices.Read.All");
        assertThat(shown()).isEqualTo(HealthState.MEDIUM);
    }

    @Test
    void theWholeInventoryIsReadPageByPageAndEachVersionHasItsDevices() {
        for (int i = 0; i < 1050; i++) {
            install(IPHONE, "App " + i, "1.0");
        }
        install(WellKnown.OSCARS_ANDROID, "App 7", "1.0");
        List<DetectedApp> all = new ArrayList<>();
        bench.detected.each(TENANT, all::add);
        assertThat(all).hasSize(1051).filteredOn(DetectedApp::isIos).hasSize(1050);
        assertThat(requests("detectedApps")).isEqualTo(2);

        DetectedApp seven = all.stream()
                .filter(one -> one.isIos() && one.name().equals("App 7"))
                .findFirst()
                .orElseThrow();
        List<Installation> on = new ArrayList<>();
        bench.detected.installations(TENANT, seven.id(), on::add);
        assertThat(on).containsExactly(new Installation(IPHONE, true));
        assertThat(catchThrowableOfType(
                                UpstreamException.class,
                                () -> bench.detected.installations(TENANT, "0".repeat(64), on::add))
                        .kind())
                .isEqualTo(UpstreamException.Kind.NOT_FOUND);
    }

    /** Requests are one for the switch, the pages of the inventory, and one for each version that matches. */
    @Test
    void aRunCostsPagesAndMatches() {
        begin();
        for (int i = 0; i < 1500; i++) {
            install(IPHONE, "App " + i, "1.0");
        }
        install(IPHONE, "Free Torch", "1.0");
        bench.change("{\"type\":\"appSyncToggled\",\"enabled\":true}");
        app.post("/api/v1/denied-apps", "{\"name\": \"Free Torch\", \"reason\": \"x\"}")
                .expect(201);
        app.pass(Duration.ofMinutes(3));
        int before = requests("detectedApps");
        syncNow();
        assertThat(requests("detectedApps") - before).isEqualTo(2 + 1);
    }
}

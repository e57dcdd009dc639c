package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.Device;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the product reads of a simulated Intune, where that is granted. */
class IntuneOverContosoTest {

    private static final String GROUP = WellKnown.ENROLLMENT_GROUP;
    private static final String AGAIN = new UUID(9, 1).toString();

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
        app.reading(bench.directory, bench.graphChanges).ready();
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": 100}
                """).expect(200);
        app.drain();
    }

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    /** Everything that is due twice a day is done. */
    private void passes() {
        app.pass(Duration.ofHours(13));
    }

    private Map<String, String> owners() {
        Map<String, String> owners = new TreeMap<>();
        String next = "";
        do {
            TestApp.Answer page = app.get("/api/v1/devices?limit=500" + (next.isEmpty() ? "" : "&cursor=" + next))
                    .expect(200);
            for (JsonNode device : page.json().path("devices")) {
                if (!device.path("state").asText().equals("out-of-scope")) {
                    owners.put(
                            device.path("deviceId").asText(),
                            device.path("userId").asText());
                }
            }
            next = page.text("/next").replace("null", "");
        } while (!next.isEmpty());
        app.get("/api/v1/unsupported-devices")
                .expect(200)
                .json()
                .path("devices")
                .forEach(device -> owners.put(
                        device.path("deviceId").asText(), device.path("userId").asText()));
        return owners;
    }

    private Map<String, String> truth() {
        Map<String, String> truth = new TreeMap<>();
        for (String user : bench.contoso.transitiveMembers(GROUP)) {
            bench.contoso.devicesOf(user).forEach(device -> truth.put(device.deviceId(), user));
        }
        return truth;
    }

    private int requestsOfFirstSync() {
        int most = 0;
        for (JsonNode run :
                app.get("/api/v1/connector/sync-runs").expect(200).json().path("runs")) {
            most = Math.max(most, run.path("requests").asInt());
        }
        return most;
    }

    private JsonNode device(String deviceId) {
        return app.get("/api/v1/devices/" + deviceId).expect(200).json();
    }

    @Test
    void manyUsersAreFoundByIntuneWithFewRequests() {
        bench.change("{\"type\":\"usersGenerated\",\"count\":3000,\"group\":\"" + GROUP + "\"}");
        app.entra.grantOptional(Registration.BASE);
        begin();
        assertThat(owners()).isEqualTo(truth()).hasSizeGreaterThan(3000);
        // 4 pages of Intune, 4 of the directory, a batch of those in doubt; 31 pages with owners otherwise. Reading the
        // groups takes 31 pages of delta queries either way.
        assertThat(requestsOfFirstSync()).isLessThan(55);
        Device phone = bench.contoso.devicesOf(WellKnown.LENA).get(0);
        passes();
        assertThat(device(phone.deviceId()).path("intuneId").asText()).hasSize(36);
    }

    @Test
    void withoutTheGrantTheSameIsFoundWithMore() {
        bench.change("{\"type\":\"usersGenerated\",\"count\":3000,\"group\":\"" + GROUP + "\"}");
        begin();
        assertThat(owners()).isEqualTo(truth());
        assertThat(requestsOfFirstSync()).isGreaterThan(60);
        assertThat(device(WellKnown.LENAS_IPHONE).path("intuneId").isNull()).isTrue();
        assertThat(device(WellKnown.LENAS_IPHONE).path("management").asText()).isEqualTo("managed");
    }

    @Test
    void aGrantThatIsTakenAwayStopsNothing() {
        bench.change("{\"type\":\"usersGenerated\",\"count\":3000,\"group\":\"" + GROUP + "\"}");
        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"base\","
                + "\"role\":\"DeviceManagementManagedDevices.Read.All\"}");
        app.entra.grantOptional(Registration.BASE);
        begin();
        assertThat(owners()).isEqualTo(truth());
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isIn("null", "");
    }

    @Test
    void devicesSayWhetherIntuneManagesThemAndAppsAreShownOnTheDeviceThatFits() {
        app.entra.grantOptional(Registration.BASE);
        begin();
        JsonNode lenas = device(WellKnown.LENAS_IPHONE);
        assertThat(lenas.path("management").asText()).isEqualTo("managed");
        assertThat(lenas.path("ownership").asText()).isEqualTo("company");
        assertThat(lenas.path("intuneId").asText()).hasSize(36);
        assertThat(lenas.path("model").asText()).isEqualTo("iPhone 15");
        assertThat(lenas.path("protectedApps")).isEmpty();
        JsonNode siobhans = null;
        for (JsonNode one :
                app.get("/api/v1/devices?limit=100").expect(200).json().path("devices")) {
            if (one.path("displayName").asText().startsWith("Siobhán")) {
                siobhans = device(one.path("deviceId").asText());
            }
        }
        assertThat(siobhans).isNotNull();
        assertThat(siobhans.path("management").asText()).isEqualTo("appProtectionOnly");
        assertThat(siobhans.path("intuneId").isNull()).isTrue();
        assertThat(siobhans.path("protectedApps")).hasSize(2);
        assertThat(siobhans.at("/protectedApps/0/app").asText()).startsWith("com.microsoft.");
        // Ahmed's iPad is too old to be enrolled, so nobody knows where these apps are but with him.
        assertThat(app.get("/api/v1/app-registrations")
                        .expect(200)
                        .json()
                        .path("registrations")
                        .findValuesAsText("userId"))
                .containsOnly(WellKnown.AHMED)
                .hasSize(2);
        app.get("/api/v1/app-registrations?cursor=x").expect(400);
    }

    @Test
    void aPhoneThatIsRegisteredAnewTakesThePlaceOfItsOldRecordAndIntuneIsToldOnce() {
        app.entra.grantOptional(Registration.BASE);
        begin();
        app.activate(WellKnown.LENAS_IPHONE);
        app.drain();
        bench.change("{\"type\":\"deviceReregistered\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE
                + "\",\"newDeviceId\":\"" + AGAIN + "\"}");
        sync();
        JsonNode old = device(WellKnown.LENAS_IPHONE);
        assertThat(old.path("state").asText()).isEqualTo("out-of-scope");
        assertThat(old.path("outOfScopeReason").asText()).isEqualTo("superseded by " + AGAIN);
        assertThat(old.path("activation").asText()).isEqualTo("activated");
        assertThat(device(AGAIN).path("state").asText()).isEqualTo("pending");
        assertThat(app.intune.history(WellKnown.LENAS_IPHONE)).containsExactly("activated", "deactivated");

        app.clock.advance(Duration.ofMinutes(5));
        bench.change("{\"type\":\"deviceSignedIn\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\"}");
        passes();
        assertThat(device(WellKnown.LENAS_IPHONE).path("state").asText()).isEqualTo("activated");
        assertThat(device(AGAIN).path("state").asText()).isEqualTo("pending");
    }

    @Test
    void aDeviceThatIsDisabledIsListedApartAndComesBackWhenItIsEnabled() {
        begin();
        app.activate(WellKnown.LENAS_IPHONE);
        app.drain();
        bench.change("{\"type\":\"deviceChanged\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\",\"enabled\":false}");
        sync();
        assertThat(device(WellKnown.LENAS_IPHONE).path("state").asText()).isEqualTo("out-of-scope");
        assertThat(app.get("/api/v1/unsupported-devices").expect(200).json().toString())
                .contains("\"reason\":\"disabled\"");
        assertThat(owners()).isEqualTo(truth());

        bench.change("{\"type\":\"deviceChanged\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\",\"enabled\":true}");
        sync();
        assertThat(device(WellKnown.LENAS_IPHONE).path("state").asText()).isEqualTo("activated");
        assertThat(app.get("/api/v1/unsupported-devices").expect(200).json().toString())
                .doesNotContain("disabled");
    }

    @Test
    void aDeviceWhoseSystemWasTooOldComesWhenItIsUpdatedAndGoesWhenItIsSetBack() {
        begin();
        Device old = bench.contoso.devicesOf(WellKnown.AHMED).stream()
                .filter(device -> device.operatingSystem().equals("IPad"))
                .findFirst()
                .orElseThrow();
        app.get("/api/v1/devices/" + old.deviceId()).expect(404);
        for (int round = 0; round < 2; round++) {
            version(old, "18.1");
            assertThat(device(old.deviceId()).path("state").asText()).isEqualTo("pending");
            version(old, "12.5.7");
            assertThat(device(old.deviceId()).path("state").asText()).isEqualTo("out-of-scope");
            assertThat(owners()).isEqualTo(truth());
        }
    }

    private void version(Device device, String version) {
        bench.change("{\"type\":\"deviceChanged\",\"deviceId\":\"" + device.deviceId()
                + "\",\"operatingSystemVersion\":\"" + version + "\"}");
        sync();
    }
}

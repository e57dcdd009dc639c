package dev.mtdconnector.intake;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator sees and does of events that wait for their device. */
class ParkedApiTest {

    private static final String OF_GUID = "/api/v1/parked-events/" + VENDOR_GUID;
    private static final String DEVICE = OF_GUID + "/device";
    private static final String TABLET = "082fb7b9-70be-41a9-8d0b-d84fe7f17292";
    private static final String THREAT = "7d848fca-3beb-4616-a144-d23e5fa308c4";
    private static final String INTUNE_ID = "11111111-0000-4000-8000-000000000001";

    private final TestApp app = new TestApp();

    @BeforeEach
    void twoDevices() {
        app.directory.withDevice(TABLET, LENA, "iOS", "18.6");
        app.ready();
        app.clock.advance(Duration.ofMinutes(10));
    }

    private static String deviceEvent(String id, int second, String info) {
        return """
                {"id": "%s", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "change_type": "UPDATED",
                 "device": {"guid": "%s", "platform": "IOS", "info": {%s},
                   "hardware": {"manufacturer": "apple", "model": "iphone-15"},
                   "status": {"activation_status": "ACTIVATED", "protection_status": "PROTECTED",
                     "security_status": "THREATS_LOW"}},
                 "target": {"guid": "%s", "type": "DEVICE"}, "actor": {"guid": "%s", "type": "DEVICE"}}
                """.formatted(id, ENTERPRISE, START.plusSeconds(second), VENDOR_GUID, info, VENDOR_GUID, VENDOR_GUID);
    }

    private void feed(String... events) {
        app.feed("[" + String.join(",", events) + "]").expect(200);
        app.drain();
    }

    private static String trojan(String id, int second) {
        return threatEvent(id, START.plusSeconds(second), VENDOR_GUID, THREAT, "OPEN", "TROJAN");
    }

    private Answer tie(String deviceId) {
        Answer answer = app.put(DEVICE, "{\"deviceId\": \"" + deviceId + "\"}");
        app.drain();
        return answer;
    }

    private String reason() {
        return app.get("/api/v1/parked-events")
                .expect(200)
                .json()
                .at("/guids/0/reason")
                .asText();
    }

    @Test
    void whatWaitsIsShownSoThatAPersonRecognisesTheDevice() {
        feed(deviceEvent(
                "a",
                1,
                "\"email\": \"lena@contoso.example\", \"customer_device_id\": \"" + INTUNE_ID
                        + "\", \"mdm_type\": \"INTUNE\", \"external_id\": \"no guid\""));
        Answer shown = app.get("/api/v1/parked-events").expect(200);
        assertThat(shown.json().at("/byReason/mdm-id-unknown").asInt()).isEqualTo(1);
        assertThat(shown.json().at("/guids/0/device").toString())
                .isEqualTo("{\"platform\":\"IOS\",\"model\":\"apple iphone-15\",\"email\":\"lena@contoso.example\","
                        + "\"externalId\":\"no guid\",\"mdmId\":\"" + INTUNE_ID + "\",\"mdmType\":\"INTUNE\"}");
        assertThat(app.get(OF_GUID).expect(200).text("/tie/intuneId")).isEqualTo(INTUNE_ID);
        assertThat(app.get(OF_GUID).text("/waiting/reason")).isEqualTo("mdm-id-unknown");
    }

    @Test
    void anIdOfAnotherDeviceManagementSaysNothing() {
        feed(deviceEvent("a", 1, "\"customer_device_id\": \"" + INTUNE_ID + "\", \"mdm_type\": \"AIRWATCH\""));
        assertThat(reason()).isEqualTo("guid-unknown");
    }

    @Test
    void anAdministratorTiesAndTakesItBack() {
        feed(deviceEvent("a", 1, ""), trojan("b", 2));
        assertThat(reason()).isEqualTo("guid-unknown");
        assertThat(tie("00000000-1111-4222-8333-444444444444").expect(404).code())
                .isEqualTo("device.unknown");
        assertThat(tie("x").expect(400).text("/errors/0/field")).isEqualTo("deviceId");

        assertThat(tie(PHONE).expect(200).text("/tie/by")).isEqualTo("administrator");
        assertThat(app.get(OF_GUID).json().get("waiting").isNull()).isTrue();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/feedSecurity")).isEqualTo("THREATS_LOW");
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");

        app.post("/api/v1/devices/" + PHONE + "/threats/" + THREAT + "/ignore", "{\"reason\": \"a test\"}")
                .expect(200);
        app.drain();
        app.delete(DEVICE).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("deactivated");
        assertThat(reason()).isEqualTo("guid-unknown");
        assertThat(tie(TABLET).expect(200).text("/tie/deviceId")).isEqualTo(TABLET);
        assertThat(app.device(TABLET))
                .as("activated as the feed said, and the threat is ignored still")
                .isEqualTo("secured");
        assertThat(app.get("/api/v1/devices/" + TABLET).text("/threats/0/ignored/reason"))
                .isEqualTo("a test");
        tie(PHONE).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.device(TABLET)).isEqualTo("deactivated");

        String audit = app.get("/api/v1/audit").expect(200).http().body();
        assertThat(audit)
                .contains("parked-events.tie")
                .contains("parked-events.untie")
                .doesNotContain("@");
    }

    @Test
    void anAdministratorsWordHoldsUntilTheFeedSaysSomethingElseThanThen() {
        feed(deviceEvent("a", 1, "\"external_id\": \"" + PHONE + "\""), trojan("b", 2));
        assertThat(app.device(PHONE)).isEqualTo("high");
        tie(TABLET).expect(200);
        assertThat(app.device(TABLET)).isEqualTo("high");
        assertThat(app.device(PHONE)).isEqualTo("deactivated");
        feed(deviceEvent("c", 3, "\"external_id\": \"" + PHONE + "\""));
        assertThat(app.device(TABLET)).isEqualTo("high");

        String third = "082fb7b9-70be-41a9-8d0b-d84fe7f17293";
        feed(deviceEvent("d", 4, "\"external_id\": \"" + third + "\""));
        assertThat(reason()).isEqualTo("device-not-enrolled");
        assertThat(app.device(TABLET)).isEqualTo("deactivated");
        assertThat(app.get(OF_GUID).json().at("/tie/administrator/isStanding").asBoolean())
                .isFalse();
    }

    @Test
    void idsOfDifferentDevicesAreForAPersonToDecide() {
        DeviceTable devices = new DeviceTable(app.tables, app.clock);
        devices.open(TENANT, false)
                .enroll(
                        List.of(devices.find(TENANT, TABLET)
                                .orElseThrow()
                                .facts()
                                .inIntune(INTUNE_ID, null)),
                        false);
        String both = "\"external_id\": \"" + PHONE + "\", \"customer_device_id\": \""
                + INTUNE_ID.toUpperCase(Locale.ROOT) + "\"";
        feed(deviceEvent("a", 1, both), trojan("b", 2));
        assertThat(reason()).isEqualTo("ids-conflict");
        assertThat(app.device(PHONE)).isEqualTo("pending");
        assertThat(app.device(TABLET)).isEqualTo("pending");
        tie(TABLET).expect(200);
        assertThat(app.device(TABLET)).isEqualTo("high");
        feed(deviceEvent("c", 3, both));
        assertThat(app.device(TABLET)).isEqualTo("high");
    }

    @Test
    void whatIsDiscardedIsCountedAndNothingIsKnownOfMistypedGuids() {
        feed(deviceEvent("a", 1, ""), trojan("b", 2));
        assertThat(app.delete(OF_GUID).expect(200).json().get("discarded").asInt())
                .isEqualTo(2);
        Answer left = app.get("/api/v1/parked-events").expect(200);
        assertThat(left.json().get("waiting").asInt()).isZero();
        assertThat(left.json().get("discarded").asInt()).isEqualTo(2);
        assertThat(app.get("/api/v1/audit").http().body()).contains("parked-events.discard");
        for (String unknown : List.of("00000000-1111-4222-8333-444444444444", "x")) {
            String path = "/api/v1/parked-events/" + unknown;
            assertThat(app.get(path).expect(404).code()).isEqualTo("events.guid-unknown");
            app.delete(path).expect(404);
            app.delete(path + "/device").expect(404);
            app.put(path + "/device", "{\"deviceId\": \"" + PHONE + "\"}").expect(404);
        }
    }

    /** Whatever call fails, doing it again ends in the same. */
    @Test
    void aTieThatFailsAtAnyCallConverges() {
        app.faults.dieAt(Integer.MAX_VALUE, false);
        feed(deviceEvent("a0", 1, ""), trojan("b0", 2));
        int calls = app.faults.calls();
        tie(PHONE).expect(200);
        int most = app.faults.calls() - calls;
        app.faults.never();
        for (int call = 1; call <= most; call++) {
            String to = call % 2 == 0 ? PHONE : TABLET;
            String from = call % 2 == 0 ? TABLET : PHONE;
            app.faults.dieAt(call, call % 3 == 0);
            try {
                tie(to);
            } catch (Faults.Death death) {
                assertThat(death).isNotNull();
            }
            app.faults.never();
            tie(to).expect(200);
            app.pass(Duration.ofMinutes(3));
            assertThat(app.device(to)).as("call %s", call).isEqualTo("high");
            assertThat(app.device(from)).as("call %s", call).isNotEqualTo("high");
            assertThat(app.intune.history(to)).as("call %s", call).endsWith("highSeverity");
        }
    }
}

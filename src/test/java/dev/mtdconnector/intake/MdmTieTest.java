package dev.mtdconnector.intake;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A guid of which the feed knows only the id in Intune ties itself once enrollment has learnt that id. */
class MdmTieTest {

    private static final String INTUNE_ID = "11111111-0000-4000-8000-000000000001";
    private static final String THREAT = "7d848fca-3beb-4616-a144-d23e5fa308c4";

    private static final String EVENTS = """
            [{"id": "a", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "change_type": "UPDATED",
              "device": {"guid": "%s", "platform": "IOS",
                "info": {"customer_device_id": "%s", "mdm_type": "INTUNE", "mdm_connector_id": "432293"},
                "status": {"activation_status": "ACTIVATED", "protection_status": "PROTECTED"}},
              "actor": {"guid": "%s", "type": "DEVICE"}}, %s]
            """.formatted(
                    ENTERPRISE,
                    START,
                    VENDOR_GUID,
                    INTUNE_ID,
                    VENDOR_GUID,
                    threatEvent("b", START, VENDOR_GUID, THREAT, "OPEN", "TROJAN"));

    private TestApp app = new TestApp();

    private void manage() {
        app.directory.management().withDevice(INTUNE_ID, PHONE, LENA);
    }

    /** With the permission to read what Intune manages. */
    private void ready() {
        app.entra.grantOptional(Registration.BASE);
        app.ready();
        app.clock.advance(Duration.ofHours(1));
    }

    private String reason() {
        return app.get("/api/v1/parked-events")
                .expect(200)
                .json()
                .at("/guids/0/reason")
                .asText();
    }

    /** The device is known when the events come, and what Intune calls it is not. */
    private void waiting() {
        app = new TestApp();
        ready();
        app.feed(EVENTS).expect(200);
        app.drain();
        assertThat(reason()).isEqualTo("mdm-id-unknown");
        manage();
        app.clock.advance(Duration.ofDays(1));
    }

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    @Test
    void aDeviceThatIntuneKnowsAlreadyIsTiedAtOnce() {
        manage();
        ready();
        app.feed(EVENTS).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");
        assertThat(app.get("/api/v1/parked-events/" + VENDOR_GUID).expect(200).text("/tie/by"))
                .isEqualTo("mdm-id");
    }

    /** Enrolled by a release that did not note by which id in Intune a device is found. */
    @Test
    void aDeviceOfBeforeIsFoundByItsIdOnceEventsWaitForIt() {
        manage();
        ready();
        app.tables
                .table("devices")
                .transact(List.of(new Change.Delete(indexRows().get(0), null)));
        app.feed(EVENTS).expect(200);
        app.drain();
        assertThat(reason()).isEqualTo("mdm-id-unknown");

        app.clock.advance(Duration.ofDays(1));
        sync();

        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");
        List<Row> index = indexRows();
        app.clock.advance(Duration.ofDays(1));
        sync();
        assertThat(indexRows()).isEqualTo(index).hasSize(1);
    }

    private List<Row> indexRows() {
        return app.tables.dump().getOrDefault("devices", List.of()).stream()
                .filter(row -> row.key().equals("i|" + INTUNE_ID))
                .toList();
    }

    /** Wherever the process that learns it ends: between noting the id and telling the device, too. */
    @Test
    void whatWaitsGoesOnWhenEnrollmentLearnsTheIdWhateverCallFails() {
        waiting();
        app.faults.dieAt(Integer.MAX_VALUE, false);
        sync();
        int calls = app.faults.calls();
        app.faults.never();
        assertThat(app.device(PHONE)).isEqualTo("high");
        for (int call = 1; call <= calls; call++) {
            waiting();
            app.faults.dieAt(call, call % 2 == 0);
            try {
                sync();
            } catch (Faults.Death death) {
                assertThat(death).isNotNull();
            }
            app.faults.never();
            app.clock.advance(Duration.ofDays(1));
            sync();
            if (!app.intune.history(PHONE).contains("highSeverity")) {
                // The device was told and nobody the publisher: it looks by itself.
                app.pass(Duration.ofMinutes(30));
            }
            assertThat(app.device(PHONE)).as("call %s of %s", call, calls).isEqualTo("high");
            assertThat(app.intune.history(PHONE)).as("call %s", call).endsWith("highSeverity");
        }
    }
}

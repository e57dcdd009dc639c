package dev.mtdconnector.webhook;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.intake.EventBody;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.FeedFormat;
import dev.mtdconnector.intake.RiskEvents;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.testing.TestApp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another vendor's feed is one class and one test: this is both. */
class VendorFormatTest {

    /** A vendor whose body is {@code {"batch": ["time;device;threat;state"]}}: nothing that pointers could read. */
    private static final class LinesFormat implements FeedFormat {
        private final RiskEvents events;

        private LinesFormat(Tenant tenant) {
            this.events = new RiskEvents(tenant);
        }

        @Override
        public List<String> split(String body) {
            return EventBody.splitAt(body, JsonPointer.compile("/batch"));
        }

        @Override
        public Said said(JsonNode event) {
            String[] parts = event.asText().split(";", -1);
            if (parts.length != 4) {
                return new Said(List.of(), List.of(new FieldError("", "must have four parts")));
            }
            String id = event.asText().replaceAll("[^!-~]", "_");
            RiskEvents.DeviceName device =
                    new RiskEvents.DeviceName(RiskEvents.guid("lines", "device", parts[1]), parts[1]);
            String status = parts[3].equals("on") ? "OPEN" : "RESOLVED";
            return new Said(
                    List.of(
                            events.device("d" + id, parts[0], device, true),
                            events.threat(
                                    id,
                                    parts[0],
                                    device,
                                    new RiskEvents.Found(parts[2], status, "HIGH", List.of("WORM"), "APPLICATION"))),
                    List.of());
        }

        @Override
        public String nameAsSent(String field) {
            return field.equals("created_time") ? "first part" : field;
        }
    }

    private static final String WORM = "a8da3393-7896-431b-875d-945993cfdbf3";

    private final TestApp app = new TestApp().ready();
    private final Tenant tenant = new TenantTable(app.tables).find(TENANT).orElseThrow();

    private EventIntake.Result take(String... lines) {
        IntakeTable table = new IntakeTable(app.tables);
        EventIntake intake = new EventIntake(
                table,
                table.parked(),
                new IntakeLogTable(app.tables),
                new DeviceTable(app.tables, app.clock),
                new Schedule(new JobTable(app.tables), app.queues, app.clock),
                app.clock);
        return intake.accept(
                tenant, new LinesFormat(tenant), "{\"batch\": [\"" + String.join("\", \"", lines) + "\"]}");
    }

    @Test
    void itsEventsDecideTheLevelWhateverTheirOrderAndHoweverOftenTheyCome() {
        String on = START + ";" + PHONE + ";" + WORM + ";on";
        String off = START.plusSeconds(1) + ";" + PHONE + ";" + WORM + ";off";
        assertThat(take(on).applied()).isEqualTo(2);
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(take(on).unchanged()).isEqualTo(2);

        take(off, on);
        take(on);
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void whatIsWrongIsNamedAsItWasSent() {
        EventIntake.Result result = take("1970-01-01T00:00:00Z;" + PHONE + ";" + WORM + ";on", "x");
        assertThat(result.applied() + result.unchanged() + result.parked()).isZero();
        assertThat(result.rejected())
                .extracting(rejected -> rejected.errors().get(0).field())
                .containsExactly("events[0].first part", "events[1]");
    }

    @Test
    void whatWaitsForItsDeviceIsReadAgainWithoutTheFormat() {
        String tablet = "3a1d5e0c-5b0b-4a57-9d0a-6f3d8a0f4b11";
        assertThat(take(START + ";" + tablet + ";" + WORM + ";on").parked()).isEqualTo(2);
        app.directory.withDevice(tablet, TestApp.LENA, "iOS", "18");
        app.post("/api/v1/connector/sync", "");
        app.drain();
        assertThat(app.device(tablet)).isEqualTo("high");
    }
}

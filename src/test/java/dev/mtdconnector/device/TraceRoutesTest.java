package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The trace of a device as it is asked for, and how long it is there. */
class TraceRoutesTest {

    private static final String TRACE = "/api/v1/devices/" + PHONE + "/trace";

    private final TestApp app = new TestApp().ready();

    private List<JsonNode> lines(int limit) {
        List<JsonNode> lines = new ArrayList<>();
        String cursor = "";
        do {
            TestApp.Answer page = app.get(TRACE + "?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .expect(200);
            assertThat(page.json().path("lines")).hasSizeLessThanOrEqualTo(limit);
            page.json().path("lines").forEach(lines::add);
            cursor = page.json().path("next").asText("").replace("null", "");
        } while (!cursor.isEmpty());
        return lines;
    }

    private void infect(int times) {
        for (int i = 0; i < times; i++) {
            app.clock.advance(Duration.ofSeconds(1));
            Instant now = app.clock.instant();
            app.feed(threatEvent("t" + now, now, VENDOR_GUID, LENA, i % 2 == 0 ? "OPEN" : "RESOLVED", "TROJAN"))
                    .expect(200);
            app.drain();
        }
    }

    private void tie() {
        Instant now = app.clock.instant();
        app.feed(deviceEvent("tie", now, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.drain();
    }

    @Test
    void whatHappenedComesNewestFirstAndPageByPage() {
        tie();
        infect(5);
        List<JsonNode> whole = lines(200);
        assertThat(whole)
                .extracting(line -> Instant.parse(line.path("at").asText()))
                .isSortedAccordingTo(Comparator.reverseOrder());
        List<String> kinds =
                whole.stream().map(line -> line.path("kind").asText()).toList();
        assertThat(kinds).filteredOn("event"::equals).hasSize(6);
        assertThat(kinds).filteredOn("published"::equals).hasSize(6);
        assertThat(kinds).filteredOn("confirmed"::equals).hasSize(6);
        JsonNode told = whole.stream()
                .filter(line -> line.path("kind").asText().equals("published"))
                .findFirst()
                .orElseThrow();
        assertThat(told.at("/details/state").asText()).isEqualTo("highSeverity");
        assertThat(told.at("/details/classification").asText()).isEqualTo("TROJAN");
        assertThat(told.at("/details/threat").asText()).isEqualTo(LENA);
        for (int limit : new int[] {1, 4, 18}) {
            assertThat(lines(limit)).as("in pages of %d", limit).isEqualTo(whole);
        }
    }

    @Test
    void whatIsNoPageOrNoDeviceIsRefused() {
        tie();
        for (String cursor : List.of("x", "1.2", "%20", "0000000000000000000.0000000g", "0000000000000000000%7C")) {
            assertThat(app.get(TRACE + "?cursor=" + cursor).expect(400).http().body())
                    .contains("\"cursor\"");
        }
        for (String limit : List.of("0", "201", "-1", "x", "")) {
            assertThat(app.get(TRACE + "?limit=" + limit).expect(400).http().body())
                    .contains("\"limit\"");
        }
        for (String device : List.of("x", new UUID(1, 1).toString(), VENDOR_GUID)) {
            assertThat(app.get("/api/v1/devices/" + device + "/trace")
                            .expect(404)
                            .code())
                    .isEqualTo("device.unknown");
        }
        app.send("GET", TRACE, app.activate(PHONE), "").expect(403);
        app.send("GET", TRACE, null, "").expect(401);
    }

    @Test
    void aLineIsThereForNinetyDaysAndGoneTheDayAfter() {
        tie();
        infect(3);
        int lines = lines(200).size();
        app.clock.advance(Duration.ofDays(90));
        app.pass(Duration.ofMinutes(2));
        assertThat(lines(200)).hasSizeGreaterThanOrEqualTo(lines);
        infect(1);
        app.clock.advance(Duration.ofDays(1));
        app.pass(Duration.ofMinutes(2));
        List<JsonNode> left = lines(200);
        assertThat(left).isNotEmpty();
        assertThat(left).allSatisfy(line -> assertThat(line.path("at").asText()).startsWith("2027-02-19"));
        app.clock.advance(Duration.ofDays(91));
        app.pass(Duration.ofMinutes(2));
        assertThat(lines(200)).isEmpty();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.tables.dump().toString()).doesNotContain("key=z|");
    }

    @Test
    void theLinesOfADeviceThatIsDeletedGoWithIt() {
        tie();
        infect(1);
        String other = "11111111-0000-4000-8000-000000000009";
        app.directory.join(GROUP, INES).withDevice(other, INES, "Android", "15");
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": 100, "deleteOnUnenrollment": true}
                """).expect(200);
        app.drain();
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        app.directory.removeDevice(PHONE);
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        app.pass(Duration.ofMinutes(2));
        assertThat(app.tables.dump().toString())
                .doesNotContain("key=y|" + PHONE)
                .contains("key=z|");
        app.clock.advance(Duration.ofDays(92));
        app.pass(Duration.ofMinutes(2));
        assertThat(app.tables.dump().toString()).doesNotContain("key=z|");
    }
}

package dev.mtdconnector.intake;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events as live feeds send them, and what is kept of those that change no device. */
class EventShapesTest {

    private static final Path EVENTS = Path.of("src", "test", "resources", "events");
    private static final String TIE = deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED");

    private final TestApp app = new TestApp().ready();

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(EVENTS)) {
            return files.sorted().toList();
        }
    }

    /** A file of the event stream has the bodies after "data:". */
    private static List<String> bodies(Path file) throws IOException {
        return file.toString().endsWith(".txt")
                ? Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("data:") && !line.equals("data:{}"))
                        .map(line -> line.substring("data:".length()))
                        .toList()
                : List.of(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleIsTakenAndChangesNothingTheSecondTime(Path file) throws IOException {
        app.feed(TIE).expect(200);
        for (String body : bodies(file)) {
            JsonNode first = app.feed(body).expect(200).json();
            assertThat(first.path("rejected")).isEmpty();
            assertThat(first.path("parked").asInt()).isZero();
            assertThat(first.path("applied").asInt()
                            + first.path("kept").asInt()
                            + first.path("unchanged").asInt())
                    .isPositive();
            Map<String, List<Row>> before = app.tables.dump();
            app.feed(body).expect(200);
            assertThat(rows(app.tables.dump())).isEqualTo(rows(before));
        }
    }

    /** Without what says when a job was last asked for. */
    private static Map<String, List<Row>> rows(Map<String, List<Row>> dump) {
        return dump.entrySet().stream()
                .filter(table -> !List.of("jobs", "due").contains(table.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void theFirstVersionNamesTheDeviceWithEveryEvent() throws IOException {
        app.feed(Files.readString(EVENTS.resolve("first-version.json"))).expect(200);
        assertThat(app.get("/api/v1/devices/" + PHONE)
                        .json()
                        .at("/openThreats/0/classifications/0")
                        .asText())
                .isEqualTo("ADWARE");
        String broken = Files.readString(EVENTS.resolve("first-version.json"))
                .replace("2026-11-03T20:59:41.000Z", "1970-01-01T00:00:00Z");
        assertThat(app.feed(broken).expect(200).text("/rejected/0/errors/0/field"))
                .isEqualTo("events[0].eventTime");
    }

    @Test
    void whatChangesNoDeviceIsKeptAndCountedAndShown() throws IOException {
        app.feed(TIE);
        for (String name : List.of("smishing.json", "stream.txt", "stream-wrapped.txt")) {
            for (String body : bodies(EVENTS.resolve(name))) {
                app.feed(body).expect(200);
                app.feed(body).expect(200);
            }
        }
        JsonNode shown = app.get("/api/v1/events/intake").expect(200).json();
        assertThat(shown.at("/counts/audit_kept").asInt()).isEqualTo(3);
        assertThat(shown.at("/counts/smishing_alert_kept").asInt()).isEqualTo(1);
        assertThat(shown.at("/counts/device_applied").asInt()).isEqualTo(1);
        assertThat(shown.at("/latest/0/type").asText()).isEqualTo("SMISHING_ALERT");
        assertThat(shown.path("latest")).hasSize(4);

        JsonNode alerts = app.get("/api/v1/devices/" + PHONE + "/smishing-alerts")
                .expect(200)
                .json();
        assertThat(alerts.path("alerts")).hasSize(1);
        assertThat(alerts.at("/alerts/0/event").asText()).contains("https://short.example/1");
        assertThat(app.get("/api/v1/devices/" + TestApp.LENA + "/smishing-alerts")
                        .expect(404)
                        .code())
                .isEqualTo("device.unknown");
    }

    @Test
    void wordsThatAreNotKnownAreCountedAndHarmNothing() {
        app.feed(TIE);
        String threat = threatEvent("t1", START.plusSeconds(1), VENDOR_GUID, TestApp.LENA, "OPEN", "QUANTUM_LEAK");
        app.feed(threat.replace("APPLICATION", "HOLOGRAM").replace("\"HIGH\"", "\"EXTREME\""))
                .expect(200);
        app.feed(TIE.replace("\"tie\"", "\"tie2\"")
                        .replace(START.toString(), START.plusSeconds(2).toString())
                        .replace("PROTECTED", "HALF_PROTECTED"))
                .expect(200);
        String pondering = threat.replace("\"t1\"", "\"t2\"").replace("OPEN", "PONDERING");
        assertThat(app.feed(pondering).expect(200).text("/kept")).isEqualTo("1");
        assertThat(app.feed(threat.replace("\"t1\"", "\"t3\"").replace("\"THREAT\", \"change", "\"OMEN\", \"change"))
                        .expect(200)
                        .text("/kept"))
                .isEqualTo("1");
        List<String> words = new ArrayList<>();
        app.get("/api/v1/events/intake")
                .json()
                .path("unknownWords")
                .forEach(word -> words.add(
                        word.path("field").asText() + "=" + word.path("word").asText() + " " + word.path("count")));
        assertThat(words)
                .contains(
                        "threat.classifications=QUANTUM_LEAK 2",
                        "threat.type=HOLOGRAM 1",
                        "threat.severity=EXTREME 1",
                        "threat.status=PONDERING 1",
                        "type=OMEN 1",
                        "device.status.protection_status=HALF_PROTECTED 1");
        assertThat(app.device(PHONE))
                .as("an unknown classification counts as a low one")
                .isEqualTo("low");
    }

    @Test
    void whatWaitsIsShownWithItsReason() {
        String unknown = "99999999-0000-4000-8000-000000000001";
        app.feed("[" + threatEvent("a", START, unknown, TestApp.LENA, "OPEN", "BOT") + ","
                        + threatEvent("b", START, VENDOR_GUID, TestApp.LENA, "OPEN", "BOT") + ","
                        + deviceEvent("c", START, VENDOR_GUID, TestApp.INES, "ACTIVATED") + "]")
                .expect(200);
        JsonNode shown = app.get("/api/v1/parked-events").expect(200).json();
        assertThat(shown.path("waiting").asInt()).isEqualTo(3);
        assertThat(shown.at("/byReason/guid-unknown").asInt()).isEqualTo(1);
        assertThat(shown.at("/byReason/device-not-enrolled").asInt()).isEqualTo(2);
        assertThat(shown.at("/guids/0/vendorGuid").asText()).isEqualTo(unknown);
        assertThat(shown.at("/guids/0/since").asText()).isEqualTo(START.toString());

        app.clock.advance(Duration.ofDays(12));
        app.post("/api/v1/connector/sync", "");
        app.drain();
        assertThat(app.get("/api/v1/parked-events").json().path("waiting").asInt())
                .isZero();
        assertThat(app.get("/api/v1/parked-events").json().path("expired").asInt())
                .isEqualTo(3);
    }

    private static String closed(int number, Instant at, String status) {
        return threatEvent(
                "c" + number + status,
                at,
                VENDOR_GUID,
                String.format("55555555-0000-4000-8000-%012d", number),
                status,
                "BOT");
    }

    private static String many(int from, int to, String status) {
        return IntStream.range(from, to)
                .mapToObj(i -> closed(i, START.minusSeconds(10_000 - i), status))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void aThousandOpenThreatsAreHeldInFewTransactionsAndCloseAgain() {
        app.feed(TIE);
        long before = app.tables.writes("devices");
        assertThat(app.feed(many(0, 1000, "OPEN")).expect(200).text("/applied")).isEqualTo("1000");
        assertThat(app.tables.writes("devices") - before).isLessThanOrEqualTo(22);
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(1000);
        assertThat(app.device(PHONE)).isEqualTo("high");
        app.feed(many(0, 1000, "RESOLVED")).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void closedThreatsAreForgottenSomeTimeAndLateEventsOnThemAreHarmless() {
        app.feed(TIE);
        app.feed(many(0, 700, "RESOLVED")).expect(200);
        long threats = app.tables.dump().getOrDefault("devices", List.of()).stream()
                .filter(row -> row.key().contains("|t|"))
                .count();
        assertThat(threats).isEqualTo(DeviceSteps.MOST_CLOSED);

        Map<String, List<Row>> before = app.tables.dump();
        // The first of them was opened before it was resolved; that event comes only now.
        String late = closed(0, START.minusSeconds(20_000), "OPEN");
        assertThat(app.feed(late).expect(200).text("/unchanged")).isEqualTo("1");
        assertThat(rows(app.tables.dump())).isEqualTo(rows(before));
        assertThat(app.device(PHONE)).isEqualTo("secured");

        String remembered = closed(699, START.minusSeconds(9_999), "OPEN");
        app.feed(remembered).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("secured");
        String isNew = closed(2000, START, "OPEN");
        app.feed(isNew).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void anEventOnAThreatThatClosedAMonthAgoIsForgottenWithTheNextOne() {
        app.feed(TIE);
        app.feed(many(0, 5, "RESOLVED"));
        app.clock.advance(Duration.ofDays(31));
        app.feed(closed(9, app.clock.instant(), "RESOLVED"));
        assertThat(app.tables.dump().getOrDefault("devices", List.of()).stream()
                        .filter(row -> row.key().contains("|t|")))
                .hasSize(1);
        assertThat(app.feed(closed(3, START.minusSeconds(9_999), "OPEN")).text("/unchanged"))
                .isEqualTo("1");
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }
}

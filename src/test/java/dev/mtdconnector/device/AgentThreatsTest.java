package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentThreatsTest {

    private static final String GUID = "5f0c1f6e-6c5e-4b8e-9d50-7f3f4f6a9b01";

    private final TestApp app = new TestApp().ready();
    private final String credential = app.activate(PHONE);

    private Answer report(String... threats) {
        return app.send("POST", "/device/v1/threats", credential, "{\"threats\": [" + String.join(",", threats) + "]}");
    }

    private static String threat(String guid, String status, int second) {
        return """
                {"guid": "%s", "status": "%s", "classifications": ["TROJAN"], "type": "APPLICATION", "at": "%s"}""".formatted(guid, status, START.plusSeconds(second));
    }

    private static String found(String status, String subject) {
        return "{\"status\": \"" + status + "\", \"classifications\": [\"ADWARE\"], \"subject\": \"" + subject + "\"}";
    }

    @Test
    void aThreatThatTheAgentFindsReachesIntuneAndSoDoesItsEnd() {
        app.checkIn(credential).expect(200);
        app.drain();
        Answer answer = report(threat(GUID, "detected", 1)).expect(200);
        assertThat(answer.text("/level")).isEqualTo("high");
        assertThat(answer.text("/openThreats/0/advice")).startsWith("Uninstall the app");
        assertThat(answer.text("/reported/0")).isEqualTo(answer.text("/openThreats/0/guid"));
        app.drain();
        assertThat(report(threat(GUID, "resolved", 2)).text("/state")).isEqualTo("secured");
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity", "secured");
    }

    @Test
    void ofTwoWordsOnOneThreatTheLaterCountsWhateverCameFirst() {
        report(threat(GUID, "resolved", 5)).expect(200);
        assertThat(report(threat(GUID, "detected", 4)).json().at("/openThreats"))
                .isEmpty();
        assertThat(report(threat(GUID, "detected", 5)).json().at("/openThreats"))
                .as("of the same time the end counts")
                .isEmpty();
        assertThat(report(threat(GUID, "detected", 6)).json().at("/openThreats"))
                .hasSize(1);
        assertThat(report(threat(GUID, "ignored", 7)).json().at("/openThreats")).isEmpty();
    }

    @Test
    void whatIsSaidAgainWritesNothing() {
        report(found("detected", "com.example.torch")).expect(200);
        report(threat(GUID, "detected", 1)).expect(200);
        app.drain();
        var before = app.tables.dump();
        app.clock.advance(java.time.Duration.ofSeconds(9));
        Answer again = report(found("detected", "com.example.torch"), threat(GUID, "detected", 1));
        assertThat(again.json().at("/openThreats")).hasSize(2);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void withoutAGuidItIsTheSameThreatWhenItIsTheSameThingInTheSamePlace() {
        report(found("detected", "one"), found("detected", "other")).expect(200);
        app.clock.advance(java.time.Duration.ofSeconds(1));
        assertThat(report(found("resolved", "one")).json().at("/openThreats")).hasSize(1);
    }

    @Test
    void theAgentDoesNotEndWhatTheFeedFound() {
        app.feed(TestApp.deviceEvent("e1", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.feed(TestApp.threatEvent("e2", START, VENDOR_GUID, GUID, "OPEN", "TROJAN"))
                .expect(200);
        report(threat(GUID, "resolved", 60)).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void anAgentHasABoundedNumberOfOpenThreats() {
        String[] many = IntStream.range(0, AgentReports.MOST_OPEN)
                .mapToObj(i -> found("detected", "app" + i))
                .toArray(String[]::new);
        report(many).expect(200);
        var before = app.tables.dump();
        assertThat(report(found("detected", "one more")).expect(409).code()).isEqualTo("threat.limit");
        assertThat(app.tables.dump()).isEqualTo(before);
        app.clock.advance(java.time.Duration.ofSeconds(1));
        report(found("resolved", "app0"), found("detected", "one more")).expect(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\": \"open\", \"classifications\": [\"BOT\"]} | threats[1].status",
                "{\"status\": \"detected\"} | threats[1].classifications",
                "{\"status\": \"detected\", \"classifications\": [\"A B\"]} | threats[1].classifications",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"guid\": \"x\"} | threats[1].guid",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"at\": \"2099-01-01T00:00:00Z\"} | threats[1].at",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"at\": \"1999-01-01T00:00:00Z\"} | threats[1].at",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"at\": 5} | threats[1].at",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"type\": \"X\"} | threats[1].type",
                "{\"status\": \"detected\", \"classifications\": [\"BOT\"], \"colour\": 1} | threats[1].colour",
                "7 | threats[1]"
            })
    void whatIsWrongIsNamedAndNothingIsWritten(String threat, String field) {
        var before = app.tables.dump();
        assertThat(report(found("detected", "fine"), threat).expect(400).text("/errors/0/field"))
                .isEqualTo(field);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void aReportIsOfOneToFiftyThreats() {
        report().expect(400);
        String[] many =
                IntStream.range(0, 51).mapToObj(i -> found("resolved", "x" + i)).toArray(String[]::new);
        assertThat(report(many).expect(400).text("/errors/0/field")).isEqualTo("threats");
        String million = IntStream.range(0, 100_000).mapToObj(i -> "{}").collect(Collectors.joining(","));
        report(million).expect(400);
    }

    private void reportMany(String status, int second) {
        for (int from = 0; from < 600; from += AgentRoutes.MOST_THREATS) {
            report(IntStream.range(from, from + AgentRoutes.MOST_THREATS)
                            .mapToObj(
                                    i -> threat(String.format("00000000-0000-4000-8000-%012d", i), status, second + i))
                            .toArray(String[]::new))
                    .expect(200);
        }
    }

    private long threatRows() {
        return app.tables.dump().getOrDefault("devices", List.of()).stream()
                .filter(row -> row.key().contains("|t|"))
                .count();
    }

    @Test
    void whateverAnAgentReportsTheFeedIsBelieved() {
        app.feed(TestApp.deviceEvent("e1", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        reportMany("resolved", 80_000);
        app.feed(TestApp.threatEvent("e2", START, VENDOR_GUID, GUID, "RESOLVED", "TROJAN"))
                .expect(200);
        app.feed(TestApp.threatEvent("e3", START.plusSeconds(1), VENDOR_GUID, VENDOR_GUID, "OPEN", "TROJAN"))
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void whatTheFeedForgotIsNoReasonNotToBelieveTheAgent() {
        app.feed(TestApp.deviceEvent("e1", START, VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.feed(TestApp.threatEvent("e2", START, VENDOR_GUID, GUID, "RESOLVED", "TROJAN"))
                .expect(200);
        app.clock.advance(java.time.Duration.ofDays(31));
        app.feed(TestApp.threatEvent("e3", START.plusSeconds(1), VENDOR_GUID, VENDOR_GUID, "RESOLVED", "TROJAN"))
                .expect(200);
        report(threat(GUID, "detected", 0)).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @ParameterizedTest
    @CsvSource({"resolved", "ignored"})
    void ofThreatsThatEndedABoundedNumberIsRememberedAndTheDeviceCanBeDeleted(String status) {
        reportMany(status, 0);
        assertThat(threatRows()).isEqualTo(AgentThreats.MOST_ENDED);
        app.delete("/api/v1/devices/" + PHONE).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("pending");
    }
}

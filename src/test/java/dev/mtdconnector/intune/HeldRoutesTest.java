package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is held from Intune, and what it refused, as administrators see and decide it. */
class HeldRoutesTest {

    private static final String HELD = "/api/v1/connector/held-publishes";
    private static final String APPROVE = HELD + "/approve";
    private static final String FAILED = "/api/v1/connector/failed-publishes";
    private static final String REPLAY = FAILED + "/replay";
    private static final int DEVICES = 20;

    private final TestApp app = new TestApp().ready();
    private int events;

    private static String id(int number) {
        return String.format("44444444-0000-4000-8000-%012d", number);
    }

    private static String vendors(int number) {
        return id(number).replace("44444444", "77777777");
    }

    /** Devices of which Intune knows that they are secured. */
    private void secured(int devices) {
        List<String> ties = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            app.directory.withDevice(id(i), LENA, "Android", "15");
            ties.add(deviceEvent("tie-" + i, START, vendors(i), id(i), "ACTIVATED"));
        }
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        app.feed("[" + String.join(",", ties) + "]").expect(200);
        app.drain();
        for (int i = 0; i < devices; i++) {
            assertThat(app.intune.history(id(i))).containsExactly("secured");
        }
    }

    private void threats(int from, int to, String status) {
        List<String> threats = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String id = "event-" + ++events;
            threats.add(threatEvent(id, START.plusSeconds(events), vendors(i), id(i), status, "TROJAN"));
        }
        app.feed("[" + String.join(",", threats) + "]").expect(200);
        app.drain();
    }

    private int infected() {
        int infected = 0;
        for (int i = 0; i < DEVICES; i++) {
            List<String> history = app.intune.history(id(i));
            infected += history.get(history.size() - 1).equals("highSeverity") ? 1 : 0;
        }
        return infected;
    }

    /** Every device of a list, page by page. */
    private List<JsonNode> all(String address, String name, int limit) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            TestApp.Answer page = app.get(address + "?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .expect(200);
            assertThat(page.json().path(name)).hasSizeLessThanOrEqualTo(limit);
            page.json().path(name).forEach(all::add);
            cursor = page.json().path("next").asText("").replace("null", "");
        } while (!cursor.isEmpty());
        return all;
    }

    @Test
    void whatIsHeldIsListedInPagesAndWhatIsApprovedIsExactlyThat() {
        secured(DEVICES);
        threats(0, 10, "OPEN");
        assertThat(infected()).isZero();
        TestApp.Answer first = app.get(HELD + "?limit=4").expect(200);
        assertThat(first.text("/devices")).isEqualTo("10");
        assertThat(first.text("/set")).isEqualTo("1");
        List<JsonNode> held = all(HELD, "held", 4);
        assertThat(held).extracting(one -> one.path("deviceId").asText()).containsExactlyElementsOf(ids(0, 10));
        assertThat(held).allSatisfy(one -> {
            assertThat(one.path("from").asText()).isEqualTo("secured");
            assertThat(one.path("to").asText()).isEqualTo("highSeverity");
            assertThat(one.path("set").asInt()).isEqualTo(1);
            assertThat(one.path("approved").asBoolean()).isFalse();
            assertThat(one.path("since").asText()).startsWith("2026-11-21T09:");
        });

        // What comes while somebody reads the list is not in what they approve.
        app.clock.advance(Duration.ofMinutes(1));
        threats(10, 13, "OPEN");
        app.post(APPROVE, "{\"set\": 1}").expect(202);
        app.drain();
        for (int i = 0; i < 10; i++) {
            assertThat(app.intune.history(id(i))).containsExactly("secured", "highSeverity");
        }
        TestApp.Answer again = app.post(APPROVE, "{\"set\": 1}").expect(409);
        assertThat(again.code()).isEqualTo("state.changed");
    }

    private static List<String> ids(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add(id(i));
        }
        return ids;
    }

    @Test
    void aSetThatIsNotHeldOrNotAskedAboutIsNotApproved() {
        app.post(APPROVE, "{\"set\": 1}").expect(409);
        secured(DEVICES);
        threats(0, 10, "OPEN");
        app.post(APPROVE, "{\"set\": 2}").expect(409);
        threats(0, 10, "RESOLVED");
        assertThat(app.get(HELD).text("/devices")).isEqualTo("0");
        assertThat(app.get(HELD).json().path("set").isNull()).isTrue();
        app.post(APPROVE, "{\"set\": 1}").expect(409);
        app.drain();
        assertThat(infected()).isZero();
        assertThat(app.intune.history(id(3))).containsExactly("secured");
    }

    @Test
    void whatIsNoSetOrNoPageIsRefusedByName() {
        for (String body : List.of("{}", "{\"set\": 0}", "{\"set\": \"1\"}", "{\"set\": 2147483648}", "[]")) {
            app.post(APPROVE, body).expect(400);
        }
        for (String list : List.of(HELD, FAILED)) {
            for (String query : List.of("?cursor=x", "?cursor=1-", "?limit=0", "?limit=101", "?limit=x")) {
                String named = query.substring(1, query.indexOf('='));
                assertThat(app.get(list + query).expect(400).http().body()).contains("\"" + named + "\"");
            }
        }
        for (String body : List.of("{}", "{\"deviceIds\": []}", "{\"deviceIds\": [\"x\"]}", "{\"deviceIds\": 1}")) {
            app.post(REPLAY, body).expect(400);
        }
        String tooMany = "\"" + String.join("\",\"", ids(0, 101)) + "\"";
        app.post(REPLAY, "{\"deviceIds\": [" + tooMany + "]}").expect(400);
    }

    @Test
    void readersSeeTheListsAndOnlyFullAdministratorsDecide() {
        Map<String, String> keys = Map.of("read-only", key("read-only"), "restricted", key("restricted"));
        for (String list : List.of(HELD, FAILED)) {
            app.send("GET", list, keys.get("read-only"), "").expect(200);
            app.send("GET", list, keys.get("restricted"), "").expect(403);
            app.send("GET", list, app.feedKey(), "").expect(403);
            app.send("GET", list, null, "").expect(401);
        }
        for (String key : keys.values()) {
            app.send("POST", APPROVE, key, "{\"set\": 1}").expect(403);
            app.send("POST", REPLAY, key, "{\"deviceIds\": [\"" + id(0) + "\"]}")
                    .expect(403);
        }
    }

    private String key(String role) {
        return app.post("/api/v1/keys", """
                        {"kind": "api", "name": "%s", "role": "%s", "expiresInDays": 90}""".formatted(role, role)).expect(201).text("/key");
    }

    @Test
    void whatWasGivenUpIsListedWithItsReasonAndSentAgainWhenAskedFor() {
        secured(3);
        app.intune.answerWith(Progress.FAILED);
        threats(1, 3, "OPEN");
        // Eight tries, in messages that become smaller, with pauses of up to half an hour.
        app.pass(Duration.ofHours(6));
        List<JsonNode> failed = all(FAILED, "failed", 1);
        assertThat(failed).extracting(one -> one.path("deviceId").asText()).containsExactly(id(1), id(2));
        assertThat(failed).allSatisfy(one -> {
            assertThat(one.path("from").asText()).isEqualTo("secured");
            assertThat(one.path("to").asText()).isEqualTo("highSeverity");
            assertThat(one.path("reason").asText()).contains("InvalidEntity");
            assertThat(one.path("tries").asInt()).isEqualTo(8);
        });
        int messages = app.intune.contents().size();
        app.pass(Duration.ofHours(2));
        assertThat(app.intune.contents()).as("nothing is spent on them").hasSize(messages);

        app.intune.answerWith(Progress.COMPLETED);
        String body =
                "{\"deviceIds\": [\"%s\", \"%s\", \"%s\"]}".formatted(id(1).toUpperCase(Locale.ROOT), id(0), id(9));
        assertThat(app.post(REPLAY, body).expect(202).text("/devices"))
                .as("one of them is given up")
                .isEqualTo("1");
        app.drain();
        assertThat(app.intune.history(id(1))).containsExactly("secured", "highSeverity");
        assertThat(app.intune.history(id(2))).containsExactly("secured");
        assertThat(all(FAILED, "failed", 10))
                .extracting(one -> one.path("deviceId").asText())
                .containsExactly(id(2));
        assertThat(app.get(FAILED).text("/devices")).isEqualTo("1");
    }
}

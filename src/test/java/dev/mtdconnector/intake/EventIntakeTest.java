package dev.mtdconnector.intake;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIntakeTest {

    private static final String THREAT = "a8da3393-7896-431b-875d-945993cfdbf3";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";
    private static final String TIE = deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED");
    private static final String TROJAN = threat("t1", 1, "OPEN");

    private final TestApp app = new TestApp().ready();

    private static String threat(String id, int second, String status) {
        return threatEvent(id, START.plusSeconds(second), VENDOR_GUID, THREAT, status, "TROJAN");
    }

    private String counts(String events) {
        var answer = app.feed(events).expect(200).json();
        return answer.path("applied") + " " + answer.path("unchanged") + " " + answer.path("parked") + " "
                + answer.path("ignored") + " " + answer.path("rejected").size();
    }

    private long parked() {
        return app.tables.dump().getOrDefault("intake", List.of()).stream()
                .filter(row -> row.key().startsWith("p|"))
                .count();
    }

    @Test
    void aTrojanMakesTheDeviceHighUntilItIsResolved() {
        assertThat(counts(TIE)).isEqualTo("1 0 0 0 0");
        assertThat(counts(TROJAN)).isEqualTo("1 0 0 0 0");
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/openThreats/0/level"))
                .isEqualTo("high");
        app.drain();
        assertThat(counts(threat("t2", 2, "RESOLVED"))).isEqualTo("1 0 0 0 0");
        app.drain();

        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity", "secured");
    }

    @Test
    void aThreatIsToldEvenBeforeTheFirstCheckIn() {
        app.activate(PHONE);
        app.feed(TIE.replace("\"PROTECTED\"", "\"UNKNOWN_YET\"")).expect(200);
        app.feed(TROJAN).expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity");
    }

    @Test
    void repeatedAndOvertakenEventsChangeNothing() {
        app.feed(TIE);
        app.feed(threat("t5", 5, "RESOLVED"));
        app.drain();
        assertThat(counts("[" + TIE + "," + threat("t5", 5, "RESOLVED") + "]")).isEqualTo("0 2 0 0 0");
        counts(threat("t4", 4, "OPEN"));
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        long writes = app.tables.writes("devices");
        assertThat(counts("[" + TIE + "," + threat("t4", 4, "OPEN") + "]")).isEqualTo("0 2 0 0 0");
        assertThat(app.tables.writes("devices")).isEqualTo(writes);
    }

    @Test
    void aTimeFinerThanStorageKeepsIsStillTheSameEvent() {
        app.feed(TIE);
        String fine = TROJAN.replace(START.plusSeconds(1).toString(), "2026-11-21T09:00:01.123456789+00:00");
        assertThat(counts(fine)).isEqualTo("1 0 0 0 0");
        assertThat(counts(fine)).isEqualTo("0 1 0 0 0");
    }

    @Test
    void theThreeFramingsAreTaken() {
        assertThat(counts("{\"events\": [" + TIE + "]}")).isEqualTo("1 0 0 0 0");
        assertThat(counts("[" + TROJAN + "]")).isEqualTo("1 0 0 0 0");
        assertThat(counts(threat("t2", 2, "IGNORED"))).isEqualTo("1 0 0 0 0");
        assertThat(counts("{\"events\": []}")).isEqualTo("0 0 0 0 0");
        assertThat(counts("[]")).isEqualTo("0 0 0 0 0");
    }

    @Test
    void kindsThatNothingIsKeptOfAreIgnored() {
        String audit = TROJAN.replace("\"type\": \"THREAT\", \"change_type\"", "\"type\": \"AUDIT\", \"change_type\"");
        String future = audit.replace("AUDIT", "QUANTUM_EVENT");
        String newStatus = TROJAN.replace("\"status\": \"OPEN\"", "\"status\": \"PONDERING\"");
        assertThat(counts("[" + audit + "," + future + "," + newStatus + "]")).isEqualTo("0 0 0 3 0");
    }

    @Test
    void aMalformedEventHarmsNoOtherAndIsNamed() {
        app.feed(TIE);
        String bad =
                TROJAN.replace(START.plusSeconds(1).toString(), "yesterday").replace("\"t1\"", "\"bad-one\"");
        TestApp.Answer answer =
                app.feed("{\"events\": [" + bad + ", 7, " + TROJAN + "]}").expect(200);

        assertThat(answer.text("/applied")).isEqualTo("1");
        assertThat(answer.json().at("/rejected/0/index").asInt()).isZero();
        assertThat(answer.text("/rejected/0/id")).isEqualTo("bad-one");
        assertThat(answer.text("/rejected/0/errors/0/field")).isEqualTo("events[0].created_time");
        assertThat(answer.text("/rejected/1/errors/0/field")).isEqualTo("events[1]");
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"id\": \"t1\"|\"id\": 7|id",
                "\"id\": \"t1\"|\"id\": \"\"|id",
                "\"id\": \"t1\"|\"id\": \"a b\"|id",
                "\"id\": \"t1\"|\"id\": \"\\uffff\\ud800\"|id",
                "\"id\": \"t1\",||id",
                "\"type\": \"THREAT\", \"change_type\"|\"type\": null, \"change_type\"|type",
                "2026-11-21T09:00:01Z|2026-11-21T09:00:01|created_time",
                "2026-11-21T09:00:01Z|1999-01-01T00:00:00Z|created_time",
                "2026-11-21T09:00:01Z|2026-11-23T09:00:01Z|created_time",
                "2026-11-21T09:00:01Z|+999999999-12-31T23:59:59-18:00|created_time",
                "\"guid\": \"a8da3393-7896-431b-875d-945993cfdbf3\"|\"guid\": \"x\"|threat.guid",
                "\"status\": \"OPEN\"|\"status\": true|threat.status",
                "\"severity\": \"HIGH\"|\"severity\": {}|threat.severity",
                "[\"TROJAN\"]|\"TROJAN\"|threat.classifications",
                "[\"TROJAN\"]|[\"TRO JAN\"]|threat.classifications",
                "[\"TROJAN\"]|[7]|threat.classifications",
                "\"actor\": {\"guid\": \"f1557f3b|\"actor\": {\"guid\": \"x|actor.guid"
            })
    void aFieldThatTheProductReliesOnIsChecked(String from, String to, String field) {
        assertThat(TROJAN).contains(from);
        TestApp.Answer answer =
                app.feed(TROJAN.replace(from, to == null ? "" : to)).expect(400);
        assertThat(answer.code()).isEqualTo("request.invalid");
        assertThat(answer.text("/errors/0/field")).isEqualTo("events[0]." + field);
        assertThat(app.tables.dump().getOrDefault("intake", List.of())).isEmpty();
    }

    @Test
    void fieldsThatAreNotReliedOnMayHoldAnything() {
        app.feed(TIE);
        assertThat(counts(TROJAN.replace("\"APPLICATION\"", "\"" + "x".repeat(99) + "\\ud83d\\ude00\"")
                        .replace("\"Free Torch\"", "\"\\ud800\"")))
                .isEqualTo("1 0 0 0 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"x\"", "null", "{}", "{\"events\": 7}", "{\"events\": null}", "{\"events\": []} []"})
    void aBodyThatIsNoEventsIsRefused(String body) {
        assertThat(app.feed(body).expect(400).code()).isEqualTo("request.invalid");
    }

    @Test
    void moreEventsThanARequestShouldHaveAreRefused() {
        assertThat(app.feed("[" + "1,".repeat(2000) + "1]").expect(400).text("/errors/0/field"))
                .isEqualTo("events");
        assertThat(app.feed("[" + "1,".repeat(1999) + "1]").expect(400).json().path("errors"))
                .hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void anotherEnterprisesEventsAreForbiddenAndAmongOursRejected() {
        app.feed(TIE);
        String foreign = TROJAN.replace(ENTERPRISE, LENA);
        assertThat(app.feed(foreign).expect(403).code()).isEqualTo("identity.forbidden");
        assertThat(counts("[" + foreign + "," + TROJAN + "]")).isEqualTo("1 0 0 0 1");
    }

    @Test
    void otherIdentitiesSendNoEvents() {
        String credential = app.activate(PHONE);
        assertThat(app.send("POST", "/events", credential, TIE).status()).isEqualTo(403);
        assertThat(app.send("POST", "/events", null, TIE).status()).isEqualTo(401);
        assertThat(app.send("POST", "/events", app.apiKey(), TIE).status()).isEqualTo(200);
    }

    @Test
    void anEventWaitsForTheOneThatTiesItsDevice() {
        assertThat(counts("[" + TROJAN + "," + threat("t0", 0, "OPEN") + "]")).isEqualTo("0 0 2 0 0");
        assertThat(counts(TROJAN)).as("again").isEqualTo("0 0 1 0 0");
        assertThat(parked()).isEqualTo(2);

        app.feed(TIE);
        app.drain();
        assertThat(parked()).isZero();
        assertThat(app.intune.history(PHONE)).containsExactly("highSeverity");
    }

    @Test
    void howeverManyWaitAllAreTold() {
        app.tables.withRaggedPages();
        for (int i = 0; i < 450; i += 50) {
            List<String> events = new ArrayList<>();
            for (int n = i; n < i + 50; n++) {
                events.add(threatEvent(
                        "id-" + n,
                        START,
                        VENDOR_GUID,
                        String.format("55555555-0000-4000-8000-%012d", n),
                        "OPEN",
                        "ADWARE"));
            }
            app.feed("[" + String.join(",", events) + "]").expect(200);
        }
        app.feed(TIE);
        assertThat(parked()).isZero();
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(450);
    }

    @Test
    void aLongEventInAnyLanguageCanWait() {
        String text = "\uD83D\uDE00 연결 ".repeat(10_000);
        assertThat(counts(TROJAN.replace("Free Torch", text))).isEqualTo("0 0 1 0 0");
        app.feed(TIE);
        assertThat(app.device(PHONE)).isEqualTo("high");

        assertThat(app.feed(TROJAN.replace("Free Torch", "x".repeat(100_001)))
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("events[0]");
    }

    @Test
    void anEventForADeviceThatIsNotInScopeIsNotLostWhenAnotherIsActivated() {
        app.feed(TIE);
        // The vendor's guid moves to a tablet that is not enrolled.
        app.feed(deviceEvent("move", START.plusSeconds(5), VENDOR_GUID, TABLET, "ACTIVATED"));
        app.feed(threat("t9", 9, "OPEN"));
        long waiting = parked();
        app.activate(PHONE);
        assertThat(parked()).isEqualTo(waiting).isPositive();
        assertThat(app.device(PHONE)).isNotEqualTo("high");
    }

    @Test
    void aLateEventDoesNotTieTheGuidToAnOlderDevice() {
        app.directory.withDevice(TABLET, LENA, "iOS", "18");
        app.post("/api/v1/connector/sync", "");
        app.drain();
        app.feed(deviceEvent("new", START.plusSeconds(10), VENDOR_GUID, TABLET, "ACTIVATED"));
        app.feed(deviceEvent("old", START, VENDOR_GUID, PHONE, "ACTIVATED"));
        app.feed(TROJAN);

        assertThat(app.device(TABLET)).isEqualTo("high");
        assertThat(app.device(PHONE)).isEqualTo("pending");
    }

    @Test
    void anEventFromBeforeTheActivationDoesNotUndoIt() {
        app.clock.advance(Duration.ofMinutes(10));
        app.activate(PHONE);
        app.feed(deviceEvent("gone", START, VENDOR_GUID, PHONE, "DEACTIVATED"));
        assertThat(app.device(PHONE)).isEqualTo("activated");
        app.feed(deviceEvent("gone-now", app.clock.instant(), VENDOR_GUID, PHONE, "DEACTIVATED"));
        assertThat(app.device(PHONE)).isEqualTo("deactivated");
    }

    @Test
    void aThreatOnADeactivatedDeviceIsNotToldToIntune() {
        app.feed(TIE);
        app.feed(deviceEvent("gone", START.plusSeconds(1), VENDOR_GUID, PHONE, "DEACTIVATED"));
        app.feed(threat("t5", 5, "OPEN"));
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("deactivated");
    }

    @Test
    void aThreatThatIsDeletedIsResolved() {
        app.feed(TIE);
        app.feed(TROJAN);
        app.feed(threat("t2", 2, "OPEN").replace("\"change_type\": \"UPDATED\"", "\"change_type\": \"DELETED\""));
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void webContentThatComesResolvedLeavesTheDeviceSecured() {
        app.feed(TIE);
        app.drain();
        app.feed(threatEvent("w", START.plusSeconds(3), VENDOR_GUID, LENA, "RESOLVED", "PHISHING_CONTENT"));
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
    }

    @Test
    void aThreatEventNeedsToNameADevice() {
        String noDevice = TROJAN.replace(
                "\"actor\": {\"guid\": \"" + VENDOR_GUID + "\", \"type\": \"DEVICE\"}",
                "\"actor\": {\"guid\": \"" + LENA + "\", \"type\": \"ADMIN\"}");
        assertThat(noDevice).isNotEqualTo(TROJAN);
        assertThat(counts(noDevice)).isEqualTo("0 0 1 0 0");
        assertThat(app.feed(noDevice.replace(
                                "\"target\": {\"guid\": \"" + VENDOR_GUID, "\"target\": {\"guid\": \"" + THREAT))
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("events[0].actor.guid");
    }

    /** The device is tied by another request between the look and the parking. */
    @Test
    void anEventThatIsParkedWhileItsDeviceComesIsToldAtOnce() {
        TestApp other = new TestApp().ready();
        other.feed(TROJAN);
        Table intake = other.tables.table("intake");
        IntakeTable racing = new IntakeTable(name -> new Table() {
            private boolean tied;

            @Override
            public Optional<Row> get(String partition, String key) {
                return intake.get(partition, key);
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                return intake.query(range, limit, continuation);
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                if (!tied) {
                    tied = true;
                    other.feed(TIE).expect(200);
                }
                return intake.transact(changes);
            }
        });
        var devices = new DeviceTable(other.tables, other.clock);
        var schedule = new Schedule(new JobTable(other.tables), other.queues, other.clock);
        var tenant = new TenantTable(other.tables).find(TestApp.TENANT).orElseThrow();

        EventIntake.Result result = new EventIntake(
                        racing, racing.parked(), new IntakeLogTable(other.tables), devices, schedule, other.clock)
                .accept(tenant, threatEvent("t7", START.plusSeconds(7), VENDOR_GUID, LENA, "OPEN", "WORM"));

        assertThat(result.parked()).isZero();
        assertThat(other.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(2);
    }

    @Test
    void anyOrderOfEventsEndsInTheSameState() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> events = new ArrayList<>(List.of(
                TIE,
                TROJAN,
                threat("t2", 2, "RESOLVED"),
                threat("t3", 3, "OPEN"),
                threatEvent("s1", START.plusSeconds(1), VENDOR_GUID, LENA, "OPEN", "SPAM"),
                threatEvent("s2", START.plusSeconds(4), VENDOR_GUID, LENA, "IGNORED", "SPAM")));
        for (int round = 0; round < 25; round++) {
            Collections.shuffle(events, random);
            TestApp fresh = new TestApp().ready();
            for (String event : events) {
                fresh.feed(event).expect(200);
                if (random.nextBoolean()) {
                    fresh.drain();
                }
            }
            fresh.drain();
            assertThat(fresh.device(PHONE)).as("seed %d", seed).isEqualTo("high");
            assertThat(fresh.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                    .as("seed %d", seed)
                    .hasSize(1);
            List<String> told = fresh.intune.history(PHONE);
            assertThat(told.get(told.size() - 1)).as("seed %d", seed).isEqualTo("highSeverity");
        }
    }

    @Test
    void theAnswerNamesNoMoreThanWasSent() {
        Instant future = START.plus(Duration.ofDays(2));
        String body = app.feed(TROJAN.replace(START.plusSeconds(1).toString(), future.toString()))
                .expect(400)
                .http()
                .body();
        assertThat(body).doesNotContain(future.toString()).doesNotContain(PHONE);
    }
}

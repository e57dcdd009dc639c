package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublishTest {

    private final TestApp app = new TestApp().ready();

    private static String trojan(String id, int second, String status) {
        return threatEvent(id, START.plusSeconds(second), VENDOR_GUID, LENA, status, "TROJAN");
    }

    private void tie() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
    }

    private void switches(boolean deviceStatus, boolean threatStatus) {
        app.put(
                        "/api/v1/connector/state-sync",
                        "{\"deviceStatus\": " + deviceStatus + ", \"threatStatus\": " + threatStatus + "}")
                .expect(200);
        app.drain();
    }

    @Test
    void whatChangesBackBeforeItIsToldIsNotTold() {
        tie();
        app.drain();
        app.feed(trojan("t1", 1, "OPEN"));
        app.feed(trojan("t2", 2, "RESOLVED"));
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/intune/outstanding"))
                .isEqualTo("false");
    }

    @Test
    void aChangeDuringAMessageIsToldAfterIt() {
        app.intune.answerWith(Progress.IN_PROGRESS);
        tie();
        app.drain();
        app.feed(trojan("t1", 1, "OPEN"));
        app.drain();
        app.pass(Duration.ofMinutes(1));
        assertThat(app.intune.contents()).hasSize(1);
        assertThat(app.intune.history(PHONE)).isEmpty();
        TestApp.Answer device = app.get("/api/v1/devices/" + PHONE);
        assertThat(device.text("/intune/outstanding")).isEqualTo("true");
        assertThat(device.json().at("/intune/published").isNull()).isTrue();

        app.intune.answerWith(Progress.COMPLETED);
        app.intune.finishAll(Progress.COMPLETED);
        app.pass(Duration.ofMinutes(1));
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
    }

    @Test
    void aMessageThatIntuneFailedIsMadeAnew() {
        app.intune.answerWith(Progress.FAILED);
        tie();
        app.drain();
        assertThat(app.get("/api/v1/errors").text("/errors/0/code")).isEqualTo("intune.refused");
        assertThat(app.get("/api/v1/errors").http().body()).doesNotContain("InvalidEntity");

        app.intune.answerWith(Progress.COMPLETED);
        app.pass(Duration.ofMinutes(2));
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        assertThat(app.intune.contents()).hasSize(2);
        assertThat(app.get("/api/v1/errors").json().at("/errors/0/recoveredAt").isNull())
                .isFalse();
    }

    @Test
    void aMessageThatIntuneLostIsSentAgainUnderItsId() {
        app.intune.answerWith(Progress.IN_PROGRESS);
        tie();
        app.drain();
        app.intune.loseStatuses();
        app.pass(Duration.ofSeconds(20));
        app.intune.finishAll(Progress.COMPLETED);
        app.pass(Duration.ofMinutes(3));
        assertThat(app.intune.contents()).hasSize(1);
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
    }

    @Test
    void anIntuneThatIsDownIsToldWhenItIsBack() {
        app.intune.failWith(
                new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down"));
        tie();
        app.pass(Duration.ofMinutes(30));
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(6));
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
        assertThat(app.intune.contents()).hasSize(1);
    }

    @Test
    void aClockThatGoesBackDoesNotMakeANewerStateLookOld() {
        tie();
        app.drain();
        Instant first = Objects.requireNonNull(app.intune.held(PHONE)).lastUpdateTime();
        app.clock.advance(Duration.ofHours(-2));
        app.feed(trojan("t1", 1, "OPEN"));
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "highSeverity");
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).lastUpdateTime())
                .isEqualTo(first.plusMillis(1));
    }

    @Test
    void beforeTheFirstHeartbeatEverythingWaits() {
        TestApp waiting = new TestApp();
        waiting.onboard();
        waiting.consent(Registration.BASE);
        waiting.post("/api/v1/connector", "{\"heartbeatMinutes\": 10}");
        waiting.put("/api/v1/connector/enrollment", "{\"groups\": [\"Mobile Threat Defense Users\"]}");
        waiting.drain();
        waiting.activate(PHONE);
        waiting.pass(Duration.ofMinutes(11));
        assertThat(waiting.intune.contents()).isEmpty();

        waiting.consent(Registration.PARTNER);
        waiting.drain();
        assertThat(waiting.intune.history(PHONE)).containsExactly("activated");
    }

    @Test
    void manyDevicesGoInMessagesOfAtMostABatch() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String id = String.format("44444444-0000-4000-8000-%012d", i);
            ids.add(id);
            app.directory.withDevice(id, LENA, "Android", "15");
        }
        app.post("/api/v1/connector/sync", "");
        app.drain();
        List<String> events = new ArrayList<>();
        for (String id : ids) {
            events.add(deviceEvent("e-" + id, START, id.replace("44444444", "77777777"), id, "ACTIVATED"));
        }
        app.feed("[" + String.join(",", events) + "]").expect(200);
        app.drain();

        assertThat(ids).allSatisfy(id -> assertThat(app.intune.history(id)).containsExactly("secured"));
        assertThat(app.intune.contents())
                .hasSize(9)
                .allSatisfy(content -> assertThat(content.lines().count()).isLessThanOrEqualTo(PublishJob.BATCH));
    }

    @Test
    void aSwitchThatIsTurnedTellsWhatItChangesAndNothingElse() {
        tie();
        app.drain();
        switches(true, false);
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "activated");
        app.feed(trojan("t1", 1, "OPEN"));
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "activated");
        switches(false, true);
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "activated", "highSeverity");
        switches(false, false);
        app.feed(trojan("t2", 2, "RESOLVED"));
        app.drain();
        assertThat(app.intune.history(PHONE)).hasSize(3);
        switches(true, true);
        assertThat(app.intune.history(PHONE)).containsExactly("secured", "activated", "highSeverity", "secured");
    }

    @Test
    void aSwitchThatIsTurnedWhileTheProcessEndsIsStillActedUpon() {
        for (boolean after : new boolean[] {false, true}) {
            for (int call = 1; call < 60; call++) {
                TestApp crashing = new TestApp().ready();
                crashing.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED"));
                crashing.drain();
                crashing.faults.dieAt(call, after);
                boolean died = false;
                try {
                    crashing.put("/api/v1/connector/state-sync", "{\"deviceStatus\": true, \"threatStatus\": false}");
                    crashing.drain();
                } catch (Faults.Death e) {
                    died = true;
                    crashing.restart();
                }
                crashing.faults.never();
                // Nobody repeats the request: what was stored is acted upon, or nothing was.
                crashing.pass(Duration.ofMinutes(6));
                boolean stored = crashing.get("/api/v1/connector")
                        .text("/stateSync/threatStatus")
                        .equals("false");
                assertThat(crashing.intune.history(PHONE))
                        .as("call %d, %s", call, after)
                        .isEqualTo(stored ? List.of("secured", "activated") : List.of("secured"));
                if (!died) {
                    break;
                }
            }
        }
    }

    @Test
    void anEventThatIsStoredIsToldEvenIfTheProcessEndsAndTheFeedDoesNotRepeatIt() {
        for (boolean after : new boolean[] {false, true}) {
            boolean died = true;
            for (int call = 1; died; call++) {
                TestApp crashing = new TestApp().ready();
                crashing.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED"));
                crashing.drain();
                crashing.faults.dieAt(call, after);
                died = false;
                try {
                    crashing.feed(trojan("t1", 1, "OPEN"));
                    crashing.drain();
                } catch (Faults.Death e) {
                    died = true;
                    crashing.restart();
                }
                crashing.faults.never();
                crashing.pass(Duration.ofMinutes(8));
                boolean stored = crashing.device(PHONE).equals("high");
                assertThat(crashing.intune.history(PHONE))
                        .as("call %d, %s", call, after)
                        .isEqualTo(stored ? List.of("secured", "highSeverity") : List.of("secured"));
            }
        }
    }

    @Test
    void whateverHappensInWhateverOrderIntuneEndsWithTheDevicesState() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            TestApp fresh = new TestApp().ready();
            String credential = fresh.activate(PHONE);
            fresh.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED"));
            for (int step = 0; step < 25; step++) {
                switch (random.nextInt(9)) {
                    case 0 -> fresh.checkIn(credential);
                    case 1 -> fresh.feed(trojan("a" + step, random.nextInt(60), "OPEN"));
                    case 2 -> fresh.feed(trojan("b" + step, random.nextInt(60), "RESOLVED"));
                    case 3 -> fresh.intune.answerWith(List.of(Progress.values()).get(random.nextInt(3)));
                    case 4 -> fresh.intune.finishAll(random.nextBoolean() ? Progress.COMPLETED : Progress.FAILED);
                    case 5 -> fresh.clock.advance(Duration.ofSeconds(random.nextInt(100) - 20));
                    case 6 -> fresh.pass(Duration.ofSeconds(30));
                    case 7 ->
                        fresh.put(
                                "/api/v1/connector/state-sync",
                                "{\"deviceStatus\": true, \"threatStatus\": " + random.nextBoolean() + "}");
                    default -> fresh.restart();
                }
            }
            fresh.intune.answerWith(Progress.COMPLETED);
            fresh.intune.finishAll(Progress.COMPLETED);
            fresh.put("/api/v1/connector/state-sync", "{\"deviceStatus\": true, \"threatStatus\": true}")
                    .expect(200);
            fresh.pass(Duration.ofMinutes(15));

            String state = fresh.device(PHONE);
            String expected = state.equals("high") ? "highSeverity" : state;
            assertThat(Objects.requireNonNull(fresh.intune.held(PHONE)).state())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(fresh.get("/api/v1/devices/" + PHONE).text("/intune/outstanding"))
                    .as("seed %d", seed)
                    .isEqualTo("false");
        }
    }
}

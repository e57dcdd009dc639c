package dev.mtdconnector.connector;

import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beats stay away: who notices, when, and that it is said once. */
class SilenceTest {

    private TestApp app = new TestApp().ready();

    /** The last of the beats that come of the connector's creation: a minute of safety makes two of them. */
    private Instant begin() {
        app.pass(Duration.ofMinutes(2));
        return app.intune.beats().get(app.intune.beats().size() - 1);
    }

    private static UpstreamException down() {
        return new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down");
    }

    private JsonNode heartbeat() {
        return app.get("/api/v1/connector").expect(200).json().path("heartbeat");
    }

    /** Records of the connection, as {@code code times open|over}. */
    private List<String> records() {
        List<String> records = new ArrayList<>();
        app.get("/api/v1/errors").expect(200).json().path("errors").forEach(one -> {
            if (one.path("job").asText().startsWith("connection")) {
                records.add(one.path("code").asText() + " " + one.path("count").asText() + " "
                        + (one.path("recoveredAt").isNull() ? "open" : "over"));
            }
        });
        return records;
    }

    /** As time passes in an app whose heartbeat function is broken. */
    private void passWithoutBeats(Duration time) {
        Instant end = app.clock.instant().plus(time);
        while (app.clock.instant().isBefore(end)) {
            app.clock.advance(Duration.ofSeconds(10));
            if (app.clock.instant().getEpochSecond() % 60 < 10) {
                app.app().tick();
            }
            for (JobKind kind : JobKind.values()) {
                Optional<QueueReader.Received> message = kind == JobKind.HEARTBEAT
                        ? Optional.empty()
                        : app.queues.receive(kind.queue(), Duration.ofSeconds(30));
                message.ifPresent(one -> {
                    app.app().run(kind, one.text());
                    app.queues.delete(one);
                });
            }
        }
    }

    @Test
    void aHealthyConnectionSaysWhenItBeatLastAndNext() {
        Instant last = begin();
        JsonNode heartbeat = heartbeat();
        assertThat(heartbeat.path("state").asText()).isEqualTo("healthy");
        assertThat(heartbeat.path("lastSuccessAt").asText()).isEqualTo(last.toString());
        assertThat(heartbeat.path("nextDueAt").asText())
                .isEqualTo(last.plusSeconds(600).toString());
        assertThat(heartbeat.path("error").isNull()).isTrue();
        assertThat(heartbeat.path("since").isNull()).isTrue();
        assertThat(heartbeat.path("lastError").isNull()).isTrue();
        assertThat(heartbeat.path("alarm").isNull()).isTrue();
    }

    @Test
    void anUpstreamThatIsDownIsFailingAtOnceAlarmingInHalfAnHourAndOverWithTheNextBeat() {
        Instant last = begin();
        app.intune.failWith(down());
        app.pass(Duration.ofMinutes(10));
        JsonNode failing = heartbeat();
        assertThat(failing.path("state").asText()).isEqualTo("failing");
        assertThat(Duration.between(last, Instant.parse(failing.path("since").asText())))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
        assertThat(failing.at("/lastError/code").asText()).isEqualTo("intune.unavailable");
        assertThat(failing.at("/lastError/remedy").asText()).isNotEmpty();
        assertThat(failing.path("alarm").isNull()).isTrue();
        String since = failing.path("since").asText();

        app.pass(Duration.ofMinutes(18));
        assertThat(records()).isEmpty();
        app.pass(Duration.ofMinutes(2));
        assertThat(records()).containsExactly("heartbeat.silent 1 open");
        assertThat(heartbeat().path("since").asText()).isEqualTo(since);
        assertThat(heartbeat().at("/alarm/code").asText()).isEqualTo("heartbeat.silent");

        app.pass(Duration.ofHours(3));
        assertThat(records()).as("said once").containsExactly("heartbeat.silent 1 open");
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(11));
        assertThat(records()).containsExactly("heartbeat.silent 1 over");
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(heartbeat().path("error").isNull()).isTrue();
        assertThat(heartbeat().at("/lastError/code").asText())
                .as("the last one, though it is over")
                .isEqualTo("intune.unavailable");
        assertThat(heartbeat().at("/lastError/recoveredAt").isNull()).isFalse();
    }

    @Test
    void aBeatThatNeverRunsIsNoticedWithoutIt() {
        Instant last = begin();
        passWithoutBeats(Duration.ofMinutes(20));
        assertThat(heartbeat().path("state").asText()).isEqualTo("late");
        assertThat(heartbeat().path("since").asText()).isEqualTo(last.toString());
        assertThat(records()).isEmpty();
        passWithoutBeats(Duration.ofMinutes(11));
        assertThat(records()).containsExactly("heartbeat.silent 1 open");
        app.pass(Duration.ofMinutes(5));
        assertThat(records()).containsExactly("heartbeat.silent 1 over");
    }

    @Test
    void aThirdOfTheTimeThatIntuneWaitsEscalates() {
        Instant last = begin();
        app.intune.failWith(down());
        Instant then = last.plus(Duration.ofDays(7).dividedBy(3)).minusSeconds(60);
        app.clock.advance(Duration.between(app.clock.instant(), then));
        app.app().tick();
        app.drain();
        assertThat(records()).containsExactly("heartbeat.silent 1 open");
        app.pass(Duration.ofMinutes(2));
        assertThat(records()).containsExactly("heartbeat.escalated 1 open", "heartbeat.silent 1 open");
        assertThat(heartbeat().at("/alarm/code").asText()).isEqualTo("heartbeat.escalated");
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(11));
        assertThat(records()).containsExactly("heartbeat.escalated 1 over", "heartbeat.silent 1 over");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilenceThatNobodyCouldNoticeIsRecordedAfterwardsWhoeverComesFirst(boolean isBeatFirst) {
        app.clock.advance(Duration.ofHours(3));
        List<JobKind> order = isBeatFirst
                ? List.of(JobKind.HEARTBEAT, JobKind.CONNECTION_CHECK)
                : List.of(JobKind.CONNECTION_CHECK, JobKind.HEARTBEAT);
        order.forEach(kind -> app.app().run(kind, TENANT));
        assertThat(records()).containsExactly("heartbeat.silent 1 over");
        assertThat(app.intune.beats()).as("one beat for all that were missed").hasSize(2);
        app.pass(Duration.ofMinutes(60));
        assertThat(records()).containsExactly("heartbeat.silent 1 over");
    }

    @Test
    void aConsentThatIsTakenAwayIsWaitedForWithoutAnAlarmAndSoIsItsReturn() {
        app.entra.revoke(Registration.PARTNER);
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.LOGIN, UpstreamException.Kind.CONSENT_MISSING, "no principal"));
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("state").asText()).isEqualTo("waiting-for-consent");
        assertThat(heartbeat().at("/lastError/code").asText()).isEqualTo("intune.consent-missing");
        app.pass(Duration.ofHours(9).plusMinutes(37));
        assertThat(records()).isEmpty();

        app.intune.failWith(null);
        app.consent(Registration.PARTNER).expect(200);
        app.app().run(JobKind.CONNECTION_CHECK, TENANT);
        app.pass(Duration.ofMinutes(5));
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(records()).isEmpty();
    }

    @Test
    void aSuspendedTenantRaisesNoAlarmAndIsNotBlamedForTheTimeWhenItComesBack() {
        app.operator("POST", "/" + TENANT + "/suspend", "{\"reason\": \"unpaid\"}")
                .expect(200);
        app.pass(Duration.ofHours(5));
        app.operator("POST", "/" + TENANT + "/resume", "").expect(200);
        app.app().run(JobKind.CONNECTION_CHECK, TENANT);
        app.pass(Duration.ofMinutes(2));
        assertThat(records()).isEmpty();
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(app.intune.beats()).hasSizeBetween(2, 3);
    }

    @Test
    void aShorterIntervalBringsTheAlarmForward() {
        begin();
        app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": 60}").expect(200);
        app.pass(Duration.ofMinutes(59));
        app.intune.failWith(down());
        app.put("/api/v1/connector/settings", "{\"heartbeatMinutes\": 1}").expect(200);
        app.pass(Duration.ofMinutes(29));
        assertThat(records()).as("it counts from the change").isEmpty();
        app.pass(Duration.ofMinutes(2));
        assertThat(records()).containsExactly("heartbeat.silent 1 open");
    }

    @Test
    void whileAllIsWellTheCheckRunsAboutTwiceAnHourAndWritesNothing() {
        app.pass(Duration.ofHours(1));
        long writes = app.tables.writes("connectors");
        int beats = app.intune.beats().size();
        app.pass(Duration.ofHours(1));
        assertThat(app.tables.writes("connectors") - writes)
                .as("a row a beat, and none a check")
                .isEqualTo(app.intune.beats().size() - beats);
        assertThat(app.tables.dump().get("connectors"))
                .noneMatch(row -> row.key().equals("check"));
    }

    @Test
    void aConnectorOfARowFromBeforeTheCheckIsCheckedFromItsNextBeatOn() {
        app.pass(Duration.ofMinutes(1));
        forgetTheCheck();
        app.pass(Duration.ofMinutes(10));
        app.intune.failWith(down());
        app.pass(Duration.ofMinutes(42));
        assertThat(records()).containsExactly("heartbeat.silent 1 open");
    }

    private void forgetTheCheck() {
        var jobs = new dev.mtdconnector.storage.JobTable(app.tables);
        assertThat(jobs.remove(jobs.find(TENANT, JobKind.CONNECTION_CHECK).orElseThrow()))
                .isTrue();
        var connectors = new dev.mtdconnector.storage.ConnectorTable(app.tables);
        ConnectorStore.Beats beats = connectors.beats(TENANT);
        connectors.saveBeats(
                TENANT, new ConnectorStore.Beats(beats.provisionedAt(), beats.lastBeatAt(), beats.resyncRequestedAt()));
    }

    @Test
    void anEndOfTheProcessAtAnyCallLeavesTheRecordOpenedAndClosedAll() {
        int died = 0;
        for (boolean isAfterEffect : new boolean[] {false, true}) {
            for (int call = 1; call <= 60; call++) {
                app = new TestApp().ready();
                app.clock.advance(Duration.ofHours(1));
                app.faults.dieAt(call, isAfterEffect);
                try {
                    app.app().run(JobKind.CONNECTION_CHECK, TENANT);
                    app.app().run(JobKind.HEARTBEAT, TENANT);
                } catch (Faults.Death e) {
                    died++;
                    app.restart();
                }
                app.faults.never();
                app.pass(Duration.ofMinutes(5));
                assertThat(records())
                        .as("call %s, %s", call, isAfterEffect)
                        .singleElement()
                        .satisfies(one -> assertThat(one).matches("heartbeat.silent [12] over"));
                assertThat(heartbeat().path("state").asText())
                        .as("call %s, %s", call, isAfterEffect)
                        .isEqualTo("healthy");
            }
        }
        assertThat(died).isGreaterThan(30);
    }
}

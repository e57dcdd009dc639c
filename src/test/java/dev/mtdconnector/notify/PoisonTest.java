package dev.mtdconnector.notify;

import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoisonTest {

    private static final String ALL = "/api/v1/operator/poison";
    private static final String HEARTBEAT = ALL + "/heartbeat~" + TENANT;

    private final TestApp app = new TestApp().ready();

    private TestApp.Answer operator(String method, String address) {
        return app.send(method, address, OPERATOR_KEY, "");
    }

    /** The heartbeat meets a defect, and its queue gives the message up. */
    private void giveUpHeartbeat() {
        app.clock.advance(Duration.ofMinutes(11));
        // Late enough for the run to hold its lease.
        app.faults.pauseAt(8, () -> {
            throw new IllegalStateException("secret words");
        });
        assertThatThrownBy(() -> app.app().run(JobKind.HEARTBEAT, TENANT)).isInstanceOf(IllegalStateException.class);
        app.faults.never();
        app.app().poisoned(JobKind.HEARTBEAT, TENANT);
    }

    private int beats() {
        return app.intune.beats().size();
    }

    private int listed() {
        return operator("GET", ALL).expect(200).json().at("/poison").size();
    }

    @Test
    void aGivenUpMessageIsListedWithItsCauseAndShownToTheTenantWithoutIt() {
        giveUpHeartbeat();
        TestApp.Answer list = operator("GET", ALL).expect(200);
        assertThat(list.text("/poison/0/id")).isEqualTo("heartbeat~" + TENANT);
        assertThat(list.text("/poison/0/job")).isEqualTo("heartbeat");
        assertThat(list.text("/poison/0/tenantId")).isEqualTo(TENANT);
        assertThat(list.text("/poison/0/cause")).startsWith("IllegalStateException at ");
        assertThat(list.text("/poison/0/correlationId")).hasSize(32);
        assertThat(list.json().at("/poison/0/count").asInt()).isEqualTo(1);
        assertThat(list.http().body()).doesNotContain("secret words");

        TestApp.Answer errors = app.get("/api/v1/errors?state=open");
        assertThat(errors.text("/errors/0/code")).isEqualTo("job.poisoned");
        assertThat(errors.http().body()).doesNotContain("IllegalStateException", "secret words");
        app.get(ALL).expect(403);
    }

    @Test
    void twoReplaysRunTheJobOnceAndItsSuccessClosesEverything() {
        giveUpHeartbeat();
        int before = beats();
        String at = operator("POST", HEARTBEAT + "/replay").expect(200).text("/replayedAt");
        app.clock.advance(Duration.ofSeconds(1));
        assertThat(operator("POST", HEARTBEAT + "/replay").expect(200).text("/replayedAt"))
                .isEqualTo(at);
        app.drain();

        assertThat(beats()).isEqualTo(before + 1);
        assertThat(listed()).isZero();
        assertThat(app.get("/api/v1/errors?state=open")
                        .json()
                        .at("/counts/open")
                        .asInt())
                .isZero();
        operator("POST", HEARTBEAT + "/replay").expect(404);
        assertThat(app.send("GET", "/api/v1/operator/audit", OPERATOR_KEY, "")
                        .http()
                        .body())
                .contains("poison.replay", "heartbeat~" + TENANT);
    }

    @Test
    void whatIsGivenUpAgainCanBeReplayedAgain() {
        giveUpHeartbeat();
        operator("POST", HEARTBEAT + "/replay").expect(200);
        app.app().poisoned(JobKind.HEARTBEAT, TENANT);
        TestApp.Answer list = operator("GET", ALL);
        assertThat(list.json().at("/poison/0/count").asInt()).isEqualTo(2);
        assertThat(list.json().at("/poison/0/replayedAt").isNull()).isTrue();
    }

    @Test
    void aDiscardedMessageIsGoneAndTheJobRunsAtItsNextTime() {
        giveUpHeartbeat();
        int before = beats();
        operator("POST", HEARTBEAT + "/discard").expect(200);
        assertThat(listed()).isZero();
        assertThat(app.get("/api/v1/errors?state=open")
                        .json()
                        .at("/counts/open")
                        .asInt())
                .isZero();
        assertThat(new JobTable(app.tables)
                        .find(TENANT, JobKind.HEARTBEAT)
                        .orElseThrow()
                        .dueAt())
                .isEqualTo(app.clock.instant().plus(Duration.ofMinutes(10)));
        app.pass(Duration.ofMinutes(12));
        assertThat(beats()).isEqualTo(before + 1);
        operator("POST", HEARTBEAT + "/discard").expect(404);
    }

    @Test
    void aFailureOfWhichTheNextDeliveryRecoversIsNotListed() {
        app.clock.advance(Duration.ofMinutes(11));
        app.faults.pauseAt(8, () -> {
            throw new IllegalStateException("secret words");
        });
        assertThatThrownBy(() -> app.app().run(JobKind.HEARTBEAT, TENANT)).isInstanceOf(IllegalStateException.class);
        app.faults.never();
        app.app().run(JobKind.HEARTBEAT, TENANT);
        assertThat(listed()).isZero();
        assertThat(app.get("/api/v1/errors").json().at("/errors").size()).isZero();
        operator("POST", HEARTBEAT + "/replay").expect(404);
    }

    @Test
    void aPulseThatWasGivenUpIsListedAndSentAgain() {
        app.app().pulseLost("7");
        String pulse = ALL + "/pulse~" + Poisons.NO_TENANT;
        assertThat(operator("GET", ALL).json().at("/poison/0/tenantId").isNull())
                .isTrue();
        operator("POST", pulse + "/replay").expect(200);
        operator("POST", pulse + "/replay").expect(200);
        assertThat(app.queues.receive("pulse", Duration.ofSeconds(30)))
                .hasValueSatisfying(message -> assertThat(message.text()).isEqualTo("7"));
        assertThat(app.queues.receive("pulse", Duration.ofSeconds(30))).isEmpty();
        operator("POST", pulse + "/discard").expect(200);
        assertThat(listed()).isZero();
    }

    @Test
    void pagesAndBadInput() {
        giveUpHeartbeat();
        app.app().pulseLost("7");
        TestApp.Answer first = operator("GET", ALL + "?limit=1").expect(200);
        assertThat(first.json().at("/poison").size()).isEqualTo(1);
        TestApp.Answer second = operator("GET", ALL + "?limit=1&cursor=" + first.text("/next"));
        assertThat(second.json().at("/poison").size()).isEqualTo(1);
        assertThat(second.json().at("/next").isNull()).isTrue();
        assertThat(second.text("/poison/0/id")).isNotEqualTo(first.text("/poison/0/id"));
        operator("GET", ALL + "?limit=0").expect(400);
        operator("GET", ALL + "?cursor=x").expect(400);
        operator("POST", ALL + "/x/replay").expect(404);
        operator("POST", ALL + "/x/discard").expect(404);
    }
}

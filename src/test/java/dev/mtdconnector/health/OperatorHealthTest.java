package dev.mtdconnector.health;

import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the operator's health says, over the whole product in memory. */
class OperatorHealthTest {

    private final TestApp app = new TestApp();

    private Answer health() {
        return app.send("GET", "/api/v1/operator/health", OPERATOR_KEY, "");
    }

    /** Lets time go by with both drivers. */
    private void live(Duration time) {
        for (long minute = 0; minute < time.toMinutes(); minute++) {
            app.pass(Duration.ofMinutes(1));
            pulse();
        }
    }

    private void pulse() {
        app.queues.receive(Drivers.QUEUE, Duration.ofSeconds(30)).ifPresent(message -> {
            app.app().pulse(message.text());
            app.queues.delete(message);
        });
    }

    @Test
    void aDeploymentThatRunsIsUpAndSaysHowItIs() {
        app.ready();
        live(Duration.ofMinutes(15));

        JsonNode body = health().expect(200).json();

        assertThat(body.at("/status").asText()).isEqualTo("up");
        assertThat(body.at("/stale")).isEmpty();
        assertThat(body.at("/version").asText()).isNotEmpty();
        assertThat(body.at("/drivers/timer/isStale").asBoolean()).isFalse();
        assertThat(body.at("/drivers/pulse/isStale").asBoolean()).isFalse();
        assertThat(body.at("/drivers/timer/staleSince").isNull()).isTrue();
        assertThat(body.at("/drivers/health/lastAt").isNull()).isTrue();
        assertThat(body.at("/beats/healthy").asInt()).isEqualTo(1);
        assertThat(body.at("/beats/late").asInt()).isZero();
        assertThat(body.at("/tenants/count").asInt()).isEqualTo(1);
        assertThat(body.at("/tenants/isWhole").asBoolean()).isTrue();
        assertThat(body.at("/tenants/failing").asInt()).isZero();
        assertThat(body.at("/poison/count").asInt()).isZero();
        assertThat(body.at("/queues/heartbeat").asInt()).isZero();
        assertThat(body.at("/queues/pulse").asInt()).isEqualTo(1);
        assertThat(body.at("/graph/latencyMillis").asInt()).isEqualTo(40);
        assertThat(body.at("/storage/latencyMillis").isNumber()).isTrue();
    }

    @Test
    void aDeadTimerIs503WithTheSameBodyFromThreeMinutesOn() {
        app.ready();
        live(Duration.ofMinutes(15));
        var lastTimer = health().json().at("/drivers/timer/lastAt").asText();

        for (int minute = 0; minute < 4; minute++) {
            app.clock.advance(Duration.ofMinutes(1));
            pulse();
            app.drain();
        }

        JsonNode body = health().expect(503).json();
        assertThat(body.at("/status").asText()).isEqualTo("stale");
        assertThat(body.at("/stale/0").asText()).isEqualTo("drivers");
        assertThat(body.at("/drivers/timer/lastAt").asText()).isEqualTo(lastTimer);
        assertThat(body.at("/drivers/timer/isStale").asBoolean()).isTrue();
        assertThat(body.at("/drivers/timer/staleSince").asText())
                .isEqualTo(Instant.parse(lastTimer).plus(Drivers.PATIENCE).toString());
        assertThat(body.at("/drivers/pulse/isStale").asBoolean()).isFalse();
    }

    @Test
    void beatsThatDoNotRunAre503AndTheOldestDueJobIsNamed() {
        app.ready();
        live(Duration.ofMinutes(15));

        // Messages are sent, and nobody takes them: the drivers live, the workers do not.
        for (int minute = 0; minute < 25; minute++) {
            app.clock.advance(Duration.ofMinutes(1));
            app.app().tick();
            pulse();
        }

        JsonNode body = health().expect(503).json();
        assertThat(body.at("/stale")).hasSize(1);
        assertThat(body.at("/stale/0").asText()).isEqualTo("beats");
        assertThat(body.at("/beats/late").asInt()).isEqualTo(1);
        assertThat(body.at("/oldestDueJob/tenantId").asText()).isEqualTo(TENANT);
        assertThat(body.at("/oldestDueJob/lateSeconds").asLong()).isGreaterThan(20 * 60);
        assertThat(body.at("/queues/heartbeat").asInt()).isPositive();
    }

    @Test
    void aTenantsOwnTroubleIsCountedByCodeAndIsNo503() {
        app.ready();
        live(Duration.ofMinutes(15));
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "Intune is down"));
        live(Duration.ofMinutes(60));

        JsonNode body = health().expect(200).json();

        assertThat(body.at("/tenants/failing").asInt()).isEqualTo(1);
        assertThat(body.at("/tenants/byCode/intune.unavailable").asInt()).isEqualTo(1);
        assertThat(body.at("/tenants/named/0/tenantId").asText()).isEqualTo(TENANT);
        assertThat(body.at("/beats/failing").asInt()).isEqualTo(1);
        assertThat(body.at("/beats/alarms").asInt()).isEqualTo(1);
    }

    @Test
    void messagesThatWereGivenUpAreCounted() {
        app.ready();
        live(Duration.ofMinutes(5));
        app.app().poisoned(JobKind.HEARTBEAT, TENANT);

        JsonNode body = health().json();

        assertThat(body.at("/poison/count").asInt()).isEqualTo(1);
        assertThat(body.at("/poison/byQueue/heartbeat").asInt()).isEqualTo(1);
    }

    @Test
    void whoAsksTwiceWithinSomeSecondsCostsOneLook() {
        app.ready();
        live(Duration.ofMinutes(5));
        String first = health().http().body();

        app.faults.dieAt(Integer.MAX_VALUE, false);
        assertThat(health().http().body()).isEqualTo(first);
        assertThat(app.faults.calls()).isZero();
        app.clock.advance(DeploymentHealth.FRESH);
        health();
        assertThat(app.faults.calls()).isBetween(10, 60);
    }

    @Test
    void theAnonymousHealthSaysNothingButUp() {
        app.ready();

        Answer answer = app.send("GET", "/health", null, "").expect(200);

        assertThat(answer.http().body()).isEqualTo("{\"status\":\"up\"}");
    }
}

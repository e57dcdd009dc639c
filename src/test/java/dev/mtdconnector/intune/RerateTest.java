package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.schedule.JobContext.LeaseLostException;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.CountingTables;
import dev.mtdconnector.threat.Rerating;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A change of the policy, from the request to what Intune holds. */
class RerateTest {

    private final Rerated world = new Rerated();

    private Rerating rerating() {
        return world.policies.rerating(TENANT).orElseThrow();
    }

    @Test
    void aChangeCostsWhatItConcernsAndTellsExactlyThat() {
        world.enroll(1, 100_000);
        for (int number = 1; number <= 5000; number++) {
            if (number % 5 == 0) {
                world.infect(number, "ADWARE", "PORT_SCAN");
            } else {
                world.infect(number, number % 2 == 0 ? new String[] {"ADWARE", "TROJAN"} : new String[] {"SPAM"});
            }
        }
        world.settled();

        long rows = world.app.tables.writes("devices");
        world.change("ADWARE", "low");
        world.app.drain();
        assertThat(world.policies.of(TENANT).version()).isZero();
        assertThat(world.app.tables.writes("policies")).isZero();
        assertThat(world.app.tables.writes("devices")).isEqualTo(rows);

        String change = "{\"expectedVersion\": 0, \"levels\": {\"ADWARE\": \"high\", \"WORM\": \"none\"}}";
        var preview = world.app.post("/api/v1/policy/preview", change).expect(200);
        assertThat(preview.json().at("/examined").asInt()).isEqualTo(5000);
        assertThat(preview.json().at("/changed").asInt()).isEqualTo(1000);
        assertThat(preview.json().at("/devices/low/high").asInt()).isEqualTo(1000);

        world.app.put("/api/v1/policy", change).expect(200);
        CountingTables tables = new CountingTables(world.app.tables);
        assertThat(world.rerate(tables, () -> {})).isEqualTo(Outcome.finished());
        assertThat(world.marked()).isEqualTo(1000);
        // The 5,000 that are exposed; of each that changes, its own row and its two threats'; policy, progress,
        // connector.
        assertThat(tables.read()).isBetween(5000 + 3000L, 5000 + 3000L + 30);
        assertThat(tables.written()).isBetween(1000L, 1000L + 5000 / RerateJob.PAGE + 1);
        assertThat(tables.requests()).isLessThan(3 * 1000 + 100);
        assertThat(rerating().examined()).isEqualTo(5000);
        assertThat(rerating().changed()).isEqualTo(1000);

        world.app.drain();
        assertThat(world.statesSent()).isEqualTo(1000);
        assertThat(world.history(5)).containsExactly("highSeverity");
        assertThat(world.marked()).isZero();
        assertThat(world.rerate(tables, () -> {})).isEqualTo(Outcome.finished());
        assertThat(tables.written()).isZero();
        assertThat(tables.read()).isEqualTo(2);
    }

    @Test
    void onlyTheOpenThreatsThatDecideCount() {
        world.infected(1, 1, "ADWARE");
        world.enroll(2, 4);
        world.infect(2, "ADWARE", "TROJAN");
        world.infect(3, "SPAM");
        world.infect(4);
        world.settled();
        world.change("ADWARE", "medium");
        world.app.drain();
        assertThat(world.history(1)).containsExactly("mediumSeverity");
        assertThat(world.statesSent()).isEqualTo(1);
        world.change("TROJAN", "none");
        world.app.drain();
        assertThat(world.history(2)).containsExactly("mediumSeverity");
        assertThat(world.statesSent()).isEqualTo(2);
        assertThat(rerating().version()).isEqualTo(2);
        assertThat(rerating().examined()).isEqualTo(3);
        assertThat(rerating().changed()).isEqualTo(1);
        assertThat(rerating().isFinished()).isTrue();
    }

    @Test
    void aDeviceOfWhoseThreatsIntuneIsNotToldIsNotMarked() {
        world.infected(1, 3, "ADWARE");
        world.devices.change(TENANT, Rerated.id(1), Device::deactivated);
        world.devices.change(TENANT, Rerated.id(2), device -> device.departed(START, false));
        world.publish();
        world.app.drain();
        world.change("ADWARE", "high");
        world.app.drain();
        assertThat(world.history(1)).containsExactly("deactivated");
        assertThat(world.history(2)).containsExactly("deactivated");
        assertThat(world.history(3)).containsExactly("highSeverity");
        assertThat(rerating().changed()).isEqualTo(3);

        world.app
                .put("/api/v1/connector/state-sync", "{\"deviceStatus\": true, \"threatStatus\": false}")
                .expect(200);
        world.app.drain();
        long writes = world.app.tables.writes("devices");
        world.change("ADWARE", "low");
        world.app.drain();
        assertThat(world.app.tables.writes("devices")).isEqualTo(writes);
    }

    @Test
    void whatIsTakenBackBeforeItWasToldIsNotTold() {
        world.infected(1, 3, "ADWARE");
        world.change("ADWARE", "high");
        world.change("ADWARE", "low");
        world.app.drain();
        assertThat(world.statesSent()).isZero();
        assertThat(world.marked()).isZero();
        assertThat(rerating().version()).isEqualTo(2);
    }

    @Test
    void aRunThatEndsInTheMiddleGoesOnWhereItWas() {
        int count = 2 * RerateJob.PAGE + 50;
        world.infected(1, count, "ADWARE");
        world.change("ADWARE", "high");
        AtomicInteger seen = new AtomicInteger();
        assertThatThrownBy(() -> world.rerate(world.app.tables, () -> {
                    if (seen.incrementAndGet() == RerateJob.PAGE + 100) {
                        throw new LeaseLostException();
                    }
                }))
                .isInstanceOf(LeaseLostException.class);
        assertThat(rerating().examined()).isEqualTo(RerateJob.PAGE);
        assertThat(world.app
                        .get("/api/v1/policy")
                        .json()
                        .at("/rerating/examined")
                        .asInt())
                .isEqualTo(RerateJob.PAGE);
        AtomicInteger more = new AtomicInteger();
        assertThat(world.rerate(world.app.tables, more::incrementAndGet)).isEqualTo(Outcome.finished());
        assertThat(more.get()).isEqualTo(count - RerateJob.PAGE);
        assertThat(rerating().examined()).isEqualTo(count);
        assertThat(rerating().changed()).isEqualTo(count);
        world.app.drain();
        assertThat(world.statesSent()).isEqualTo(count);
    }

    @Test
    void aLongRunGoesOnInAnotherMessage() {
        world.infected(1, RerateJob.PAGE + 1, "ADWARE");
        world.change("ADWARE", "high");
        assertThat(world.rerate(world.app.tables, () -> world.app.clock.advance(Duration.ofSeconds(1))))
                .isEqualTo(Outcome.again(Duration.ZERO));
        assertThat(rerating().isFinished()).isFalse();
        world.app.drain();
        assertThat(rerating().changed()).isEqualTo(RerateJob.PAGE + 1);
        assertThat(world.statesSent()).isEqualTo(RerateJob.PAGE + 1);
    }

    @Test
    void ofTwoRunsAtTheSameTimeOneGivesWay() {
        world.infected(1, RerateJob.PAGE + 1, "ADWARE");
        world.change("ADWARE", "high");
        AtomicInteger seen = new AtomicInteger();
        assertThat(world.rerate(world.app.tables, () -> {
                    if (seen.incrementAndGet() == 10) {
                        assertThat(world.rerate(world.app.tables, () -> {})).isEqualTo(Outcome.finished());
                    }
                }))
                .isEqualTo(Outcome.again(Duration.ZERO));
        world.app.drain();
        assertThat(rerating().changed()).isEqualTo(RerateJob.PAGE + 1);
        assertThat(world.statesSent()).isEqualTo(RerateJob.PAGE + 1);
    }
}

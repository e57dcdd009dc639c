package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.schedule.JobContext.LeaseLostException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.CountingTables;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.threat.Rerating;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        // The 5,000 that are exposed; of each that changes, its own row and its two threats'; policy, progress, connector.
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aVersionThatIsOvertakenHalfWayLeavesNothingBehind(int page) {
        int count = 2 * RerateJob.PAGE + 50;
        world.infected(1, count, "ADWARE");
        world.change("ADWARE", "high");
        int halfWay = (page - 1) * RerateJob.PAGE + 20;
        AtomicInteger seen = new AtomicInteger();
        Outcome outcome = world.rerate(world.app.tables, () -> {
            if (seen.incrementAndGet() == halfWay) {
                world.app.app().run(JobKind.PUBLISH, TENANT);
                assertThat(world.statesSent()).isEqualTo((page - 1) * RerateJob.PAGE);
                world.change("ADWARE", "low");
            }
        });
        assertThat(outcome).isEqualTo(page == 3 ? Outcome.finished() : Outcome.again(Duration.ZERO));
        assertThat(seen.get()).isEqualTo(Math.min(count, page * RerateJob.PAGE));
        assertThat(rerating().version()).isEqualTo(1);
        world.app.drain();

        assertThat(rerating().version()).isEqualTo(2);
        assertThat(rerating().examined()).isEqualTo(count);
        for (int number = 1; number <= count; number++) {
            assertThat(world.history(number))
                    .isEqualTo(
                            number <= (page - 1) * RerateJob.PAGE
                                    ? List.of("highSeverity", "lowSeverity")
                                    : List.of());
        }
        assertThat(world.marked()).isZero();
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
        assertThat(world.app.get("/api/v1/policy").json().at("/rerating/examined").asInt())
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

    /** The change, the walk and the publishing, with the end of the process at each of their calls. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCrashAnywhereEndsInTheSame(boolean afterEffect) {
        world.infected(1, 3, "ADWARE");
        world.app.faults.dieAt(Integer.MAX_VALUE, false);
        world.change("ADWARE", "medium");
        world.app.drain();
        int calls = world.app.faults.calls();
        assertThat(calls).isGreaterThan(30);
        for (int call = 1; call <= calls; call++) {
            String level = call % 2 == 0 ? "medium" : "high";
            int version = world.policies.of(TENANT).version();
            world.app.faults.dieAt(call, afterEffect);
            try {
                world.change("ADWARE", level);
                world.app.drain();
            } catch (Faults.Death death) {
                world.app.restart();
            }
            world.app.faults.never();
            if (world.policies.of(TENANT).version() == version) {
                world.change("ADWARE", level);
            }
            world.app.pass(Duration.ofMinutes(8));
            for (int number = 1; number <= 3; number++) {
                assertThat(world.app.intune.held(Rerated.id(number)))
                        .as("died at call %d", call)
                        .satisfies(held -> assertThat(held).hasFieldOrPropertyWithValue("state", level + "Severity"));
            }
            assertThat(rerating().isFinished()).isTrue();
            assertThat(rerating().version()).isEqualTo(world.policies.of(TENANT).version());
            assertThat(rerating().changed()).as("died at call %d", call).isEqualTo(3);
        }
    }

    /** At each call of the publisher the policy changes and the walk ends; nothing may stay told by the version before. */
    @Test
    void aPublisherThatReadTheVersionBeforeTellsNothingByIt() {
        world.infected(1, 3, "ADWARE");
        String last = "low";
        int call = 1;
        AtomicInteger hits = new AtomicInteger();
        do {
            String first = last.equals("high") ? "medium" : "high";
            String second = call % 2 == 0 ? last : "none";
            hits.set(0);
            world.change("ADWARE", first);
            world.app.app().run(JobKind.RERATE, TENANT);
            world.app.faults.pauseAt(call, () -> {
                hits.incrementAndGet();
                world.change("ADWARE", second);
                world.app.app().run(JobKind.RERATE, TENANT);
            });
            world.app.app().run(JobKind.PUBLISH, TENANT);
            world.app.faults.never();
            if (hits.get() == 0) {
                world.change("ADWARE", second);
            }
            world.app.pass(Duration.ofMinutes(2));
            String expected = second.equals("none") ? "secured" : second + "Severity";
            for (int number = 1; number <= 3; number++) {
                var held = world.app.intune.held(Rerated.id(number));
                assertThat(held == null ? "lowSeverity" : held.state())
                        .as("changed at call %d", call)
                        .isEqualTo(expected);
            }
            last = second;
            call++;
        } while (hits.get() > 0);
        assertThat(call).isGreaterThan(15);
    }

    /** Changes and walks at random, against the policy's own word on every device. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverTheOrderIntuneHoldsTheLatest(long seed) {
        Random random = new Random(seed);
        List<String> classifications = List.of("ADWARE", "TROJAN", "UNKNOWN", "NEW_WORD", "PORT_SCAN");
        world.enroll(1, 30);
        for (int number = 1; number <= 30; number++) {
            world.infect(
                    number,
                    classifications.stream()
                            .filter(one -> random.nextInt(3) == 0)
                            .toArray(String[]::new));
        }
        world.settled();
        for (int round = 0; round < 60; round++) {
            switch (random.nextInt(4)) {
                case 0 -> world.app.app().run(JobKind.RERATE, TENANT);
                case 1 -> world.app.app().run(JobKind.PUBLISH, TENANT);
                case 2 -> world.app.pass(Duration.ofMinutes(1));
                default ->
                    world.change(
                            classifications.get(random.nextInt(3)),
                            List.of("none", "low", "medium", "high").get(random.nextInt(4)));
            }
        }
        world.app.pass(Duration.ofMinutes(2));
        var policy = world.policies.of(TENANT);
        for (int number = 1; number <= 30; number++) {
            Device device = world.devices.find(TENANT, Rerated.id(number)).orElseThrow();
            assertThat(device.told().state())
                    .as("seed %d device %d", seed, number)
                    .hasToString(
                            device.level(policy).ordinal() == 0
                                    ? "SECURED"
                                    : device.level(policy).name());
        }
    }
}

package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.threat.Rerating;
import dev.mtdconnector.threat.RiskLevel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens at the same time as a re-rating, and in the middle of it. */
class RerateCrashTest {

    private final Rerated world = new Rerated();

    private Rerating rerating() {
        return world.policies.rerating(TENANT).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aVersionThatIsOvertakenHalfWayLeavesNothingBehind(int page) {
        int count = 2 * RerateJob.PAGE + 50;
        world.infected(1, count, "ADWARE");
        world.change("ADWARE", "high");
        int halfWay = (page - 1) * RerateJob.PAGE + 20;
        // The publisher is asked for after each page, and tells whatever is marked by then.
        int told = page == 1 ? 0 : halfWay - 1;
        AtomicInteger seen = new AtomicInteger();
        Outcome outcome = world.rerate(world.app.tables, () -> {
            if (seen.incrementAndGet() == halfWay) {
                world.app.app().run(JobKind.PUBLISH, TENANT);
                assertThat(world.statesSent()).isEqualTo(told);
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
                    .isEqualTo(number <= told ? List.of("highSeverity", "lowSeverity") : List.of());
        }
        assertThat(world.marked()).isZero();
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
                            device.level(policy) == RiskLevel.NONE
                                    ? "SECURED"
                                    : device.level(policy).name());
        }
    }
}

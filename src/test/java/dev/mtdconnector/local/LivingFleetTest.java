package dev.mtdconnector.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.fleet.FleetRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivingFleetTest {

    @ParameterizedTest
    @ValueSource(longs = {1})
    void theProductAndIntuneSayWhatTheModelSays(long seed) {
        FleetRun.Plan plan = new FleetRun.Plan(
                Long.getLong("seed", seed), 20, 8, Duration.ofDays(1), Integer.getInteger("cap", 100), Integer.getInteger("faults", 0));
        List<String> differences = new ArrayList<>();
        long t0 = System.nanoTime();
        try (LivingWorld living = LivingWorld.byHand(LocalOptions.forTest(Storage.MEMORY), plan)) {
            System.out.println("set up " + (System.nanoTime() - t0) / 1_000_000 + " ms");
            for (int i = 0; i < Integer.getInteger("quiets", 10) && differences.isEmpty(); i++) {
                for (int step = 0; step < 60; step++) {
                    living.run().step();
                }
                t0 = System.nanoTime();
                differences.addAll(living.run().quietMoment());
                System.out.println(living.run().account() + " quiet " + (System.nanoTime() - t0) / 1_000_000 + " ms");
            }
            System.out.println(living.run().debug());
        }
        assertThat(differences).isEmpty();
    }
}

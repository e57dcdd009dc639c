package dev.mtdconnector.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.fleet.FleetRun;
import dev.mtdconnector.local.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days of a living Contoso, compared with the model; {@code -Dliving.quiet=N} makes them longer. */
class LivingContosoTest {

    private static final int QUIET_MOMENTS = Integer.getInteger("living.quiet", 6);
    private static final int STEPS = 48;

    private static FleetRun.Plan plan(long seed, int cap, double faults) {
        return new FleetRun.Plan(seed, 15, 12, Duration.ofDays(1), cap, faults);
    }

    private static LivingWorld start(FleetRun.Plan plan) {
        Opened opened = new Opened();
        try {
            return LivingWorld.byHand(LocalOptions.forTest(Storage.MEMORY), plan, opened);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static List<String> live(LivingWorld living, int quietMoments) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < quietMoments && differences.isEmpty(); i++) {
            for (int step = 0; step < STEPS; step++) {
                living.run().step();
            }
            differences.addAll(living.run().quietMoment());
        }
        return differences;
    }

    @ParameterizedTest(name = "seed {0}, safety cap {1}, faults {2}")
    @CsvSource({"1, 100, 0", "2, 100, 20", "3, 20, 20"})
    void theProductAndIntuneSayWhatTheModelSays(long seed, int cap, double faults) {
        try (LivingWorld living = start(plan(Long.getLong("living.seed", seed), cap, faults))) {
            List<String> differences = live(living, QUIET_MOMENTS);

            assertThat(differences).as(living.run().summary()).isEmpty();
            assertThat(living.run().lately()).isNotEmpty();
        }
    }

    @Test
    void whatTheModelDoesNotKnowOfIsADifference() {
        try (LivingWorld living = start(plan(4, 100, 0))) {
            assertThat(live(living, 1)).isEmpty();
            var parts = living.world().simulator().contoso().parts();
            String owner = parts.contoso()
                    .transitiveMembers(dev.mtdconnector.local.contoso.WellKnown.ENROLLMENT_GROUP)
                    .iterator()
                    .next();
            String phone = new UUID(9, 9).toString();
            parts.changes().apply(List.of(Json.object()
                    .put("type", "deviceCreated")
                    .put("displayName", "Nobody's")
                    .put("deviceId", phone)
                    .put("owner", owner)
                    .put("operatingSystem", "Android")
                    .put("operatingSystemVersion", "16")));

            assertThat(living.run().quietMoment())
                    .singleElement()
                    .asString()
                    .contains("seed 4, step " + STEPS)
                    .contains("has device " + phone);
        }
    }
}

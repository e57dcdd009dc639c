package dev.mtdconnector.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.fleet.FleetRun;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.intune.HealthState;
import dev.mtdconnector.local.intune.SimulatedIntune;
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
            assertThat(living.world().simulator().risk().feed().devices()).isNotEmpty();
        }
    }

    @Test
    void whatTheModelDoesNotKnowOfIsADifferenceThatNamesSeedAndStep() {
        try (LivingWorld living = start(plan(4, 100, 0))) {
            assertThat(live(living, 1)).isEmpty();
            ContosoServer.Parts parts = living.world().simulator().contoso().parts();

            living.world().simulator().intune().lose(WellKnown.TENANT, activePhone(living));
            assertThat(living.run().quietMoment())
                    .anySatisfy(one -> assertThat(one)
                            .contains("seed 4, step " + STEPS, "Intune's state is \"unknown\", must be \""));
            for (int minute = 0; minute < 45; minute++) {
                living.idle(Duration.ofMinutes(1));
            }
            assertThat(living.run().quietMoment()).as("after it was repaired").isEmpty();

            String stranger = new UUID(9, 9).toString();
            parts.changes()
                    .apply(List.of(Json.object()
                            .put("type", "deviceCreated")
                            .put("displayName", "Nobody's")
                            .put("deviceId", stranger)
                            .put("owner", WellKnown.LENA)
                            .put("operatingSystem", "Android")
                            .put("operatingSystemVersion", "16")));
            assertThat(living.run().quietMoment()).singleElement().asString().contains("has device " + stranger);
            parts.changes()
                    .apply(List.of(Json.object().put("type", "deviceDeleted").put("deviceId", stranger)));

            parts.traffic().add(Fault.status("GET", "/v1.0/groups/delta", 8, 503));
            assertThat(living.run().quietMoment())
                    .anySatisfy(one -> assertThat(one).contains("directory.unavailable", "has no cause"));
        }
    }

    private static String activePhone(LivingWorld living) {
        SimulatedIntune intune = living.world().simulator().intune();
        return intune.reportedDevices(WellKnown.TENANT).stream()
                .sorted()
                .filter(id -> intune.device(WellKnown.TENANT, id)
                        .filter(device -> device.threatState() == HealthState.SECURED)
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }
}

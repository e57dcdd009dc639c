package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.Pick;
import dev.mtdconnector.threat.Allowance;
import dev.mtdconnector.threat.Allowances;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SilencedThreatsTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");
    private static final String[] APPS = {"Torch", "Chess", "Maps"};
    private static final String[] CLASSES = {"TROJAN", "ADWARE"};

    private static Threat event(String guid, Instant at, Threat.Status status, String app, String classification) {
        return new Threat(
                guid,
                status,
                new Threat.Finding(
                        List.of(classification), RiskLevel.HIGH, null, "APPLICATION", new Threat.Subject(app, null)),
                at,
                at,
                "e" + at,
                "vendor",
                null);
    }

    private static Allowance allowance(String id, String app, @Nullable String classification, Instant until) {
        return new Allowance(
                id, new Allowance.What(app, null, null, classification), null, "reason", "user:1", AT, until);
    }

    /** What is known of a threat by a plain model: its latest event, and until when an administrator's mark goes. */
    private static final class Model {
        private final Map<String, Threat> latest = new HashMap<>();
        private final Map<String, Boolean> ignored = new HashMap<>();
        private final List<Allowance> list = new ArrayList<>();

        private static boolean isOf(@Nullable String classification, Threat threat) {
            return classification == null || threat.classifications().contains(classification);
        }

        private boolean counts(String guid, Instant now) {
            Threat threat = latest.get(guid);
            return threat != null
                    && threat.status() == Threat.Status.OPEN
                    && !ignored.getOrDefault(guid, false)
                    && list.stream()
                            .noneMatch(entry -> now.isBefore(entry.until())
                                    && Objects.equals(
                                            entry.what().name(),
                                            threat.finding().subject().applicationName())
                                    && isOf(entry.what().classification(), threat));
        }
    }

    /** Whatever happens in whatever order: counts what is open, not ignored, and covered by no entry that holds. */
    @Test
    void eventsIgnoringAndTheListAgreeWithAPlainModel() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Device device = Device.pending(
                    new Device.DirectoryFacts(PHONE, "o", "iPhone", Platform.IOS, "18", null, true, LENA, null));
            Model model = new Model();
            Instant now = AT;
            for (int step = 0; step < 40; step++) {
                now = now.plusSeconds(1 + random.nextInt(600));
                String guid = "g" + random.nextInt(3);
                Threat known = model.latest.get(guid);
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        Threat.Status status = Pick.of(random, Threat.Status.values());
                        Threat event = event(guid, now, status, Pick.of(random, APPS), Pick.of(random, CLASSES));
                        device = device.with(event);
                        model.latest.put(guid, event);
                        if (status != Threat.Status.OPEN) {
                            model.ignored.remove(guid);
                        }
                    }
                    case 2 -> {
                        if (known != null && known.status() == Threat.Status.OPEN) {
                            Instant at = now;
                            device = device.withThreat(guid, threat -> threat.ignoredBy("user:1", "x", at));
                            model.ignored.put(guid, true);
                        }
                    }
                    case 3 -> {
                        device = device.withThreat(guid, Threat::noLongerIgnored);
                        model.ignored.remove(guid);
                    }
                    case 4 ->
                        model.list.add(allowance(
                                "a" + step,
                                Pick.of(random, APPS),
                                random.nextBoolean() ? Pick.of(random, CLASSES) : null,
                                now.plusSeconds(random.nextInt(3000))));
                    default -> {
                        if (!model.list.isEmpty()) {
                            model.list.remove(random.nextInt(model.list.size()));
                        }
                    }
                }
                device = device.silencedBy(new Allowances(model.list), now);
                for (int i = 0; i < 3; i++) {
                    Threat threat = device.threats().get("g" + i);
                    assertThat(threat != null && threat.isOpen())
                            .as("seed %d, round %d, step %d, threat %d", seed, round, step, i)
                            .isEqualTo(model.counts("g" + i, now));
                }
                Instant at = now;
                boolean isAny = model.latest.keySet().stream().anyMatch(one -> model.counts(one, at));
                assertThat(Exposure.of(device.threats().values()).isNone()).isEqualTo(!isAny);
                assertThat(device.level(Policy.DEFAULT) == RiskLevel.NONE).isEqualTo(!isAny);
                assertThat(device.silencedBy(new Allowances(model.list), now)).isSameAs(device);
            }
        }
    }

    @Test
    void ofSeveralEntriesTheOneThatEndsLastIsNamedWhateverTheirOrder() {
        Threat threat = event("g", AT, Threat.Status.OPEN, "Torch", "TROJAN");
        Allowance shorter = allowance("b", "Torch", null, AT.plus(Duration.ofHours(1)));
        Allowance longer = allowance("a", "torch", null, AT.plus(Duration.ofHours(2)));
        for (Allowances list :
                List.of(new Allowances(List.of(shorter, longer)), new Allowances(List.of(longer, shorter)))) {
            Threat.Silenced mark = Objects.requireNonNull(list.markOf(PHONE, threat, AT));
            assertThat(mark.allowanceId()).isEqualTo("a");
        }
    }

    @Test
    void whatIsNotSaidOfAnAppIsNotCovered() {
        Threat bare = new Threat(
                "g",
                Threat.Status.OPEN,
                new Threat.Finding(List.of("TROJAN"), RiskLevel.HIGH, "FILE"),
                AT,
                AT,
                "e",
                "vendor",
                null);
        Allowances list = new Allowances(List.of(allowance("a", "Torch", null, AT.plusSeconds(60))));
        assertThat(list.markOf(PHONE, bare, AT)).isNull();
    }
}

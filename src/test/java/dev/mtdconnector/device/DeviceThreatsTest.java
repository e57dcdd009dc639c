package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceThreatsTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");
    private static final Device DEVICE = Device.pending(
            new Device.DirectoryFacts(PHONE, "object", "Lena's iPhone", Platform.IOS, "18", null, true, LENA, null));

    private static Threat event(String guid, int second, String id, Threat.Status status, String classification) {
        Instant at = AT.plusSeconds(second);
        return new Threat(
                guid,
                status,
                new Threat.Finding(List.of(classification), RiskLevel.LOW, "APPLICATION"),
                at,
                at,
                id,
                null,
                null);
    }

    @Test
    void theLaterEventWinsWhateverArrivesFirst() {
        Threat opened = event("g", 1, "a", Threat.Status.OPEN, "TROJAN");
        Threat resolved = event("g", 2, "b", Threat.Status.RESOLVED, "TROJAN");

        Device inOrder = DEVICE.with(opened).with(resolved);
        Device backwards = DEVICE.with(resolved).with(opened);

        assertThat(inOrder.openThreats()).isEmpty();
        assertThat(backwards).isEqualTo(inOrder);
        assertThat(Objects.requireNonNull(backwards.threats().get("g")).openedAt())
                .isEqualTo(AT.plusSeconds(1));
    }

    @Test
    void ofTwoOfTheSameTimeTheGreaterIdWins() {
        Threat a = event("g", 1, "a", Threat.Status.OPEN, "TROJAN");
        Threat b = event("g", 1, "b", Threat.Status.RESOLVED, "TROJAN");
        assertThat(DEVICE.with(a).with(b)).isEqualTo(DEVICE.with(b).with(a));
        assertThat(DEVICE.with(b).with(a).openThreats()).isEmpty();
    }

    @Test
    void aThreatThatOpensAgainCountsAgain() {
        Device device = DEVICE.with(event("g", 1, "a", Threat.Status.OPEN, "TROJAN"))
                .with(event("g", 2, "b", Threat.Status.RESOLVED, "TROJAN"))
                .with(event("g", 3, "c", Threat.Status.OPEN, "ADWARE"));
        assertThat(device.level(Policy.DEFAULT)).isEqualTo(RiskLevel.LOW);
    }

    @Test
    void theSameEventAgainChangesNothing() {
        Device device = DEVICE.with(event("g", 1, "a", Threat.Status.OPEN, "TROJAN"));
        assertThat(device.with(event("g", 1, "a", Threat.Status.OPEN, "TROJAN")))
                .isSameAs(device);
    }

    /** An administrator ignored what they saw; the events come in any order, before and after that. */
    @Test
    void whatAnAdministratorIgnoredCountsAgainOnceItWasClosedAndOpensAgain() {
        Threat seen = event("g", 3, "c", Threat.Status.OPEN, "TROJAN").ignoredBy("key:1", "ours", AT);
        List<Threat> late = List.of(
                event("g", 1, "a", Threat.Status.OPEN, "TROJAN"),
                event("g", 2, "b", Threat.Status.RESOLVED, "TROJAN"),
                event("g", 4, "d", Threat.Status.OPEN, "TROJAN"));
        List<Threat> again = List.of(
                event("g", 5, "e", Threat.Status.RESOLVED, "TROJAN"), event("g", 6, "f", Threat.Status.OPEN, "TROJAN"));
        List<Threat> arriving = new ArrayList<>(late);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(arriving, random);
            Threat threat = seen;
            for (Threat event : arriving) {
                threat = threat.and(event);
            }
            assertThat(threat.isOpen()).as("seed %d: %s", seed, arriving).isEqualTo(arriving.size() > late.size());
            if (round == 20) {
                arriving.addAll(again);
            }
        }
    }

    /** Against a plain model: sort all events, keep the last of each threat. */
    @Test
    void anyOrderWithAnyRepeatsEndsInTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] classifications = {"TROJAN", "SPAM", "ADWARE", "PORT_SCAN", "BRAND_NEW"};
        for (int round = 0; round < 500; round++) {
            List<Threat> events = new ArrayList<>();
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                events.add(event(
                        "guid-" + random.nextInt(3),
                        random.nextInt(5),
                        "id-" + i,
                        List.of(Threat.Status.values()).get(random.nextInt(3)),
                        classifications[random.nextInt(classifications.length)]));
            }
            Map<String, Threat> last = new HashMap<>();
            Map<String, Instant> first = new HashMap<>();
            events.stream()
                    .sorted(Comparator.comparing(Threat::eventAt).thenComparing(Threat::eventId))
                    .forEach(event -> {
                        last.put(event.guid(), event);
                        first.putIfAbsent(event.guid(), event.eventAt());
                    });

            List<Threat> arriving = new ArrayList<>(events);
            for (int i = random.nextInt(5); i > 0; i--) {
                arriving.add(events.get(random.nextInt(events.size())));
            }
            Collections.shuffle(arriving, random);
            Device device = DEVICE;
            for (Threat event : arriving) {
                device = device.with(event);
            }

            assertThat(device.threats().keySet()).as("seed %d", seed).isEqualTo(last.keySet());
            device.threats().forEach((guid, threat) -> {
                Threat expected = Objects.requireNonNull(last.get(guid));
                assertThat(threat.eventId()).as("seed %d", seed).isEqualTo(expected.eventId());
                assertThat(threat.status()).as("seed %d", seed).isEqualTo(expected.status());
                assertThat(threat.openedAt()).as("seed %d", seed).isEqualTo(first.get(guid));
            });
            assertThat(device.level(Policy.DEFAULT))
                    .as("seed %d", seed)
                    .isEqualTo(Policy.DEFAULT.levelOf(last.values()));
        }
    }
}

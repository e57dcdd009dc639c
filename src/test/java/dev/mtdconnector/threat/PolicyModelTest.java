package dev.mtdconnector.threat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.Pick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random policies over random threats, against a model that is a table of words and a loop over everything. */
class PolicyModelTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");
    private static final List<String> LEVELS = List.of("none", "low", "medium", "high");
    private static final Map<String, String> OLD_NAMES =
            Map.of("SURVEILLANCE", "SURVEILLANCEWARE", "SPY", "SPYWARE", "BLACKLISTED_APP", "DENYLISTED_APP");

    /** A policy as people think of it: a word a row. */
    private final Map<String, String> table = new HashMap<>();

    private Policy policy = Policy.DEFAULT;

    private PolicyModelTest() {
        for (Classification classification : Classification.values()) {
            table.put(classification.name(), classification.defaultLevel().label());
        }
    }

    private static int number(RiskLevel level) {
        return LEVELS.indexOf(level.label());
    }

    private int model(Threat threat, String name) {
        String row = table.get(OLD_NAMES.getOrDefault(name, name));
        int unknown = Math.max(LEVELS.indexOf(table.get("UNKNOWN")), number(threat.severity()));
        return row == null ? unknown : LEVELS.indexOf(row);
    }

    /** What the feed's words mean, as its documentation has them; of another nobody knows, so it is seen. */
    private static final Map<String, String> WORDS =
            Map.of("NONE", "none", "ADVISORY", "none", "LOW", "low", "MEDIUM", "medium", "HIGH", "high");

    private boolean isByTheFeed;

    private int model(Threat threat) {
        String word = threat.finding().feedLevel();
        return isByTheFeed && word != null ? LEVELS.indexOf(WORDS.getOrDefault(word, "low")) : byPolicy(threat);
    }

    private int byPolicy(Threat threat) {
        List<String> names = threat.classifications().isEmpty() ? List.of("?") : threat.classifications();
        int level = 0;
        for (String name : names) {
            level = Math.max(level, model(threat, name));
        }
        return level;
    }

    private int model(List<Threat> threats) {
        int level = 0;
        for (Threat threat : threats) {
            level = Math.max(level, threat.status() == Threat.Status.OPEN ? model(threat) : 0);
        }
        return level;
    }

    private void change(Random random) {
        Map<Classification, RiskLevel> levels = new EnumMap<>(Classification.class);
        for (int i = random.nextInt(4); i >= 0; i--) {
            Classification one = Pick.of(random, Classification.values());
            Classification chosen = random.nextInt(4) == 0 ? Classification.UNKNOWN : one;
            RiskLevel level = random.nextInt(3) == 0 ? chosen.defaultLevel() : Pick.of(random, RiskLevel.values());
            levels.put(chosen, level);
            table.put(chosen.name(), level.label());
        }
        isByTheFeed = random.nextBoolean();
        policy = policy.with(isByTheFeed ? Rule.FEED_SEVERITY : Rule.POLICY, levels, AT, "user:x");
    }

    private static List<Threat> threats(Random random) {
        List<Threat> threats = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Set<String> names = new HashSet<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                names.add(
                        switch (random.nextInt(8)) {
                            case 0 -> "NEW_" + random.nextInt(3);
                            case 1 -> List.copyOf(OLD_NAMES.keySet()).get(random.nextInt(3));
                            case 2 -> "UNKNOWN";
                            default -> Pick.of(random, Classification.values()).name();
                        });
            }
            Instant at = AT.plusSeconds(random.nextInt(3));
            String word = random.nextInt(3) == 0
                    ? null
                    : List.of("NONE", "ADVISORY", "LOW", "MEDIUM", "HIGH", "CRITICAL", "high")
                            .get(random.nextInt(7));
            RiskLevel severity = word == null ? Pick.of(random, RiskLevel.values()) : RiskLevel.ofSeverity(word);
            threats.add(new Threat(
                    "t" + i,
                    Pick.of(random, Threat.Status.values()),
                    new Threat.Finding(List.copyOf(names), severity, word, "APPLICATION", Threat.Subject.UNKNOWN),
                    at,
                    at,
                    "e",
                    null,
                    null));
        }
        return threats;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void levelsAndReasonsAreThoseOfTheModel(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            if (random.nextInt(5) == 0) {
                change(random);
            }
            List<Threat> threats = threats(random);
            String what = "seed " + seed + " round " + round + " " + policy + " " + threats;
            int expected = model(threats);

            assertThat(number(policy.levelOf(threats))).as(what).isEqualTo(expected);
            assertThat(number(policy.levelOf(Exposure.of(threats)))).as(what).isEqualTo(expected);
            for (Threat threat : threats) {
                assertThat(number(policy.levelOf(threat))).as(what).isEqualTo(model(threat));
            }
            List<Policy.Reason> reasons = policy.decisive(threats);
            assertThat(reasons)
                    .as(what)
                    .extracting(Policy.Reason::threatGuid)
                    .containsExactlyInAnyOrderElementsOf(threats.stream()
                            .filter(Threat::isOpen)
                            .filter(threat -> model(threat) == expected)
                            .map(Threat::guid)
                            .toList());
            for (Policy.Reason reason : reasons) {
                Threat decisive = threats.stream()
                        .filter(threat -> threat.guid().equals(reason.threatGuid()))
                        .findFirst()
                        .orElseThrow();
                boolean isFeeds = isByTheFeed && decisive.finding().feedLevel() != null;
                int row = LEVELS.indexOf(table.get(reason.classification().name()));
                assertThat(number(reason.level())).as(what).isEqualTo(expected);
                assertThat(reason.rule()).as(what).isEqualTo(isFeeds ? Rule.FEED_SEVERITY : Rule.POLICY);
                assertThat(reason.isBySeverity()).as(what).isEqualTo(isFeeds || row < expected);
            }
        }
        for (Classification classification : Classification.values()) {
            assertThat(policy.levelOf(classification).label()).isEqualTo(table.get(classification.name()));
        }
    }
}

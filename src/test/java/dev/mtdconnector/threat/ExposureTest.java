package dev.mtdconnector.threat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.Pick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What a policy makes of a summary is what it makes of the threats one by one. */
class ExposureTest {

    private static final List<String> NAMES =
            List.of("TROJAN", "ADWARE", "DATA_LEAK", "VULNERABILITY", "NEW_WORD", "SURVEILLANCE", "UNKNOWN");

    @RepeatedTest(200)
    void aSummaryHasTheLevelOfTheHighestOpenThreat(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Threat> threats = new ArrayList<>();
        RiskLevel highest = RiskLevel.NONE;
        for (int i = random.nextInt(4); i > 0; i--) {
            List<String> names = new ArrayList<>();
            for (int n = random.nextInt(3); n > 0; n--) {
                names.add(NAMES.get(random.nextInt(NAMES.size())));
            }
            Threat threat = new Threat(
                    "t" + i,
                    Pick.of(random, Threat.Status.values()),
                    new Threat.Finding(names, Pick.of(random, RiskLevel.values()), "APPLICATION"),
                    Instant.EPOCH,
                    Instant.EPOCH,
                    "e",
                    null,
                    null);
            threats.add(threat);
            if (threat.isOpen()) {
                highest = RiskLevel.higher(highest, Policy.DEFAULT.levelOf(threat));
            }
        }
        assertThat(Policy.DEFAULT.levelOf(Exposure.of(threats)))
                .as("seed %s", repetition.getCurrentRepetition())
                .isEqualTo(highest);
    }
}

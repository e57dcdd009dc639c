package dev.mtdconnector.local.intune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleLevelTest {

    @ParameterizedTest
    @CsvSource({
        "SECURED, ACTIVATED SECURED",
        "LOW,     ACTIVATED SECURED LOW",
        "MEDIUM,  ACTIVATED SECURED LOW MEDIUM",
        "HIGH,    ACTIVATED SECURED LOW MEDIUM HIGH COMPROMISED"
    })
    void lets_exactly_the_states_at_or_under_its_level_pass(RuleLevel level, String allowed) {
        String passing = Arrays.stream(HealthState.values())
                .filter(level::allows)
                .map(Enum::name)
                .collect(Collectors.joining(" "));

        assertThat(passing).isEqualTo(allowed);
    }
}

package dev.mtdconnector.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetyCapTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

    @ParameterizedTest
    @CsvSource({"100, 20, 20", "4, 20, 1", "1, 20, 0", "2, 100, 1", "0, 20, 0", "100, 0, 0", "100000, 20, 20000"})
    void aShareMayLeaveAndNeverTheLast(int devices, int percent, int expected) {
        assertThat(SafetyCap.UNUSED.allowance(percent, devices, NOW)).isEqualTo(expected);
    }

    @Test
    void whatLeftInADayIsCountedTogetherAgainstWhatThereWasAtItsStart() {
        SafetyCap cap = SafetyCap.UNUSED.removing(12, 100, NOW);
        assertThat(cap.allowance(20, 88, NOW)).isEqualTo(8);

        cap = cap.removing(5, 88, NOW.plus(Duration.ofHours(3)));
        assertThat(cap.allowance(20, 83, NOW.plus(Duration.ofHours(23)))).isEqualTo(3);
        // The first hour is out of the window; the second still counts.
        assertThat(cap.allowance(20, 83, NOW.plus(Duration.ofHours(25)))).isEqualTo(13);
        assertThat(cap.allowance(20, 83, NOW.plus(Duration.ofHours(30)))).isEqualTo(17);
    }

    @Test
    void manySmallDeparturesAreNoWayAroundIt() {
        SafetyCap cap = SafetyCap.UNUSED;
        int devices = 1000;
        int left = 0;
        for (int minutes = 0; minutes < 24 * 60; minutes += 5) {
            Instant at = NOW.plus(Duration.ofMinutes(minutes));
            int one = Math.min(1, cap.allowance(20, devices, at));
            cap = cap.removing(one, devices, at);
            devices -= one;
            left += one;
        }
        assertThat(left).isEqualTo(200);
    }
}

package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0 * * * * *            | 2026-11-21T09:00:00Z   | 2026-11-21T09:01:00Z
        0 * * * * *            | 2026-11-21T09:00:59.9Z | 2026-11-21T09:01:00Z
        0 * * * * *            | 2026-11-21T08:59:59.9Z | 2026-11-21T09:00:00Z
        0 0 * * * *            | 2026-11-21T09:00:01Z   | 2026-11-21T10:00:00Z
        */10 * * * * *         | 2026-11-21T09:00:50Z   | 2026-11-21T09:01:00Z
        5/15 * * * * *         | 2026-11-21T09:00:05Z   | 2026-11-21T09:00:20Z
        5/15 * * * * *         | 2026-11-21T09:00:50Z   | 2026-11-21T09:01:05Z
        0 0,30 9-17/4 * * *    | 2026-11-21T09:30:00Z   | 2026-11-21T13:00:00Z
        0 30 9 * * Mon-Fri     | 2026-11-20T09:30:00Z   | 2026-11-23T09:30:00Z
        0 0 0 * * sunday       | 2026-11-21T00:00:00Z   | 2026-11-22T00:00:00Z
        0 0 0 1 jan *          | 2026-11-21T00:00:00Z   | 2027-01-01T00:00:00Z
        0 0 0 29 2 *           | 2026-11-21T00:00:00Z   | 2028-02-29T00:00:00Z
        0 0 0 31 * *           | 2026-11-21T00:00:00Z   | 2026-12-31T00:00:00Z
        0 0 0 13 * 5           | 2026-11-21T00:00:00Z   | 2027-08-13T00:00:00Z
        59 59 23 31 12 *       | 2026-12-31T23:59:58Z   | 2026-12-31T23:59:59Z
        59 59 23 31 12 *       | 2026-12-31T23:59:59Z   | 2027-12-31T23:59:59Z
        """)
    void theNextOccurrenceIsTheFirstLaterTimeThatMatchesAllFields(String expression, Instant after, Instant next) {
        assertThat(Schedule.of(expression).next(after)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * *",
                "0 0 0 30 2 *",
                "60 * * * * *",
                "0 * 24 * * *",
                "0 * * 0 * *",
                "0 * * * 13 *",
                "0 * * * * 7",
                "0 5-1 * * * *",
                "0 */0 * * * *",
                "0 * * * * mo",
                "0 * * * ju *",
                "0 ,1 * * * *",
                "0 x * * * *",
                "0 -1 * * * *",
                "00:05:00",
                ""
            })
    void whatIsNoScheduleIsRefused(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> Schedule.of(expression));
    }
}

package dev.mtdconnector.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {

    @ParameterizedTest(name = "{0} at {1} in {2} is of {3}")
    @CsvSource({
        "DAILY, 2026-11-21T07:59:59Z, UTC, 2026-11-20",
        "DAILY, 2026-11-21T08:00:00Z, UTC, 2026-11-21",
        "DAILY, 2026-11-21T06:59:59Z, Europe/Amsterdam, 2026-11-20",
        "DAILY, 2026-11-21T07:00:00Z, Europe/Amsterdam, 2026-11-21",
        "DAILY, 2026-07-21T05:59:59Z, Europe/Amsterdam, 2026-07-20",
        "DAILY, 2026-07-21T06:00:00Z, Europe/Amsterdam, 2026-07-21",
        "DAILY, 2026-11-20T23:00:00Z, Asia/Seoul, 2026-11-21",
        "WEEKLY, 2026-11-23T07:59:59Z, UTC, 2026-11-16",
        "WEEKLY, 2026-11-23T08:00:00Z, UTC, 2026-11-23",
        "WEEKLY, 2026-11-29T23:59:59Z, UTC, 2026-11-23",
        "WEEKLY, 2026-03-30T06:00:00Z, Europe/Amsterdam, 2026-03-30",
        "MONTHLY, 2026-11-01T07:59:59Z, UTC, 2026-10-01",
        "MONTHLY, 2026-11-01T08:00:00Z, UTC, 2026-11-01",
        "QUARTERLY, 2026-01-01T07:59:59Z, UTC, 2025-10-01",
        "QUARTERLY, 2026-11-21T08:00:00Z, UTC, 2026-10-01",
    })
    void theLatestSummaryIsOfTheDayOnWhichItCameDue(Period period, Instant now, String zone, String due) {
        assertThat(period.latestDue(now, ZoneId.of(zone))).hasToString(due);
    }
}

package dev.mtdconnector.people;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/** How often a summary comes: each day, on Mondays, on the first of each month, on the first of each quarter. */
public enum Period {
    DAILY(Topic.DAILY),
    WEEKLY(Topic.WEEKLY),
    MONTHLY(Topic.MONTHLY),
    QUARTERLY(Topic.QUARTERLY);

    /** When on that day, by the clock of the tenant's time zone; where the clock skips it, as much later as it skips. */
    static final LocalTime TIME = LocalTime.of(8, 0);

    private final Topic topic;

    Period(Topic topic) {
        this.topic = topic;
    }

    Topic topic() {
        return topic;
    }

    /** The latest day on which a summary came due by now. */
    LocalDate latestDue(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        LocalDate day = firstOn(today);
        return day.atTime(TIME).atZone(zone).toInstant().isAfter(now) ? firstOn(day.minusDays(1)) : day;
    }

    private LocalDate firstOn(LocalDate day) {
        return switch (this) {
            case DAILY -> day;
            case WEEKLY -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTHLY -> day.withDayOfMonth(1);
            case QUARTERLY -> day.withDayOfMonth(1).withMonth((day.getMonthValue() - 1) / 3 * 3 + 1);
        };
    }
}

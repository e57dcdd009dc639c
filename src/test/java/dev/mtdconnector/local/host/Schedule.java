package dev.mtdconnector.local.host;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An NCRONTAB expression of six fields: second, minute, hour, day, month, day of week; evaluated in UTC.
 *
 * <p>A field is a list of values, ranges and steps. Months and weekdays may be named by three letters or more. A time
 * matches when all six fields do: unlike in crontab, day and day of week are not alternatives (source: NCRONTAB, on
 * which the timer trigger relies). Not supported: five fields, time spans.
 */
public final class Schedule {

    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final Pattern PART = Pattern.compile("(\\*|([A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?)(?:/(\\d{1,3}))?");
    /** The calendar repeats weekdays and leap days after 28 years, but for centuries. */
    private static final int YEARS = 40;

    private final String expression;
    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;

    private Schedule(String expression, String[] fields) {
        this.expression = expression;
        this.seconds = field(fields[0], 0, 59, List.of());
        this.minutes = field(fields[1], 0, 59, List.of());
        this.hours = field(fields[2], 0, 23, List.of());
        this.days = field(fields[3], 1, 31, List.of());
        this.months = field(fields[4], 1, 12, MONTHS);
        this.weekdays = field(fields[5], 0, 6, WEEKDAYS);
    }

    /** Refuses what is not six fields of NCRONTAB, and what never occurs. */
    public static Schedule of(String expression) {
        String[] fields = expression.strip().split("\\s+");
        if (fields.length != 6) {
            throw new IllegalArgumentException("A schedule has six fields, the first is seconds: " + expression);
        }
        Schedule schedule = new Schedule(expression, fields);
        if (schedule.after(Instant.EPOCH).isEmpty()) {
            throw new IllegalArgumentException("This schedule never occurs: " + expression);
        }
        return schedule;
    }

    /** The first occurrence later than {@code instant}. */
    public Instant next(Instant instant) {
        return after(instant).orElseThrow(() -> new IllegalStateException("No occurrence of " + expression));
    }

    private Optional<Instant> after(Instant instant) {
        LocalDateTime start =
                LocalDateTime.ofInstant(instant, ZoneOffset.UTC).withNano(0).plusSeconds(1);
        LocalDate end = start.toLocalDate().plusYears(YEARS);
        for (LocalDate date = start.toLocalDate(); date.isBefore(end); date = date.plusDays(1)) {
            if (months.get(date.getMonthValue())
                    && days.get(date.getDayOfMonth())
                    && weekdays.get(date.getDayOfWeek().getValue() % 7)) {
                LocalTime from = date.equals(start.toLocalDate()) ? start.toLocalTime() : LocalTime.MIN;
                Optional<LocalTime> time = timeFrom(from);
                if (time.isPresent()) {
                    return Optional.of(date.atTime(time.get()).toInstant(ZoneOffset.UTC));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<LocalTime> timeFrom(LocalTime from) {
        for (int hour = hours.nextSetBit(from.getHour()); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            boolean firstHour = hour == from.getHour();
            for (int minute = minutes.nextSetBit(firstHour ? from.getMinute() : 0);
                    minute >= 0;
                    minute = minutes.nextSetBit(minute + 1)) {
                int second = seconds.nextSetBit(firstHour && minute == from.getMinute() ? from.getSecond() : 0);
                if (second >= 0) {
                    return Optional.of(LocalTime.of(hour, minute, second));
                }
            }
        }
        return Optional.empty();
    }

    private BitSet field(String text, int lowest, int highest, List<String> names) {
        BitSet set = new BitSet();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                throw wrong(text);
            }
            String first = matcher.group(2);
            String last = matcher.group(3);
            String step = matcher.group(4);
            int from = first == null ? lowest : value(first, lowest, names, text);
            // A single value with a step runs to the end of the field: 5/15 is 5, 20, 35, 50.
            int to = last != null ? value(last, lowest, names, text) : first == null || step != null ? highest : from;
            int by = step == null ? 1 : Integer.parseInt(step);
            if (from < lowest || to > highest || from > to || by < 1) {
                throw wrong(text);
            }
            for (int value = from; value <= to; value += by) {
                set.set(value);
            }
        }
        return set;
    }

    private int value(String text, int lowest, List<String> names, String field) {
        if (text.chars().allMatch(Character::isDigit)) {
            return text.length() > 2 ? -1 : Integer.parseInt(text);
        }
        String prefix = text.toLowerCase(Locale.ROOT);
        List<String> matches = names.stream()
                .filter(name -> prefix.length() >= 3 && name.startsWith(prefix))
                .toList();
        if (matches.size() != 1) {
            throw wrong(field);
        }
        return names.indexOf(matches.get(0)) + lowest;
    }

    private IllegalArgumentException wrong(String field) {
        return new IllegalArgumentException("Field \"" + field + "\" of schedule \"" + expression + "\" is wrong");
    }

    @Override
    public String toString() {
        return expression;
    }
}

package dev.mtdconnector.intune;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many devices worsened within the last hour, told or held, by the minute. A feed or a policy that breaks calls many
 * devices bad at once; when more do than a share of all, somebody is asked first.
 *
 * @param minutes in which devices worsened, oldest first
 */
public record Breaker(List<Minute> minutes) {

    public static final Breaker UNUSED = new Breaker(List.of());

    /** So many may worsen in the smallest tenant: below that a share says nothing. */
    public static final int LEAST = 5;

    private static final int WINDOW = 60;
    private static final int SECONDS = 60;

    public Breaker {
        minutes = List.copyOf(minutes);
    }

    /**
     * @param number of the minute, since 1970
     */
    public record Minute(long number, int devices) {}

    /**
     * How many devices may worsen within an hour unasked.
     *
     * @param percent of the devices, 1 to 100; 100 asks never
     */
    public static int allowance(int percent, int devices) {
        return percent >= 100 ? Integer.MAX_VALUE : Math.max(LEAST, (int) (devices * (long) percent / 100));
    }

    /** How many worsened within the last hour. */
    public int worsened(Instant now) {
        return recent(now).stream().mapToInt(Minute::devices).sum();
    }

    /** With so many more. */
    public Breaker worsening(int devices, Instant now) {
        if (devices == 0) {
            return this;
        }
        List<Minute> changed = new ArrayList<>(recent(now));
        long number = number(now);
        Minute last = changed.isEmpty() ? null : changed.get(changed.size() - 1);
        if (last != null && last.number() >= number) {
            changed.set(changed.size() - 1, new Minute(last.number(), last.devices() + devices));
        } else {
            changed.add(new Minute(number, devices));
        }
        return new Breaker(changed);
    }

    private List<Minute> recent(Instant now) {
        return minutes.stream()
                .filter(minute -> minute.number() > number(now) - WINDOW)
                .toList();
    }

    private static long number(Instant at) {
        return at.getEpochSecond() / SECONDS;
    }
}

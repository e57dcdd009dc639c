package dev.mtdconnector.enrollment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many devices may leave by themselves: a share of those there were 24 hours ago, less those that left since. The
 * window rolls by the hour, so that neither one large mistake nor many small ones empty a tenant before somebody looks.
 *
 * @param hours in which devices left, oldest first, none older than a day
 */
public record SafetyCap(List<Hour> hours) {

    public static final SafetyCap UNUSED = new SafetyCap(List.of());

    private static final long WINDOW = Duration.ofHours(24).toSeconds();
    private static final long HOUR = Duration.ofHours(1).toSeconds();

    public SafetyCap {
        hours = List.copyOf(hours);
    }

    /**
     * An hour in which devices left.
     *
     * @param start in seconds since 1970
     * @param devices how many were in scope when the first of them left
     */
    public record Hour(long start, int devices, int removed) {}

    /**
     * How many may still leave unasked. A small tenant may lose one, or a company of four could never lose anybody; no
     * tenant loses its last device unasked.
     *
     * @param percent of the devices, 0 to 100
     * @param devicesNow in scope now
     */
    public int allowance(int percent, int devicesNow, Instant now) {
        List<Hour> recent = recent(now);
        int base = recent.isEmpty() ? devicesNow : recent.get(0).devices();
        int removed = recent.stream().mapToInt(Hour::removed).sum();
        int most = (int) ((base * (long) percent + 99) / 100);
        return Math.max(0, Math.min(most - removed, devicesNow - 1));
    }

    /** The cap after so many of {@code devicesNow} left. */
    public SafetyCap removing(int devices, int devicesNow, Instant now) {
        if (devices == 0) {
            return this;
        }
        List<Hour> changed = new ArrayList<>(recent(now));
        long start = now.getEpochSecond() / HOUR * HOUR;
        Hour last = changed.isEmpty() ? null : changed.get(changed.size() - 1);
        if (last != null && last.start() == start) {
            changed.set(changed.size() - 1, new Hour(start, last.devices(), last.removed() + devices));
        } else {
            changed.add(new Hour(start, devicesNow, devices));
        }
        return new SafetyCap(changed);
    }

    private List<Hour> recent(Instant now) {
        return hours.stream()
                .filter(hour -> hour.start() + HOUR + WINDOW > now.getEpochSecond())
                .toList();
    }
}

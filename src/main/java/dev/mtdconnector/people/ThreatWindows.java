package dev.mtdconnector.people;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.people.PeopleStore.Told;
import dev.mtdconnector.people.PeopleStore.Windows;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is new among the open threats of a tenant since the last look, and numbers it: a window.
 *
 * <p>What was told is kept by device, and compared with the devices that have open threats now. So no write of a device need
 * know of mails, a look that was missed is made up by the next, and what came and went in between is never told. A window
 * is closed only after its mails were recorded; one that a crash left open is finished before the next begins.
 */
final class ThreatWindows {

    /** So many windows are mailed within an hour at most; what comes meanwhile is in the next. */
    static final int MOST_AN_HOUR = 6;

    /** A device that has more open threats than these has been told of often enough. */
    static final int MOST_OF_A_DEVICE = 300;

    private static final Duration HOUR = Duration.ofHours(1);

    private final PeopleStore store;
    private final DeviceStore devices;
    private final Policies policies;
    private final Clock clock;

    ThreatWindows(PeopleStore store, DeviceStore devices, Policies policies, Clock clock) {
        this.store = store;
        this.devices = devices;
        this.policies = policies;
        this.clock = clock;
    }

    /** Nobody wants to be told: what there is when somebody does will not be news. The numbers go on: mails bear them. */
    void pause(String tenantId) {
        store.windows(tenantId)
                .filter(known -> !known.isPaused())
                .ifPresent(known -> store.saveWindows(tenantId, new Windows(known.last(), known.at(), true)));
    }

    /**
     * The window of which mails are to be recorded now; empty when there is nothing new, or not yet.
     *
     * @param checkpoint run between steps
     */
    OptionalLong open(String tenantId, Runnable checkpoint) {
        Windows known = store.windows(tenantId).orElse(new Windows(0, List.of(), true));
        if (known.isPaused()) {
            // The first look: what is there is not new.
            look(tenantId, known.last(), store.told(tenantId), checkpoint);
            store.saveWindows(tenantId, new Windows(known.last(), known.at(), false));
            return OptionalLong.empty();
        }
        long next = known.last() + 1;
        Map<String, List<Told>> told = store.told(tenantId);
        if (has(told, next)) {
            return OptionalLong.of(next);
        }
        if (lately(known).size() >= MOST_AN_HOUR) {
            return OptionalLong.empty();
        }
        return has(look(tenantId, next, told, checkpoint), next) ? OptionalLong.of(next) : OptionalLong.empty();
    }

    /** The mails of the window are recorded. */
    void close(String tenantId, long window) {
        List<Instant> at =
                new ArrayList<>(store.windows(tenantId).map(this::lately).orElse(List.of()));
        at.add(clock.instant());
        store.saveWindows(tenantId, new Windows(window, at, false));
    }

    private List<Instant> lately(Windows windows) {
        Instant since = clock.instant().minus(HOUR);
        return windows.at().stream().filter(at -> at.isAfter(since)).toList();
    }

    private static boolean has(Map<String, List<Told>> told, long window) {
        return told.values().stream().flatMap(List::stream).anyMatch(one -> one.window() == window);
    }

    /** Compares, stores what differs, and answers that. */
    private Map<String, List<Told>> look(
            String tenantId, long window, Map<String, List<Told>> told, Runnable checkpoint) {
        Policy policy = policies.of(tenantId);
        TreeSet<String> ids = new TreeSet<>(told.keySet());
        devices.eachExposed(tenantId, (deviceId, exposure) -> ids.add(deviceId));
        Map<String, List<Told>> changed = new HashMap<>();
        for (String deviceId : ids) {
            checkpoint.run();
            List<Told> before = told.getOrDefault(deviceId, List.of());
            List<Told> now = devices.find(tenantId, deviceId)
                    .map(device -> compared(device, policy, before, window))
                    .orElse(List.of());
            if (!now.equals(before)) {
                changed.put(deviceId, now);
            }
        }
        checkpoint.run();
        store.saveTold(tenantId, changed);
        return changed;
    }

    private static List<Told> compared(Device device, Policy policy, List<Told> before, long window) {
        List<Told> now = new ArrayList<>();
        ThreatMails.levels(device, policy).entrySet().stream()
                .limit(MOST_OF_A_DEVICE)
                .forEach(one -> now.add(of(one.getKey(), one.getValue(), before, window)));
        return now;
    }

    private static Told of(String guid, RiskLevel level, List<Told> before, long window) {
        @Nullable
        Told known = before.stream()
                .filter(one -> one.guid().equals(guid))
                .findFirst()
                .orElse(null);
        if (known == null) {
            return new Told(guid, level, window, null);
        }
        return known.level() == level ? known : new Told(guid, level, window, known.level());
    }
}

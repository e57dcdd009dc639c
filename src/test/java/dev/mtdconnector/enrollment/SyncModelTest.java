package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;

/** Random directories and random changes, a sync after each, against a plain model that reads everything. */
class SyncModelTest {

    private static final int USERS = 25;
    private static final int GROUPS = 6;
    private static final int DEVICES = 40;
    /** Enrolls devices for others, and is in no group. */
    private static final String HELP_DESK = id("user", 900);

    private SyncBench bench = new SyncBench();
    private final Set<String> pinned = new TreeSet<>();
    private boolean isNested = true;

    @RepeatedTest(40)
    void everySyncEndsWhereReadingEverythingWouldEnd() {
        check(new Random().nextLong());
    }

    /** The same where Intune is the cheapest source; what it says of who enrolled a device is not always of use. */
    @RepeatedTest(40)
    void soDoesOneThatReadsIntune() {
        bench = new SyncBench(SyncBench.HINTED);
        bench.directory.withUserCount(USERS + 1).management().grant(OptionalSources.Source.values());
        check(new Random().nextLong());
    }

    private void check(long seed) {
        Random random = new Random(seed);
        bench.directory.withPageSize(1 + random.nextInt(8));
        for (int i = 0; i < GROUPS; i++) {
            bench.directory.withGroup(id("group", i), "Group " + i);
        }
        // The last device would never leave by itself: this one stays.
        bench.directory.join(id("group", 0), id("user", 99)).withDevice(id("device", 99), id("user", 99), "iOS", "18");
        pinned.add(id("group", 0));
        for (int round = 0; round < 25; round++) {
            if (random.nextInt(5) == 0) {
                bench.directory.freezeIndex();
            }
            for (int n = random.nextInt(9); n >= 0; n--) {
                change(random);
            }
            bench.connector(isNested, 1_000_000, pinned.toArray(String[]::new));
            bench.sync();
            bench.approveWhatIsHeld();
            assertThat(without(bench.devices()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(without(expected()));
            if (random.nextInt(4) == 0) {
                // By the next passes owners are seen too.
                bench.clock.advance(Duration.ofHours(13));
                for (int pass = 0; pass < 12; pass++) {
                    bench.sync();
                    bench.approveWhatIsHeld();
                }
                assertThat(bench.devices())
                        .as("seed %d, round %d, owners", seed, round)
                        .isEqualTo(expected());
            }
            if (random.nextInt(10) == 0) {
                bench.directory.forgetLinks();
            }
        }
    }

    /** Owner changes are in no delta, so before a pass only which devices there are can be compared. */
    private static Set<String> without(Map<String, String> devices) {
        return devices.keySet();
    }

    private void change(Random random) {
        String user = id("user", random.nextInt(USERS));
        String group = id("group", random.nextInt(GROUPS));
        String other = id("group", random.nextInt(GROUPS));
        String device = id("device", random.nextInt(DEVICES));
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> bench.directory.join(group, user);
            case 4, 5 -> bench.directory.leave(group, user);
            case 6 -> bench.directory.nest(group, other, true);
            case 7 -> bench.directory.nest(group, other, false);
            case 8, 9 -> {
                String owner = owner(device, user);
                bench.directory.removeDevice(device);
                bench.directory.withDevice(device, owner, "iOS", "18." + random.nextInt(3));
                switch (random.nextInt(6)) {
                    case 0 -> bench.directory.management().withDevice("intune " + device, device, HELP_DESK);
                    case 1 -> bench.directory.management().removeDevice("intune " + device);
                    default -> bench.directory.management().withDevice("intune " + device, device, owner);
                }
            }
            case 10 -> {
                if (!pinned.remove(group)) {
                    pinned.add(group);
                }
                pinned.add(id("group", 0));
            }
            default -> isNested = random.nextInt(4) != 0;
        }
    }

    /** A device keeps its owner: another one is seen by a pass only. */
    private String owner(String device, String user) {
        return bench.directory.devices().stream()
                .filter(known -> known.deviceId().equals(device))
                .map(OwnedDevice::userId)
                .findFirst()
                .orElse(user);
    }

    private Map<String, String> expected() {
        Set<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(pinned);
        while (!open.isEmpty()) {
            String group = open.remove();
            if (reached.add(group) && isNested) {
                open.addAll(bench.directory.children(group));
            }
        }
        Set<String> users = new TreeSet<>();
        reached.forEach(group -> users.addAll(bench.directory.members(group)));
        Map<String, String> devices = new TreeMap<>();
        for (OwnedDevice device : bench.directory.devices()) {
            if (users.contains(device.userId())) {
                devices.put(device.deviceId(), device.userId() + " " + device.operatingSystemVersion());
            }
        }
        return devices;
    }
}

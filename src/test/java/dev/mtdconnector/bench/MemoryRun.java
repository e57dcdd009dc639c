package dev.mtdconnector.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * A first sync in a process of its own, whose heap has an upper bound. Now and then, between two pages, everything that is no
 * longer needed is collected, so that what is left is what the sync holds.
 */
final class MemoryRun {

    /** Signs of life between two collections. */
    private static final int EVERY = 40;

    private MemoryRun() {}

    /** Graph's address, a token, the file for the answer. */
    public static void main(String[] args) throws IOException {
        AtomicLong afterAny = new AtomicLong();
        watch(afterAny);
        AtomicLong live = new AtomicLong();
        AtomicLong signs = new AtomicLong();
        Clock clock = Clock.systemUTC();
        new Product(new DistantTables(), Product.graph(URI.create(args[0]), args[1], clock), clock)
                .atCheckpoint(() -> {
                    if (signs.incrementAndGet() % EVERY == 0) {
                        live.accumulateAndGet(usedNow(), Math::max);
                    }
                })
                .sync();
        Files.writeString(Path.of(args[2]), "DONE " + live.get() + " " + afterAny.get());
    }

    /** The most that any collection left, garbage of the old generation included. */
    private static void watch(AtomicLong most) {
        Set<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                Map<String, MemoryUsage> after = GarbageCollectionNotificationInfo.from(
                                                (CompositeData) notification.getUserData())
                                        .getGcInfo()
                                        .getMemoryUsageAfterGc();
                                most.accumulateAndGet(
                                        after.entrySet().stream()
                                                .filter(entry -> heap.contains(entry.getKey()))
                                                .mapToLong(entry ->
                                                        entry.getValue().getUsed())
                                                .sum(),
                                        Math::max);
                            },
                            notification -> notification
                                    .getType()
                                    .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                            null);
        }
    }

    /** Bytes that are needed. */
    static long usedNow() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

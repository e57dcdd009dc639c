package dev.mtdconnector.bench;

import java.lang.management.ManagementFactory;

/** What else the machine did. */
final class Load {

    private Load() {}

    /** How many processes wanted to run in the last minute. */
    static String now() {
        return Figures.number(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()) + " on "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }

    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}

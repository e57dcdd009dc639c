package dev.mtdconnector.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * What is measured, and how large.
 *
 * @param parts in the order in which they run
 * @param users in the enrollment groups
 * @param runs of which the median counts
 * @param pages page sizes of delta queries to try; the first is that of the wall times
 * @param storage where the product's rows lie in the parts that tell wall times
 * @param connectors that are due in the same minute
 * @param minutes that the connectors are watched
 * @param events that are sent through intake in one run
 * @param samples events of which the time to Intune is taken
 * @param intune whether the tenant lets Intune's list of devices be read, in the part of first syncs
 * @param devices of the feed that is read
 * @param heap whether the heap of that is looked at, in a process of its own
 * @param folder where the figures are written
 */
record BenchOptions(
        List<Part> parts,
        int users,
        int runs,
        List<Integer> pages,
        List<Storage> storage,
        int connectors,
        int minutes,
        int events,
        int samples,
        boolean intune,
        int devices,
        boolean heap,
        Path folder) {

    enum Part {
        SYNC,
        POLL,
        CHANGE,
        ALLOCATION,
        MEMORY,
        CONNECTORS,
        EVENTS,
        FEED,
        LATENCY
    }

    enum Storage {
        /** Isolates our own cost: a transaction is some microseconds. */
        MEMORY,
        /** Another process, over HTTP, as the real one. */
        AZURITE
    }

    static BenchOptions of(Properties properties) {
        return new BenchOptions(
                list(properties, "bench", "sync,poll,change,allocation,memory,connectors,events,feed,latency").stream()
                        .map(name -> Part.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList(),
                number(properties, "bench.users", 100_000),
                number(properties, "bench.runs", 5),
                list(properties, "bench.pages", "100,999").stream()
                        .map(Integer::valueOf)
                        .toList(),
                list(properties, "bench.storage", "memory,azurite").stream()
                        .map(name -> Storage.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList(),
                number(properties, "bench.connectors", 1_000),
                number(properties, "bench.minutes", 4),
                number(properties, "bench.events", 2_000),
                number(properties, "bench.samples", 30),
                Boolean.parseBoolean(properties.getProperty("bench.intune")),
                number(properties, "bench.devices", 50_000),
                Boolean.parseBoolean(text(properties, "bench.heap", "true")),
                Path.of(properties.getProperty("bench.folder", "target/bench")));
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    private static List<String> list(Properties properties, String name, String usual) {
        return Arrays.stream(text(properties, name, usual).split(",", -1))
                .map(String::strip)
                .toList();
    }

    private static int number(Properties properties, String name, int usual) {
        return Integer.parseInt(text(properties, name, Integer.toString(usual)));
    }

    private static String text(Properties properties, String name, String usual) {
        String text = properties.getProperty(name, "");
        return text.isBlank() ? usual : text;
    }
}

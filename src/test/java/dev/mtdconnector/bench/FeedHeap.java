package dev.mtdconnector.bench;

import dev.mtdconnector.testing.MemoryTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The heap of a feed's first connection and of catching up, in a process of its own, over {@link TemplateTables}. At every so
 * many signs of life, which are in the middle of pages, everything that is not needed is collected and what is left is noted.
 */
final class FeedHeap {

    private static final String NAME = "feed";
    private static final int LIMIT_MB = 96;
    private static final int SAMPLES = 40;
    private static final double MEGA = 1 << 20;

    /** Before everything that the vendor says. */
    private static final String TIE = """
            [{"id": "tie", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "device": {"guid": "%s",
            "info": {"external_id": "%s"}, "status": {"activation_status": "ACTIVATED"}}}]""".formatted(
                    FeedWorld.ENTERPRISE,
                    FeedWorld.START.minusSeconds(1_000_000),
                    FeedWorld.id("99999999", 0),
                    FeedWorld.id("dddddddd", 0));

    private FeedHeap() {}

    /** The process: the vendor, signs of life between two samples of each reading, the file. */
    public static void main(String[] args) throws IOException {
        URI vendor = URI.create(args[0]);
        MemoryTables zero = new MemoryTables();
        FeedProduct.enroll(zero, 1);
        FeedProduct product = new FeedProduct(new TemplateTables(zero), vendor);
        new FeedProduct(zero, vendor).take(TIE);
        List<Long> connecting = samples(product, Integer.parseInt(args[1]));
        try (InputStream said = vendor.resolve("/later").toURL().openStream()) {
            said.readAllBytes();
        }
        product.later();
        List<Long> catchingUp = samples(product, Integer.parseInt(args[2]));
        Files.writeString(Path.of(args[3]), "DONE " + text(connecting) + " " + text(catchingUp) + "\n");
    }

    private static List<Long> samples(FeedProduct product, int every) {
        List<Long> samples = new ArrayList<>();
        int[] signs = new int[1];
        product.atCheckpoint(() -> {
            if (++signs[0] % every == 0) {
                samples.add(MemoryRun.usedNow());
            }
        });
        product.read();
        return samples;
    }

    private static String text(List<Long> samples) {
        return samples.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** As many devices, and the smaller number of them. */
    static void measure(int devices, int smaller, Figures figures) {
        List<List<Double>> few = measure(devices / smaller);
        List<List<Double>> many = measure(devices);
        List<String> readings = List.of("first connection", "10 days");
        for (int i = 0; i < readings.size(); i++) {
            String what = readings.get(i) + " of " + devices + " devices, heap in use: ";
            List<Double> samples = many.get(i);
            int half = samples.size() / 2;
            double first = most(samples.subList(0, half));
            double second = most(samples.subList(half, samples.size()));
            figures.atMost(NAME, what + "MB at most, with -Xmx" + LIMIT_MB + "m", most(samples), LIMIT_MB / 2.0);
            figures.atMost(NAME, what + "second half / first", second / first, 1.1);
            figures.atMost(
                    NAME, what + "/ that of " + devices / smaller + " devices", most(samples) / most(few.get(i)), 1.1);
            figures.note(
                    NAME,
                    what + "MB at each tenth",
                    IntStream.rangeClosed(1, 10)
                            .mapToObj(tenth -> Figures.number(samples.get(tenth * samples.size() / 10 - 1)))
                            .toList()
                            .toString());
        }
    }

    private static double most(List<Double> samples) {
        return Collections.max(samples);
    }

    private static List<List<Double>> measure(int devices) {
        try (FeedWorld world = new FeedWorld(devices)) {
            Path file = Files.createTempFile("bench-feed", ".txt");
            Process process = Jvm.start(
                    List.of("-Xmx" + LIMIT_MB + "m", "-XX:+UseSerialGC"),
                    FeedHeap.class,
                    List.of(
                            world.address().toString(),
                            Integer.toString(Math.max(1, devices / SAMPLES)),
                            Integer.toString(Math.max(1, world.events() / SAMPLES)),
                            file.toString()));
            String said = Jvm.awaitFile(process, file, "DONE ").strip();
            Files.delete(file);
            return Arrays.stream(said.split(" ", -1))
                    .skip(1)
                    .map(reading -> Arrays.stream(reading.split(",", -1))
                            .map(bytes -> Long.parseLong(bytes) / MEGA)
                            .toList())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

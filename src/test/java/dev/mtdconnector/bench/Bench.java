package dev.mtdconnector.bench;

import dev.mtdconnector.bench.BenchOptions.Part;
import java.time.Duration;
import java.util.Locale;

/** {@code mvn -Pbench}: measures what enrollment, events and feeds cost, and writes it to {@code target/bench/bench.md}. */
public final class Bench {

    private Bench() {}

    public static void main(String[] args) {
        BenchOptions options = BenchOptions.of(System.getProperties());
        Figures figures = measure(options, new Figures(System.out::println));
        long missed = figures.all().stream()
                .filter(figure -> figure.verdict().equals("MISSED"))
                .count();
        System.out.println(missed + " missed; " + options.folder().resolve("bench.md"));
    }

    static Figures measure(BenchOptions options, Figures figures) {
        boolean isContosoNeeded = options.has(Part.SYNC) || options.has(Part.POLL) || options.has(Part.CHANGE);
        if (isContosoNeeded) {
            try (ContosoProcess contoso = ContosoProcess.start(ContosoProcess.people(options.users()))) {
                if (options.has(Part.SYNC)) {
                    new SyncPart(options, contoso, figures).run();
                }
                if (options.has(Part.POLL) || options.has(Part.CHANGE)) {
                    new PollPart(options, contoso, figures).run();
                }
            }
        }
        if (options.has(Part.ALLOCATION)) {
            new AllocationPart(options, figures).run();
        }
        if (options.has(Part.MEMORY)) {
            new MemoryPart(options, figures).run();
        }
        if (options.has(Part.CONNECTORS)) {
            new ConnectorsPart(options, figures).run();
        }
        if (options.has(Part.EVENTS)) {
            EventsBench.measure(options, figures);
        }
        if (options.has(Part.FEED)) {
            new FeedPart(options, figures).run();
        }
        // The last one: from then on this process trusts nobody but the simulator.
        if (options.has(Part.LATENCY)) {
            new LatencyPart(options.samples(), Duration.ofSeconds(5), figures).run();
        }
        figures.write(options.folder(), heading(options));
        return figures;
    }

    private static String heading(BenchOptions options) {
        return String.format(
                Locale.ROOT,
                "# Benchmark%n%nJava %s, %d processors, %,d users, pages of %s, %d runs.",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                options.users(),
                options.pages(),
                options.runs());
    }
}

package dev.mtdconnector.bench;

import dev.mtdconnector.bench.BenchOptions.Storage;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.MemoryTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The feed that is read: its first connection, catching up ten days of all devices, and a poll that finds nothing, counted and
 * timed beside a bare loop; the same events over {@code POST /events}; and the heap.
 */
final class FeedPart {

    private static final String NAME = "feed";

    /** A tenth of the devices in runs of which there are several, a hundredth where each transaction is a request. */
    private static final int SMALLER = 10;

    private static final int SMALLEST = 100;

    private final BenchOptions options;
    private final Figures figures;

    FeedPart(BenchOptions options, Figures figures) {
        this.options = options;
        this.figures = figures;
    }

    void run() {
        // Without runs only what is counted, and happens once.
        for (Storage storage : options.runs() == 0 ? List.<Storage>of() : options.storage()) {
            compare(storage, options.devices() / (storage == Storage.MEMORY ? SMALLER : SMALLEST));
        }
        counted(options.devices());
        if (options.heap()) {
            FeedHeap.measure(options.devices(), SMALLER, figures);
        }
    }

    /** What the product did, and what it took. */
    private record Done(CountingTables tables, List<CountingTables.Write> writes, List<String> asked, double seconds) {}

    /** Everything once, each beside its bare loop, and against the least that there can be. */
    private void counted(int devices) {
        try (FeedWorld world = new FeedWorld(devices)) {
            MemoryTables tables = enrolled(devices);
            List<CountingTables.Write> writes = new ArrayList<>();
            CountingTables counting = new CountingTables(tables, false).writingDown(writes::add);
            FeedProduct product = new FeedProduct(counting, world.address());
            BareFeed bare = new BareFeed(world.address());
            MemoryTables others = enrolled(devices);

            Done first = done(counting, writes, world, product::read);
            int threats = world.listedThreats();
            String connecting = "first connection of " + devices + " devices, " + threats + " open threats";
            // One page is asked for twice: nothing is taken before it is known whose feed it is.
            requests(connecting, first, 1 + pages(devices) + 1 + pages(threats) + 1 + 1);
            // A threat that is listed is on one device, and all of them are in one page.
            transactions(connecting, first, devices + threats, devices);
            compare(connecting, first, bare, others);

            product.later();
            world.later();
            Done caughtUp = done(counting, writes, world, product::read);
            String catching = "10 days of " + devices + " devices, " + world.events() + " events";
            // Where the last page is full, only another one says that there is no more.
            int least = pages(world.events()) + (world.events() % FeedWorld.PAGE == 0 ? 1 : 0);
            requests(catching, caughtUp, least);
            transactions(catching, caughtUp, world.told(), world.named());
            compare(catching, caughtUp, bare, others);

            Done idle = done(counting, writes, world, product::read);
            exactly("a poll that finds nothing: requests", idle.asked().size(), 1);
            exactly("a poll that finds nothing: rows, its place", counting.rows(), 1);
            exactly("a poll that finds nothing: reads", counting.reads(), 2);
        }
    }

    private static MemoryTables enrolled(int devices) {
        MemoryTables tables = new MemoryTables();
        FeedProduct.enroll(tables, devices);
        return tables;
    }

    private static int pages(int items) {
        return (items + FeedWorld.PAGE - 1) / FeedWorld.PAGE;
    }

    private static Done done(CountingTables tables, List<CountingTables.Write> writes, FeedWorld world, Runnable work) {
        tables.reset();
        writes.clear();
        world.asked();
        double seconds = Load.seconds(work);
        return new Done(tables, writes, world.asked(), seconds);
    }

    private void requests(String what, Done done, int least) {
        long tokens = done.asked().stream().filter("/oauth2/token"::equals).count();
        figures.atMost(NAME, what + ": tokens", (double) tokens, 1);
        exactly(
                what + ": requests, of which the least is " + least,
                done.asked().size() - tokens,
                least);
    }

    /**
     * @param devices the least: one for each device of a page
     * @param ties the least: one for each device of a page that is said which one it is
     */
    private void transactions(String what, Done done, int devices, int ties) {
        exactly(
                what + ": transactions of devices, of which the least is " + devices,
                done.tables().transactions("devices"),
                devices);
        exactly(
                what + ": transactions of ties, of which the least is " + ties,
                done.tables().transactions("intake"),
                ties);
        int pages = done.asked().size();
        int others = done.tables().transactions()
                - done.tables().transactions("devices")
                - done.tables().transactions("intake");
        figures.atMost(NAME, what + ": other transactions / requests", (double) others / pages, 4);
        figures.note(
                NAME,
                what + ": rows, of them a transaction of a device, reads",
                Figures.number(done.tables().rows()) + ", "
                        + Figures.number((double) done.tables().rows("devices") / devices) + ", "
                        + Figures.number(done.tables().reads()));
        figures.note(NAME, what + ": rows by kind", done.tables().rowsByKind().toString());
    }

    private void compare(String what, Done done, BareFeed bare, MemoryTables others) {
        double seconds = Load.seconds(() -> bare.run(done.asked(), done.writes(), others));
        figures.note(
                NAME,
                what + ", tables in memory: seconds, bare loop, ratio, load",
                Figures.number(done.seconds()) + ", " + Figures.number(seconds) + ", "
                        + Figures.number(done.seconds() / seconds) + ", " + Load.now());
    }

    /** A figure that must be what it is. */
    private void exactly(String what, long value, long floor) {
        figures.atMost(NAME, what, (double) value, (double) floor);
        if (value < floor) {
            throw new IllegalStateException(what + ": " + value + ", which cannot be");
        }
    }

    /** The same events read, posted, and by the bare loop, in turn. */
    private void compare(Storage storage, int devices) {
        List<Double> ours = new ArrayList<>();
        List<Double> posted = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        // The first run warms, and is not counted.
        for (int run = 0; run <= options.runs(); run++) {
            try (FeedWorld world = new FeedWorld(devices)) {
                List<CountingTables.Write> writes = new ArrayList<>();
                List<String> asked = new ArrayList<>();
                double read = Storages.with(storage, tables -> read(tables, world, devices, writes, asked));
                double sent = Storages.with(storage, tables -> posted(tables, world, devices));
                double least = Storages.with(
                        storage,
                        tables -> Load.seconds(() -> new BareFeed(world.address()).run(asked, writes, tables)));
                if (run > 0) {
                    ours.add(world.events() / read);
                    posted.add(read / sent);
                    bare.add(read / least);
                }
            }
        }
        String what = storage.name().toLowerCase(Locale.ROOT) + ", " + devices * FeedWorld.EACH + " events: ";
        figures.note(NAME, what + "events a second, read", Figures.spread(ours, ""));
        figures.note(NAME, what + "time read / time of POST /events", Figures.spread(posted, ""));
        figures.note(NAME, what + "time read / bare loop", Figures.spread(bare, "") + ", load " + Load.now());
    }

    private static double read(
            Tables tables, FeedWorld world, int devices, List<CountingTables.Write> writes, List<String> asked) {
        FeedProduct.enroll(tables, devices);
        CountingTables counting = new CountingTables(tables, false);
        FeedProduct product = new FeedProduct(counting, world.address());
        product.read();
        product.later();
        world.later();
        counting.writingDown(writes::add);
        world.asked();
        double seconds = Load.seconds(product::read);
        asked.addAll(world.asked());
        return seconds;
    }

    private static double posted(Tables tables, FeedWorld world, int devices) {
        FeedProduct.enroll(tables, devices);
        FeedProduct product = new FeedProduct(tables, world.address());
        world.later(false);
        product.read();
        product.later();
        world.posts(product::take);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return Load.seconds(() -> {
            for (int from = 0; from < world.events(); from += FeedWorld.PAGE) {
                post(client, world, world.body(from, Math.min(world.events(), from + FeedWorld.PAGE)));
            }
        });
    }

    private static void post(HttpClient client, FeedWorld world, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(world.address() + "/api/v1/events"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                throw new IllegalStateException("Events were not taken");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

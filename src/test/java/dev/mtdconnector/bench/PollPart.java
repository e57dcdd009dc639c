package dev.mtdconnector.bench;

import dev.mtdconnector.bench.BenchOptions.Part;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Polls after the first sync: without a change, and after one of a hundredth. */
final class PollPart {

    private static final String POLL = "poll without change";
    private static final String CHANGE = "change of 1 %";

    private final BenchOptions options;
    private final ContosoProcess contoso;
    private final Figures figures;
    private final String token;

    PollPart(BenchOptions options, ContosoProcess contoso, Figures figures) {
        this.options = options;
        this.contoso = contoso;
        this.figures = figures;
        this.token = contoso.token();
    }

    void run() {
        int batch = 0;
        List<String> all = List.of(
                WellKnown.ENROLLMENT_GROUP,
                WellKnown.FIELD_SALES_GROUP,
                contoso.group("Frequent Travellers"),
                contoso.group("Sales EMEA"));
        for (int page : options.pages()) {
            contoso.deltaPage(page);
            if (page == options.pages().get(0) && options.has(Part.POLL)) {
                nested(page);
            }
            Tables memory = new MemoryTables();
            CountingTables tables = new CountingTables(memory, true);
            Product product = new Product(
                    tables, Product.graph(contoso.address(), token, Clock.systemUTC()), Clock.systemUTC(), all);
            product.sync();
            if (options.has(Part.POLL)) {
                poll(page, tables, product);
            }
            if (options.has(Part.CHANGE)) {
                change(page, tables, product, batch++);
            }
        }
    }

    /** Groups that are found within groups are in the same query as those that an administrator named. */
    private void nested(int page) {
        CountingTables tables = new CountingTables(new MemoryTables(), false);
        Product product =
                new Product(tables, Product.graph(contoso.address(), token, Clock.systemUTC()), Clock.systemUTC());
        product.sync();
        contoso.resetCounts();
        product.sync();
        figures.note(
                POLL,
                "one group, three found within: requests of the second poll, pages of " + page,
                Figures.number(contoso.count().requests()));
        contoso.resetCounts();
        product.sync();
        long requests = contoso.count().requests();
        figures.atMost(
                POLL,
                "requests / floor, one group, three found within, pages of " + page,
                (double) requests / Tenant.of(contoso).model(page).noChange(),
                1);
    }

    private void poll(int page, CountingTables tables, Product product) {
        tables.reset();
        contoso.resetCounts();
        product.sync();
        long requests = contoso.count().requests();
        String at = ", four groups named, pages of " + page;
        figures.note(POLL, "requests" + at, Figures.number(requests));
        figures.atMost(
                POLL,
                "requests / floor" + at,
                (double) requests / Tenant.of(contoso).model(page).noChange(),
                1);
        figures.atMost(POLL, "rows written" + at, tables.rows(), 1);
    }

    private void change(int page, CountingTables tables, Product product, int batch) {
        int half = Math.max(1, options.users() / 200);
        int devices = Math.max(1, options.users() / 100 * 12 / 10);
        contoso.change("{\"type\":\"usersGenerated\",\"count\":" + half + ",\"group\":\"" + WellKnown.ENROLLMENT_GROUP
                + "\",\"batch\":\"b" + batch + "\"}");
        contoso.change("{\"type\":\"membersExchanged\",\"group\":\"" + WellKnown.ENROLLMENT_GROUP + "\",\"remove\":"
                + half + "}");
        contoso.change("{\"type\":\"devicesUpdated\",\"count\":" + devices + ",\"operatingSystemVersion\":\"19." + batch
                + "\"}");
        tables.reset();
        contoso.resetCounts();
        double seconds = Load.seconds(product::sync);
        ContosoProcess.Count ours = contoso.count();
        int transactions = tables.transactions();
        int rows = tables.rows();
        int transactionsOfDevices = tables.transactions("devices");
        double ofDevices =
                (double) transactionsOfDevices / CostModel.transactions(tables.rows("devices") - transactionsOfDevices);
        Map<String, Integer> kinds = tables.rowsByKind();
        int written = kinds.getOrDefault("devices d", 0);
        int same = tables.same();
        int fences = tables.fences();
        contoso.resetCounts();
        double rescan = Load.seconds(
                () -> new FullRescan(contoso.address(), token, new MemoryTables()).run(WellKnown.ENROLLMENT_GROUP));
        ContosoProcess.Count theirs = contoso.count();
        String at = ", pages of " + page;
        figures.note(
                CHANGE,
                "what changed" + at,
                half + " users joined with a phone, " + half + " left, " + devices + " devices have a new version");
        figures.note(
                CHANGE,
                "requests, ours and the full re-scan's" + at,
                Figures.number(ours.requests()) + ", " + Figures.number(theirs.requests()));
        figures.note(CHANGE, "requests by path" + at, ours.byPath().toString());
        int floor = Tenant.of(contoso).model(page).change(2 * half, half, devices + half);
        figures.note(CHANGE, "requests / floor" + at, Figures.number((double) ours.requests() / floor));
        figures.atLeast(
                CHANGE, "requests of the full re-scan / ours" + at, (double) theirs.requests() / ours.requests(), 20);
        figures.note(
                CHANGE,
                "seconds, ours and the full re-scan's" + at,
                Figures.number(seconds) + ", " + Figures.number(rescan));
        figures.atLeast(CHANGE, "time of the full re-scan / ours" + at, rescan / seconds, 1);
        figures.atMost(CHANGE, "rows written as they were" + at, same, 0);
        figures.note(CHANGE, "fences written as they were" + at, Figures.number(fences));
        figures.note(CHANGE, "rows by table and kind" + at, kinds.toString());
        figures.atMost(CHANGE, "rows a device written, all tables" + at, (double) rows / Math.max(1, written), 4);
        figures.note(CHANGE, "transactions" + at, Figures.number(transactions));
        figures.atMost(CHANGE, "transactions of devices / least possible" + at, ofDevices, 1.2);
    }
}

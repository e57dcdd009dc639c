package dev.mtdconnector.bench;

import dev.mtdconnector.bench.BenchOptions.Storage;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.enrollment.OptionalSources;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The first sync beside the bare loop and beside what people write first. */
final class SyncPart {

    private static final String NAME = "first sync";

    /** A rescan of a minute or more is not repeated as often. */
    private static final double LONG = 60;

    private final BenchOptions options;
    private final ContosoProcess contoso;
    private final Figures figures;
    private final String token;

    SyncPart(BenchOptions options, ContosoProcess contoso, Figures figures) {
        this.options = options;
        this.contoso = contoso;
        this.figures = figures;
        this.token = contoso.token();
    }

    void run() {
        for (int page : options.pages()) {
            contoso.deltaPage(page);
            Script script = counted(page);
            if (page == options.pages().get(0)) {
                options.storage().forEach(storage -> timed(storage, page, script));
            }
        }
    }

    /** The first run, which counts and is not timed. */
    private Script counted(int page) {
        Script script = new Script();
        CountingTables tables = new CountingTables(new MemoryTables(), true).writingDown(script::add);
        contoso.resetCounts();
        product(tables, script.of(Product.graph(contoso.address(), token, Clock.systemUTC())))
                .sync();
        ContosoProcess.Count count = contoso.count();
        Tenant tenant = Tenant.of(contoso);
        CostModel model = tenant.model(page);
        String at = ", pages of " + page;
        figures.note(NAME, "tenant" + at, tenant.toString());
        figures.note(
                NAME,
                "requests" + at,
                Figures.number(count.requests()) + ", " + Figures.number(count.bytes() / 1e6) + " MB");
        if (options.intune()) {
            figures.note(NAME, "requests by path" + at, count.byPath().toString());
            figures.atMost(
                    NAME,
                    "requests / floor by Intune's list" + at,
                    (double) count.requests() / model.firstSyncByIntune(),
                    1.05);
        } else {
            figures.atMost(NAME, "requests / floor" + at, (double) count.requests() / model.firstSync(), 1.05);
        }
        figures.atMost(NAME, "rows written as they were" + at, tables.same(), 0);
        figures.note(NAME, "fences written as they were" + at, Figures.number(tables.fences()));
        int devices = tables.rowsByKind().getOrDefault("devices d", 0);
        int rowsOfDevices = tables.rows("devices");
        figures.note(NAME, "rows by table and kind" + at, tables.rowsByKind().toString());
        figures.atMost(NAME, "rows a device, all tables" + at, (double) tables.rows() / Math.max(1, devices), 4);
        figures.atMost(
                NAME,
                "transactions / least possible, devices" + at,
                (double) tables.transactions("devices")
                        / CostModel.transactions(rowsOfDevices - tables.transactions("devices")),
                1.2);
        figures.note(
                NAME,
                "transactions, rows, reads of tables" + at,
                Figures.number(tables.transactions()) + ", " + Figures.number(tables.rows()) + ", "
                        + Figures.number(tables.reads()));
        return script;
    }

    private void timed(Storage storage, int page, Script script) {
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int run = 0; run < options.runs(); run++) {
            double limit = Storages.with(storage, tables -> Load.seconds(() -> bareLoop(script, tables)));
            double our = Storages.with(storage, tables -> Load.seconds(() -> sync(tables)));
            bare.add(limit);
            ours.add(our);
            ratios.add(our / limit);
        }
        String over = " over " + storage + ", pages of " + page;
        figures.note(NAME, "load average" + over, Load.now());
        figures.note(NAME, "seconds" + over, Figures.spread(ours, " s"));
        figures.note(NAME, "seconds of the bare loop" + over, Figures.spread(bare, " s"));
        figures.note(NAME, "ratios" + over, Figures.spread(ratios, ""));
        figures.atMost(NAME, "wall time / bare loop" + over, Figures.median(ratios), 1.3);
        List<Double> rescans = new ArrayList<>();
        contoso.resetCounts();
        do {
            rescans.add(Storages.with(storage, tables -> Load.seconds(() -> rescan(tables))));
        } while (rescans.size() < options.runs() && rescans.get(0) < LONG);
        figures.note(NAME, "seconds of the full re-scan" + over, Figures.spread(rescans, " s"));
        figures.note(
                NAME,
                "requests of the full re-scan" + over,
                Figures.number((double) contoso.count().requests() / rescans.size()));
    }

    private void sync(Tables tables) {
        product(tables, Product.graph(contoso.address(), token, Clock.systemUTC()))
                .sync();
    }

    private Product product(Tables tables, DirectoryChanges changes) {
        return new Product(
                tables,
                changes,
                Clock.systemUTC(),
                List.of(WellKnown.ENROLLMENT_GROUP),
                (tenantId, source) -> options.intune() && source == OptionalSources.Source.MANAGED_DEVICES);
    }

    private void bareLoop(Script script, Tables tables) {
        new BareLoop(contoso.address(), token).run(script.steps(), tables);
    }

    private void rescan(Tables tables) {
        new FullRescan(contoso.address(), token, tables).run(WellKnown.ENROLLMENT_GROUP);
    }
}

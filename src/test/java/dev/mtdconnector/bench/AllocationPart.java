package dev.mtdconnector.bench;

import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an unchanged member costs when a whole group is read anew, from the bytes of a page to the decision that nothing is to
 * be done; and what is held of a user while users are joined to devices. In this process, without requests; what happens in
 * tables is taken off.
 */
final class AllocationPart {

    private static final String NAME = "allocation";
    private static final int WARM_UP = 3;

    private final BenchOptions options;
    private final Figures figures;

    AllocationPart(BenchOptions options, Figures figures) {
        this.options = options;
        this.figures = figures;
    }

    void run() {
        for (int page : options.pages()) {
            OneGroup group = new OneGroup(WellKnown.ENROLLMENT_GROUP, options.users(), page);
            CountingTables tables = new CountingTables(new MemoryTables(), false);
            Product product = new Product(tables, group, Clock.systemUTC());
            AtomicLong joining = new AtomicLong();
            group.whileJoining(() -> joining.compareAndSet(0, MemoryRun.usedNow()));
            product.sync();
            long after = MemoryRun.usedNow();
            String at = ", pages of " + page;
            figures.atMost(
                    NAME,
                    "bytes held a user while joining" + at,
                    (double) Math.max(0, joining.get() - after) / options.users(),
                    32);
            List<Double> bytes = new ArrayList<>();
            for (int run = 0; run < WARM_UP + options.runs(); run++) {
                group.growOld();
                tables.reset();
                long start = CountingTables.allocatedByThread();
                product.sync();
                long all = CountingTables.allocatedByThread() - start - tables.allocated();
                if (run >= WARM_UP) {
                    bytes.add((double) all / options.users());
                }
            }
            figures.note(NAME, "bytes a member" + at, Figures.spread(bytes, ""));
            figures.atMost(NAME, "bytes an unchanged member" + at, Figures.median(bytes), 150);
            figures.note(
                    NAME,
                    "rows written when a whole group is read anew" + at,
                    tables.rowsByKind().toString());
        }
    }
}

package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.Faults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A sync with joiners, leavers, nested groups, device changes and owner changes that is ended, or overtaken, at every call
 * that it makes to storage or the directory: the next run ends in exactly the state of one that nobody disturbed.
 */
class SyncCrashTest {

    private static final String ALL = id("group", 0);
    private static final String SALES = id("group", 1);
    private static final String FIELD = id("group", 2);

    private static SyncBench begun() {
        SyncBench bench = new SyncBench();
        bench.directory
                .withPageSize(4)
                .withGroup(ALL, "All")
                .withGroup(SALES, "Sales")
                .withGroup(FIELD, "Field")
                .nest(ALL, SALES, true);
        for (int i = 0; i < 14; i++) {
            bench.directory.join(i % 3 == 0 ? SALES : ALL, id("user", i));
            bench.directory.withDevice(id("device", i), id("user", i), i == 5 ? "Windows" : "iOS", "18");
        }
        bench.connector(true, 1_000, ALL);
        return bench;
    }

    /** Everything that can change between two syncs. */
    private static void change(SyncBench bench) {
        bench.directory
                .leave(ALL, id("user", 1))
                .leave(SALES, id("user", 3))
                .join(ALL, id("user", 20))
                .join(FIELD, id("user", 21))
                .nest(SALES, FIELD, true)
                .nest(FIELD, ALL, true)
                .withDevice(id("device", 20), id("user", 20), "Android", "15")
                .withDevice(id("device", 21), id("user", 21), "iOS", "17")
                .withDevice(id("device", 22), id("user", 2), "iOS", "17");
        bench.directory.removeDevice(id("device", 4));
        bench.directory.removeDevice(id("device", 7));
        bench.directory.withDevice(id("device", 7), id("user", 7), "iOS", "18.1");
        // An owner change, which the pass sees that is due by then.
        bench.directory.removeDevice(id("device", 8));
        bench.directory.withDevice(id("device", 8), id("user", 2), "iOS", "18");
        bench.clock.advance(Duration.ofHours(13));
    }

    private static void toTheEnd(SyncBench bench) {
        for (int pass = 0; pass < 10; pass++) {
            assertThat(bench.sync()).isInstanceOf(Outcome.Finished.class);
        }
    }

    private static List<String> undisturbed(boolean isFirst) {
        SyncBench bench = begun();
        if (!isFirst) {
            bench.sync();
            change(bench);
        }
        toTheEnd(bench);
        return bench.state();
    }

    private static void endAtEveryCall(boolean isFirst) {
        List<String> expected = undisturbed(isFirst);
        int calls = 0;
        for (boolean afterEffect : new boolean[] {false, true}) {
            boolean hasDied = true;
            for (int call = 1; hasDied; call++) {
                SyncBench bench = begun();
                if (!isFirst) {
                    bench.sync();
                    change(bench);
                }
                bench.faults.dieAt(call, afterEffect);
                try {
                    bench.sync();
                    hasDied = false;
                } catch (Faults.Death e) {
                    calls++;
                }
                bench.faults.never();
                bench.sync(true);
                toTheEnd(bench);
                assertThat(bench.state())
                        .as("call %d, after its effect: %s", call, afterEffect)
                        .isEqualTo(expected);
            }
        }
        assertThat(calls).isGreaterThan(60);
    }

    @Test
    void theFirstSyncMayEndAnywhere() {
        endAtEveryCall(true);
    }

    @Test
    void aLaterSyncMayEndAnywhere() {
        endAtEveryCall(false);
    }

    @Test
    void whoWasOvertakenWritesNothingWhenItWakes() {
        List<String> expected = undisturbed(false);
        int overtaken = 0;
        boolean wasPaused = true;
        for (int call = 1; wasPaused; call++) {
            SyncBench bench = begun();
            bench.sync();
            change(bench);
            AtomicInteger pauses = new AtomicInteger();
            bench.faults.pauseAt(call, () -> {
                pauses.incrementAndGet();
                bench.sync(true);
            });
            try {
                bench.sync();
            } catch (JobContext.LeaseLostException e) {
                overtaken++;
            }
            wasPaused = pauses.get() > 0;
            bench.faults.never();
            toTheEnd(bench);
            assertThat(bench.state()).as("paused at call %d", call).isEqualTo(expected);
        }
        assertThat(overtaken).isGreaterThan(30);
    }
}

package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.testing.Faults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sync with joiners, leavers, nested groups, device changes and owner changes that is ended, or overtaken, at every call
 * that it makes to storage or the directory: the next run ends in exactly the state of one that nobody disturbed.
 */
class SyncCrashTest {

    private static final String ALL = id("group", 0);
    private static final String SALES = id("group", 1);
    private static final String FIELD = id("group", 2);

    /** What the sync can read: the directory alone, or Intune too. */
    private enum Sources {
        DIRECTORY,
        INTUNE
    }

    private static SyncBench begun(Sources sources) {
        SyncBench bench = sources == Sources.DIRECTORY ? new SyncBench() : new SyncBench(SyncBench.HINTED);
        bench.directory
                .withPageSize(sources == Sources.DIRECTORY ? 4 : 8)
                .withGroup(ALL, "All")
                .withGroup(SALES, "Sales")
                .withGroup(FIELD, "Field")
                .nest(ALL, SALES, true);
        for (int i = 0; i < 14; i++) {
            bench.directory.join(i % 3 == 0 ? SALES : ALL, id("user", i));
            bench.directory.withDevice(id("device", i), id("user", i), i == 5 ? "Windows" : "iOS", "18");
        }
        if (sources == Sources.INTUNE) {
            bench.directory.withUserCount(14).management().grant(OptionalSources.Source.values());
            for (int i = 0; i < 14; i++) {
                // One that a stranger enrolled, and one that is not managed; two that are not told apart from others.
                String enroller = i == 2 ? id("user", 99) : id("user", i);
                if (i != 6) {
                    bench.directory.management().withDevice("intune-" + i, id("device", i), enroller);
                }
                bench.directory.management().withApp(app(i));
            }
        }
        bench.connector(true, 1_000, ALL);
        return bench;
    }

    private static AppRegistration app(int number) {
        return new AppRegistration(
                id("user", number), "tag", "app-" + number, Platform.IOS, "Phone", "iPhone", "18", "app", null);
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
        // Intune's record of a phone moves to another one of the same user; one app is gone.
        bench.directory.withDevice(id("device", 30), id("user", 10), "iOS", "18");
        bench.directory.management().withDevice("intune-10", id("device", 30), id("user", 10));
        bench.directory.management().withDevice("intune-20", id("device", 20), id("user", 20));
        bench.directory.management().removeApp("app-5");
        bench.clock.advance(Duration.ofHours(25));
    }

    private static void toTheEnd(SyncBench bench) {
        for (int pass = 0; pass < 10; pass++) {
            assertThat(bench.sync()).isInstanceOf(Outcome.Finished.class);
        }
    }

    private static List<String> undisturbed(Sources sources, boolean isFirst) {
        SyncBench bench = begun(sources);
        if (!isFirst) {
            bench.sync(2);
            change(bench);
        }
        toTheEnd(bench);
        return bench.state();
    }

    private static void endAtEveryCall(Sources sources, boolean isFirst) {
        List<String> expected = undisturbed(sources, isFirst);
        int calls = 0;
        for (boolean afterEffect : new boolean[] {false, true}) {
            boolean hasDied = true;
            for (int call = 1; hasDied; call++) {
                SyncBench bench = begun(sources);
                if (!isFirst) {
                    bench.sync(2);
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

    @ParameterizedTest
    @EnumSource
    void theFirstSyncMayEndAnywhere(Sources sources) {
        endAtEveryCall(sources, true);
    }

    @ParameterizedTest
    @EnumSource
    void aLaterSyncMayEndAnywhere(Sources sources) {
        endAtEveryCall(sources, false);
    }

    @Test
    void theSyncsThatAreEndedReadIntuneAndSupersedeADevice() {
        SyncBench bench = begun(Sources.INTUNE);
        bench.sync(2);
        assertThat(bench.directory.listings()).isPositive();
        change(bench);
        toTheEnd(bench);
        assertThat(bench.outOfScope()).containsEntry(id("device", 10), "superseded by " + id("device", 30));
    }

    @ParameterizedTest
    @EnumSource
    void whoWasOvertakenWritesNothingWhenItWakes(Sources sources) {
        List<String> expected = undisturbed(sources, false);
        int overtaken = 0;
        boolean wasPaused = true;
        for (int call = 1; wasPaused; call++) {
            SyncBench bench = begun(sources);
            bench.sync(2);
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

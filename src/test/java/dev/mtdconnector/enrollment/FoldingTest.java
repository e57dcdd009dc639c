package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.testing.Faults;
import org.junit.jupiter.api.Test;

/** Users are counted right when a run is cut off between two pages of blocks. */
class FoldingTest {

    private static final String ALL = id("group", 0);

    private static SyncBench withUsers() {
        SyncBench bench = new SyncBench();
        bench.directory.withGroup(ALL, "All");
        for (int i = 0; i < 50; i++) {
            bench.directory.join(ALL, id("user", i));
        }
        bench.connector(true, 100, ALL);
        bench.sync();
        for (int i = 0; i < 12; i++) {
            bench.directory.leave(ALL, id("user", i));
        }
        return bench;
    }

    private static int users(SyncBench bench) {
        return new EnrollmentTable(bench.memory)
                .read(SyncBench.TENANT)
                .orElseThrow()
                .state()
                .users();
    }

    @Test
    void usersOfBlocksThatWereWrittenBeforeARunWasCutOffAreCounted() {
        boolean hasDied = true;
        for (int call = 1; hasDied; call++) {
            SyncBench bench = withUsers();
            bench.faults.dieAt(call, true);
            try {
                bench.sync();
                hasDied = false;
            } catch (Faults.Death e) {
                bench.faults.never();
                bench.sync(true);
            }
            assertThat(users(bench)).as("cut off at call %d", call).isEqualTo(38);
        }
    }
}

package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.TENANT;
import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.EnrollmentLedger.Held;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.testing.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator decides while a run is under way: neither costs the other anything, and it counts once. */
class DecisionsTest {

    private static final String ALL = id("group", 0);
    private static final String SOME = id("group", 1);
    private static final int USERS = 10;

    private final SyncBench bench = new SyncBench();
    private final EnrollmentLedger ledger = new EnrollmentTable(bench.memory);

    @BeforeEach
    void begin() {
        bench.directory.withPageSize(4).withGroup(ALL, "All").withGroup(SOME, "Some");
        for (int i = 0; i < USERS; i++) {
            bench.directory.join(ALL, id("user", i)).withDevice(id("device", i), id("user", i), "iOS", "18");
        }
        bench.connector(true, 10, ALL, SOME);
        bench.sync();
        assertThat(bench.devices()).hasSize(USERS);
    }

    /** Four leave: one unasked, three are held. */
    private int hold() {
        for (int i = 0; i < 4; i++) {
            bench.directory.leave(ALL, id("user", i));
        }
        bench.sync();
        assertThat(held()).hasSize(3);
        assertThat(bench.devices()).hasSize(9);
        return ledger.read(TENANT).orElseThrow().state().holdSet();
    }

    private List<Held> held() {
        return ledger.held(TENANT, null, 100);
    }

    @Test
    void anApprovalAtAnyMomentOfARunIsNeitherLostNorInTheRunsWay() {
        int set = hold();
        int calls = 0;
        boolean wasInRun = true;
        for (int call = 1; wasInRun; call++) {
            DecisionsTest other = new DecisionsTest();
            other.begin();
            other.hold();
            wasInRun = other.approveAtCall(call, set);
            calls++;
        }
        assertThat(calls).isGreaterThan(5);
    }

    private boolean approveAtCall(int call, int set) {
        AtomicBoolean isApproved = new AtomicBoolean();
        bench.faults.pauseAt(call, () -> isApproved.set(ledger.approve(TENANT, set)));
        bench.sync(); // not overtaken: it would say so
        boolean wasInRun = isApproved.get();
        bench.faults.never();
        if (wasInRun) {
            assertThat(ledger.approve(TENANT, set)).as("approved already").isFalse();
            bench.sync();
            assertThat(held()).as("approved at call %d", call).isEmpty();
            assertThat(bench.devices()).hasSize(6);
        }
        return wasInRun;
    }

    @Test
    void anApprovalThatARunWasCutOffInIsAppliedOnce() {
        int calls = 0;
        boolean hasDied = true;
        for (int call = 1; hasDied; call++) {
            DecisionsTest other = new DecisionsTest();
            other.begin();
            hasDied = other.dieInApproval(call);
            calls++;
        }
        assertThat(calls).isGreaterThan(20);
    }

    private boolean dieInApproval(int call) {
        assertThat(ledger.approve(TENANT, hold())).isTrue();
        bench.faults.dieAt(call, call % 2 == 0);
        boolean hasDied = false;
        try {
            bench.sync();
        } catch (Faults.Death e) {
            hasDied = true;
        }
        bench.faults.never();
        bench.sync(true);
        assertThat(held()).as("died at call %d", call).isEmpty();
        assertThat(bench.devices()).hasSize(6);

        // The same users leave again: that was not approved.
        for (int i = 0; i < 4; i++) {
            bench.directory.join(ALL, id("user", i));
        }
        bench.sync();
        assertThat(bench.devices()).hasSize(USERS);
        for (int i = 0; i < 4; i++) {
            bench.directory.leave(ALL, id("user", i));
        }
        bench.sync();
        assertThat(held()).isNotEmpty();
        return hasDied;
    }

    @Test
    void aSetIsNotApprovedWhileARunStillAddsToIt() {
        for (int i = 0; i < 6; i++) {
            bench.directory.leave(ALL, id("user", i));
        }
        List<Boolean> answers = new ArrayList<>();
        int calls = 400;
        for (int call = 1; call < calls; call++) {
            DecisionsTest other = new DecisionsTest();
            other.begin();
            for (int i = 0; i < 6; i++) {
                other.bench.directory.leave(ALL, id("user", i));
            }
            AtomicInteger shown = new AtomicInteger(-1);
            AtomicBoolean isApproved = new AtomicBoolean();
            other.bench.faults.pauseAt(call, () -> {
                shown.set(other.held().size());
                other.ledger
                        .read(TENANT)
                        .ifPresent(now -> isApproved.set(now.state().holdSet() > 0
                                && other.ledger.approve(TENANT, now.state().holdSet())));
            });
            other.bench.sync();
            if (shown.get() < 0) {
                break;
            }
            other.bench.faults.never();
            int all = other.held().size();
            assertThat(isApproved.get() && shown.get() < all)
                    .as("call %d: approved %d of %d", call, shown.get(), all)
                    .isFalse();
            answers.add(shown.get() > 0);
        }
        assertThat(answers).contains(true);
    }

    @Test
    void aConfirmationAtAnyMomentOfARunCountsForTheSettingThatComesAfterIt() {
        int calls = 0;
        boolean wasInRun = true;
        for (int call = 1; wasInRun; call++) {
            DecisionsTest other = new DecisionsTest();
            other.begin();
            wasInRun = other.confirmAtCall(call);
            calls++;
        }
        assertThat(calls).isGreaterThan(5);
    }

    private boolean confirmAtCall(int call) {
        bench.directory.join(SOME, id("user", 9));
        bench.sync();
        GroupSet all = GroupSet.of(ledger.read(TENANT)
                .orElseThrow()
                .graph()
                .find(ALL)
                .orElseThrow()
                .number());
        AtomicBoolean isConfirmed = new AtomicBoolean();
        bench.directory.join(ALL, id("user", 50)).leave(ALL, id("user", 50));
        bench.faults.pauseAt(call, () -> {
            ledger.confirm(TENANT, all);
            isConfirmed.set(true);
        });
        bench.sync();
        bench.faults.never();
        if (isConfirmed.get()) {
            bench.connector(true, 10, SOME);
            bench.sync();
            assertThat(held()).as("confirmed at call %d", call).isEmpty();
            assertThat(bench.devices()).containsOnlyKeys(id("device", 9));
        }
        return isConfirmed.get();
    }

    @Test
    void aConfirmationWhoseSettingNeverCameIsWorthNothingLater() {
        GroupSet all = GroupSet.of(ledger.read(TENANT)
                .orElseThrow()
                .graph()
                .find(ALL)
                .orElseThrow()
                .number());
        bench.directory.join(SOME, id("user", 9));
        ledger.confirm(TENANT, all);
        bench.sync();
        for (int i = 0; i < 4; i++) {
            bench.directory.leave(ALL, id("user", i));
        }
        bench.sync();
        assertThat(held()).as("who leaves otherwise is held").hasSize(3);
        bench.sync();
        bench.connector(true, 10, SOME);
        bench.sync();
        assertThat(held()).as("and so is who leaves by a later setting").hasSizeGreaterThan(3);
    }
}

package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The groups within a group are learnt before its first query, from an index that may be behind. */
class GroupsWithinTest {

    private static final String ALL = id("group", 0);
    private static final String SALES = id("group", 1);
    private static final String FIELD = id("group", 2);
    private static final String STRANGERS = id("group", 3);

    /** The changes of all groups, and those of devices. */
    private static final int POLL = 2;

    private final SyncBench bench = new SyncBench();

    @BeforeEach
    void everyGroupHasSomebody() {
        int number = 0;
        for (String group : new String[] {ALL, SALES, FIELD, STRANGERS}) {
            bench.directory.withGroup(group, group, id("user", number));
            bench.directory.withDevice(id("device", number), id("user", number), "iOS", "18");
            number++;
        }
        bench.directory.nest(ALL, SALES, true).nest(SALES, FIELD, true).withPageSize(2);
        bench.connector(true, 1_000, ALL);
    }

    private int requestsOfASync() {
        int before = bench.directory.requests();
        bench.sync();
        return bench.directory.requests() - before;
    }

    private void assertInScope(int... devices) {
        assertThat(bench.devices().keySet())
                .containsExactlyInAnyOrder(Arrays.stream(devices)
                        .mapToObj(number -> id("device", number))
                        .toArray(String[]::new));
    }

    @Test
    void theyAreFollowedByTheSameQueryFromTheStart() {
        bench.sync();
        assertInScope(0, 1, 2);
        assertThat(requestsOfASync()).isEqualTo(POLL);
        assertThat(requestsOfASync()).isEqualTo(POLL);
    }

    @Test
    void oneThatIsWithinNoLongerBringsNobodyIn() {
        bench.directory
                .nest(FIELD, STRANGERS, true)
                .freezeIndex()
                .nest(FIELD, STRANGERS, false)
                .nest(ALL, SALES, false);
        bench.sync();
        assertInScope(0);
        assertThat(requestsOfASync()).isEqualTo(POLL);
        bench.directory.nest(ALL, STRANGERS, true);
        bench.sync(2);
        assertInScope(0, 3);
    }

    @Test
    void oneThatTheIndexDoesNotKnowYetIsFoundAllTheSame() {
        bench.directory.freezeIndex().nest(FIELD, STRANGERS, true);
        bench.sync();
        assertInScope(0, 1, 2, 3);
    }

    @Test
    void thoseOfAGroupThatIsAddedLaterAreLearntThen() {
        bench.sync(2);
        bench.directory.withGroup(id("group", 4), "Late").nest(id("group", 4), STRANGERS, true);
        bench.connector(true, 1_000, ALL, id("group", 4));
        bench.sync();
        assertInScope(0, 1, 2, 3);
        assertThat(requestsOfASync())
                .as("one query more than the first, which ceil(groups / 50) + 1 allows")
                .isEqualTo(POLL + 1);
    }

    @Test
    void withoutNestingNobodyAsks() {
        bench.connector(false, 1_000, ALL);
        int requests = requestsOfASync();
        assertInScope(0);
        SyncBench nested = new SyncBench();
        nested.directory.withGroup(ALL, "All", id("user", 0)).withDevice(id("device", 0), id("user", 0), "iOS", "18");
        nested.connector(true, 1_000, ALL);
        nested.sync();
        assertThat(nested.directory.requests()).isEqualTo(requests + 1);
    }
}

package dev.mtdconnector.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.SourcePlan.Counts;
import dev.mtdconnector.enrollment.SourcePlan.Sizes;
import dev.mtdconnector.enrollment.SourcePlan.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcePlanTest {

    @ParameterizedTest(name = "{0} of {2} users joined, {3} devices, {4} managed: {5}")
    @CsvSource({
        // Few who joined are asked for one by one, whatever else there is.
        "     20,      20,  100000,  120000,  112000, BY_USER,        1",
        "    400,     400,  100000,  120000,  112000, BY_USER,       20",
        // All of a tenant: Intune knows nearly all devices, 8,000 are to be asked for.
        " 100000,  100000,  100000,  120000,  112000, BY_HINTS,     633",
        " 100000,  100000,  100000,  120000,  120000, BY_HINTS,     241",
        " 500000,  500000,  500000,  600000,  600000, BY_HINTS,    1201",
        // Half of the people are outside, so what they enrolled may be anybody's.
        "  50000,   50000,  100000,  120000,  120000, WITH_OWNERS, 1200",
        // Hardly anything is managed.
        " 100000,  100000,  100000,  120000,    1000, WITH_OWNERS, 1200",
        // A tenth of the people, with as many devices as all others: asking them alone is cheapest.
        "  10000,   10000,  100000,  120000,  112000, BY_USER,      500",
        // Many users, few devices.
        " 100000,  100000,  100000,    3000,       0, WITH_OWNERS,   30",
        "      0,       0,       0,       0,       0, BY_USER,        0",
    })
    void theWayWithTheFewestRequestsIsTaken(
            int joined, int inScope, int users, int devices, int managed, Way way, int requests) {
        SourcePlan plan = SourcePlan.cheapest(Sizes.GRAPH, new Counts(joined, inScope, users, devices, managed));
        assertThat(plan).isEqualTo(new SourcePlan(way, requests));
    }

    @Test
    void ofWaysThatCostTheSameTheOneThatIsCertainAtOnceIsTaken() {
        // 121 users, 700 devices: seven requests each way.
        Counts counts = new Counts(140, 140, 140, 700, 700);
        assertThat(Sizes.GRAPH.byUser(140)).isEqualTo(Sizes.GRAPH.withOwners(700));
        assertThat(SourcePlan.cheapest(Sizes.GRAPH, counts).way()).isEqualTo(Way.BY_HINTS);
        assertThat(SourcePlan.ofDirectory(Sizes.GRAPH, 140, 700).way()).isEqualTo(Way.BY_USER);
        assertThat(SourcePlan.cheapest(Sizes.GRAPH, new Counts(40, 40, 40, 40, 40)))
                .isEqualTo(new SourcePlan(Way.WITH_OWNERS, 1));
    }

    @Test
    void moreManagedDevicesThanTheDirectoryHasDoNotMakeItCheaper() {
        SourcePlan plan = SourcePlan.cheapest(Sizes.GRAPH, new Counts(90_000, 90_000, 100_000, 100_000, 130_000));
        // 130 pages, 101 pages, and 10,000 devices that people outside may have enrolled.
        assertThat(plan).isEqualTo(new SourcePlan(Way.BY_HINTS, 130 + 101 + 500));
    }

    @Test
    void countsAtTheEdgeDoNotOverflow() {
        SourcePlan plan =
                SourcePlan.cheapest(Sizes.GRAPH, new Counts(500_000, 500_000, 999_999_999, 999_999_999, 999_999_999));
        assertThat(plan).isEqualTo(new SourcePlan(Way.BY_USER, 25_000));
    }
}

package dev.mtdconnector.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GroupGraphTest {

    private static Set<String> ids(Set<TrackedGroup> groups) {
        return groups.stream().map(TrackedGroup::id).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void groupsWithinGroupsCountWhateverWayLeadsToThem() {
        GroupGraph diamond = GroupGraph.EMPTY
                .pinning(Set.of("top"))
                .linking("top", "left", true)
                .linking("top", "right", true)
                .linking("left", "bottom", true)
                .linking("right", "bottom", true)
                .linking("bottom", "top", true);

        assertThat(ids(diamond.reachable(true))).containsExactly("bottom", "left", "right", "top");
        assertThat(ids(diamond.reachable(false))).containsExactly("top");
        assertThat(ids(diamond.linking("left", "bottom", false).reachable(true)))
                .contains("bottom");
        assertThat(ids(diamond.linking("left", "bottom", false)
                        .linking("right", "bottom", false)
                        .reachable(true)))
                .containsExactly("left", "right", "top");
    }

    @Test
    void aCycleThatNothingLeadsToIsDropped() {
        GroupGraph graph = GroupGraph.EMPTY
                .pinning(Set.of("top"))
                .linking("top", "one", true)
                .linking("one", "two", true)
                .linking("two", "one", true)
                .linking("top", "one", false)
                .settled(true);

        assertThat(graph.groups()).extracting(TrackedGroup::id).containsExactly("top");
    }

    @Test
    void aNumberIsNeverGivenTwice() {
        GroupGraph first = GroupGraph.EMPTY.pinning(Set.of("a", "b"));
        GroupGraph second = first.pinning(Set.of("b")).settled(true).pinning(Set.of("b", "c"));

        assertThat(second.find("c").orElseThrow().number())
                .isNotIn(first.groups().stream().map(TrackedGroup::number).toList());
        assertThat(second.find("b")).isEqualTo(first.find("b"));
    }

    @Test
    void whatChangesNothingIsTheSameGraph() {
        GroupGraph graph = GroupGraph.EMPTY.pinning(Set.of("a")).linking("a", "b", true);

        assertThat(graph.pinning(Set.of("a"))).isEqualTo(graph);
        assertThat(graph.linking("a", "b", true)).isSameAs(graph);
        assertThat(graph.linking("unknown", "b", true)).isSameAs(graph);
        assertThat(graph.settled(true)).isSameAs(graph);
    }
}

package dev.mtdconnector.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.fleet.Act.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private static List<Act> week(Fleet fleet, Duration step) {
        List<Act> acts = new ArrayList<>();
        for (Instant at = START; at.isBefore(START.plus(WEEK)); at = at.plus(step)) {
            acts.addAll(fleet.until(at.plus(step)));
        }
        return acts;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSameSeedGivesTheSameLifeHoweverTheTimeIsCut(long seed) {
        List<Act> life = week(new Fleet(seed, 30, 4, START), Duration.ofMinutes(5));

        assertThat(week(new Fleet(seed, 30, 4, START), Duration.ofHours(6))).isEqualTo(life);
        assertThat(week(new Fleet(seed + 1, 30, 4, START), Duration.ofMinutes(5)))
                .isNotEqualTo(life);
    }

    @Test
    void aWeekOfALivelyFleetHasAllThatCanHappen() {
        List<Act> life = week(new Fleet(1, 60, 5, START), Duration.ofMinutes(5));

        assertThat(life.stream().map(Act::kind).collect(Collectors.toSet())).containsExactlyInAnyOrder(Kind.values());
        assertThat(life).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(life.stream()
                        .filter(act -> act.kind() == Kind.CATCHES)
                        .map(Act::what)
                        .distinct())
                .hasSizeGreaterThan(8);
    }

    @Test
    void inAWaveManyPhonesCatchTheSameWithinHours() {
        List<Act> caught = week(new Fleet(2, 60, 4, START), Duration.ofMinutes(5)).stream()
                .filter(act -> act.kind() == Kind.CATCHES)
                .toList();
        int most = 0;
        for (Act first : caught) {
            most = Math.max(most, (int) caught.stream()
                    .filter(act -> act.what().equals(first.what()))
                    .filter(act -> !act.at().isBefore(first.at()))
                    .filter(act -> act.at().isBefore(first.at().plus(Duration.ofHours(9))))
                    .count());
        }

        assertThat(most).isGreaterThanOrEqualTo(6);
    }

    @Test
    void whoseAppIsGoneSaysNothing() {
        List<String> gone = new ArrayList<>();
        for (Act act : week(new Fleet(3, 60, 6, START), Duration.ofMinutes(5))) {
            assertThat(gone).as(act.line()).doesNotContain(act.phone().isEmpty() ? "none" : act.phone());
            if (act.kind() == Kind.PHONE_DELETED) {
                gone.add(act.phone());
            }
        }
        assertThat(gone).isNotEmpty();
    }
}

package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HintsTest {

    private final Hints hints = new Hints();

    @Test
    void eachDeviceIsFoundAgainHoweverManyThereAre() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int count = 5_000;
        int[] users = random.ints(count, 0, count).toArray();
        for (int i = 0; i < count; i++) {
            hints.add(id("device", i), users[i]);
        }
        hints.settle(count);
        int[] owned = new int[count];
        for (int user : users) {
            owned[user]++;
        }
        for (int i = 0; i < count; i++) {
            int expected = owned[users[i]] > Hints.MOST_OWN ? Hints.DOUBTFUL : users[i];
            assertThat(hints.userOf(id("device", i)))
                    .as("seed %d, device %d", seed, i)
                    .isEqualTo(expected);
        }
        assertThat(hints.userOf(id("stranger", 1))).isEqualTo(Hints.DOUBTFUL);
    }

    @Test
    void whatWasStoredIsWhatWasThere() {
        hints.add(id("device", 1), 7);
        hints.add(id("device", 2), Hints.DOUBTFUL);
        hints.add(id("device", 3), 8);
        Hints other = new Hints();
        other.decode(hints.encode(0));
        assertThat(hints.encode(1)).hasSize(24);
        assertThat(other.size()).isEqualTo(3);
        assertThat(other.settle(9)).isEqualTo(2);
        assertThat(other.userOf(id("device", 1))).isEqualTo(7);
        assertThat(other.userOf(id("device", 2))).isEqualTo(Hints.DOUBTFUL);
        assertThat(other.userOf(id("device", 3))).isEqualTo(8);
    }

    @Test
    void aDeviceThatTwoPeopleEnrolledIsInDoubtAndOneThatComesTwiceIsNot() {
        for (int user : new int[] {1, 1, 2}) {
            hints.add(id("device", 1), user);
        }
        hints.add(id("device", 2), 1);
        hints.add(id("device", 2), 1);
        hints.settle(3);
        assertThat(hints.userOf(id("device", 1))).isEqualTo(Hints.DOUBTFUL);
        assertThat(hints.userOf(id("device", 2))).isEqualTo(1);
    }

    @Test
    void allDevicesOfSomebodyWhoEnrolledTooManyAreInDoubt() {
        for (int i = 0; i < Hints.MOST_OWN; i++) {
            hints.add(id("own", i), 0);
            hints.add(id("others", i), 1);
        }
        hints.add(id("others", 99), 1);
        assertThat(hints.settle(2)).isEqualTo(Hints.MOST_OWN);
        assertThat(hints.userOf(id("own", 0))).isZero();
        assertThat(hints.userOf(id("others", 0))).isEqualTo(Hints.DOUBTFUL);
    }
}

package dev.mtdconnector.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was said of users, folded into blocks, against a plain model that keeps a set a group. */
class MentionsTest {

    private static final GroupSet ALL = GroupSet.of(0, 1, 2, 3);

    private final List<UUID> users = new ArrayList<>();

    private UserBlock[] fold(Mentions mentions, UserBlock[] blocks, int bits, GroupSet full, GroupSet alive) {
        Mentions copy = new Mentions();
        copy.addEncoded(mentions.encode(0, mentions.size()));
        Mentions.Ordered ordered = copy.ordered(bits);
        UserBlock[] after = new UserBlock[1 << bits];
        for (int i = 0; i < after.length; i++) {
            after[i] = UserBlock.decode(ordered.apply(blocks[i], i, full, alive).encode());
        }
        return after;
    }

    private static UserBlock[] empty(int bits) {
        UserBlock[] blocks = new UserBlock[1 << bits];
        java.util.Arrays.fill(blocks, UserBlock.EMPTY);
        return blocks;
    }

    /** Who is in which groups, as text. */
    private static Map<String, String> read(UserBlock[] blocks) {
        Map<String, String> found = new TreeMap<>();
        for (int bucket = 0; bucket < blocks.length; bucket++) {
            UserBlock block = blocks[bucket];
            for (int i = 0; i < block.size(); i++) {
                assertThat(block.indexOf(block.high(i), block.low(i))).isEqualTo(i);
                found.put(
                        Guid.text(block.high(i), block.low(i)), block.groups(i).toString());
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8})
    void theLastWordAboutAUserAndAGroupCounts(int bits) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            users.add(new UUID(random.nextLong(), random.nextLong()));
        }
        Map<String, TreeSet<Integer>> model = new TreeMap<>();
        UserBlock[] blocks = empty(bits);
        for (int round = 0; round < 5; round++) {
            Mentions mentions = new Mentions();
            GroupSet full = round == 3 ? GroupSet.of(2) : GroupSet.NONE;
            GroupSet alive = round == 4 ? GroupSet.of(0, 1, 2) : ALL;
            if (round == 3) {
                model.values().forEach(groups -> groups.remove(2));
            }
            for (int i = 0; i < 400; i++) {
                UUID user = users.get(random.nextInt(users.size()));
                int group = random.nextInt(4);
                boolean isRemoved = random.nextInt(3) == 0;
                mentions.add(group, user.getMostSignificantBits(), user.getLeastSignificantBits(), isRemoved);
                TreeSet<Integer> groups = model.computeIfAbsent(user.toString(), id -> new TreeSet<>());
                if (isRemoved) {
                    groups.remove(group);
                } else {
                    groups.add(group);
                }
            }
            if (round == 4) {
                model.values().forEach(groups -> groups.remove(3));
            }
            model.values().removeIf(TreeSet::isEmpty);
            blocks = fold(mentions, blocks, bits, full, alive);

            Map<String, String> expected = new TreeMap<>();
            model.forEach((user, groups) -> expected.put(user, groups.toString()));
            assertThat(read(blocks)).as("seed %d, round %d", seed, round).isEqualTo(expected);
        }
    }

    @Test
    void whoLeftStaysUntilWhatWasDoneIsUndone() {
        UserBlock.Builder builder = new UserBlock.Builder(2);
        builder.add(1, 1, GroupSet.of(0), UserBlock.ENROLLED);
        builder.add(2, 1, GroupSet.of(0), (byte) 0);
        Mentions mentions = new Mentions();
        mentions.add(0, 1, 1, true);
        mentions.add(0, 2, 1, true);

        UserBlock after = mentions.ordered(0).apply(builder.build(), 0, GroupSet.NONE, ALL);

        assertThat(after.size()).isEqualTo(1);
        assertThat(after.groups(0).isEmpty()).isTrue();
        assertThat(after.is(0, UserBlock.ENROLLED)).isTrue();
        assertThat(after.is(0, UserBlock.HELD)).isFalse();
    }

    @Test
    void aBlockOfTheMostUsersFitsIntoOneProperty() {
        UserBlock.Builder builder = new UserBlock.Builder(0);
        for (int i = 0; i < UserBlock.MOST_USERS; i++) {
            builder.add(i, 0, GroupSet.of(i % 300), UserBlock.ENROLLED);
        }
        assertThat(builder.build().encode().length).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void sameUsersGiveSameBytesWhateverWayTheyCame() {
        Mentions one = new Mentions();
        one.add(1, -5, 7, false);
        one.add(0, 3, 7, false);
        Mentions other = new Mentions();
        other.add(0, 3, 7, false);
        other.add(1, -5, 7, true);
        other.add(1, -5, 7, false);

        assertThat(one.ordered(0).apply(UserBlock.EMPTY, 0, GroupSet.NONE, ALL).encode())
                .isEqualTo(other.ordered(0)
                        .apply(UserBlock.EMPTY, 0, GroupSet.NONE, ALL)
                        .encode());
    }
}

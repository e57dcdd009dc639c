package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedTest {

    /** A list of pairs, in order: the plainest thing that behaves alike. */
    private static final class Plain {
        private final List<String> keys = new ArrayList<>();
        private final List<Integer> values = new ArrayList<>();

        void put(String key, int value) {
            int at = keys.indexOf(key);
            if (at < 0) {
                keys.add(key);
                values.add(value);
            } else {
                values.set(at, value);
            }
        }

        void remove(String key) {
            int at = keys.indexOf(key);
            if (at >= 0) {
                keys.remove(at);
                values.remove(at);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void it_behaves_as_a_list_of_pairs_would(long seed) {
        Random random = new Random(seed);
        Ordered<Integer> ordered = new Ordered<>();
        Plain plain = new Plain();
        for (int i = 0; i < 3_000; i++) {
            String key = "k" + random.nextInt(200);
            if (random.nextInt(3) == 0) {
                ordered.remove(key);
                plain.remove(key);
            } else {
                ordered.put(key, i);
                plain.put(key, i);
            }
            assertThat(ordered.size()).isEqualTo(plain.keys.size());
            assertThat(ordered.contains(key)).isEqualTo(plain.keys.contains(key));
        }
        assertThat(ordered.keys()).isEqualTo(plain.keys);
        assertThat(ordered.values()).isEqualTo(plain.values);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_is_taken_back_leaves_no_trace(long seed) {
        Random random = new Random(seed);
        Ordered<Integer> ordered = new Ordered<>();
        for (int i = 0; i < 100; i++) {
            ordered.put("k" + i, i);
        }
        for (int round = 0; round < 50; round++) {
            List<String> keys = ordered.keys();
            List<Integer> values = ordered.values();
            Deque<Runnable> back = new ArrayDeque<>();
            for (int i = 0; i < 40; i++) {
                String key = "k" + random.nextInt(150);
                Runnable step = random.nextBoolean() ? ordered.remove(key) : ordered.put(key, -i);
                if (step != null) {
                    back.push(step);
                }
            }
            while (!back.isEmpty()) {
                back.pop().run();
            }
            assertThat(ordered.keys()).isEqualTo(keys);
            assertThat(ordered.values()).isEqualTo(values);
            keys.forEach(key -> assertThat(ordered.contains(key)).isTrue());
        }
    }

    @Test
    void pages_go_on_where_they_ended_whatever_was_taken_out_meanwhile() {
        Ordered<Integer> ordered = new Ordered<>();
        for (int i = 0; i < 20; i++) {
            ordered.put("k" + i, i);
        }
        Slice<Integer> first = ordered.slice(0, 3, value -> value % 2 == 0);
        assertThat(first.items()).containsExactly(0, 2, 4);
        ordered.remove("k2");
        ordered.remove("k6");
        Slice<Integer> second = ordered.slice(first.next(), 6, value -> value % 2 == 0);
        assertThat(second.items()).containsExactly(8, 10, 12, 14, 16, 18);
        assertThat(second.last()).isTrue();
    }
}

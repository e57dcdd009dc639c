package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    static Stream<String> oddTexts() {
        return Stream.of(
                "",
                " ",
                "plain",
                "a/b\\c#d?e%f|g!h",
                "%2F%u0000!2F!u0041",
                "tab\tline\nnul\u0000del\u007Fnel\u0085csi\u009B",
                "it's \"quoted\" + & = { } : ; , @ ( ) < > * $ ~ ^ `",
                "Zoë's Telefon",
                "한국어 العربية 👩🏽‍🚀",
                "half \uD83D pair \uDE00 and \uFFFE \uFFFF",
                "..",
                ".");
    }

    @ParameterizedTest
    @MethodSource("oddTexts")
    void anyTextComesBackFromAKey(String text) {
        String key = Keys.join(text, "x", text);

        assertThat(Keys.split(key)).containsExactly(text, "x", text);
        TableRules.checkKeys(key, key);
        assertThat(key).doesNotContain("%");
    }

    @Test
    void everyCharacterComesBack() {
        IntStream.rangeClosed(0, Character.MAX_VALUE).forEach(c -> {
            String text = String.valueOf((char) c);
            TableRules.checkKeys(Keys.escape(text), "k");
            assertThat(Keys.unescape(Keys.escape(text))).isEqualTo(text);
        });
    }

    @Test
    void differentPartsGiveDifferentKeys() {
        assertThat(Keys.join("a|b", "c")).isNotEqualTo(Keys.join("a", "b|c"));
        assertThat(Keys.join("", "a")).isEqualTo("|a").isNotEqualTo(Keys.join("a"));
        assertThat(Keys.split(Keys.join("a", ""))).containsExactly("a", "");
    }

    @Test
    void ordinalOrderIsKept() {
        long seed = 20261121;
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                char c = (char) random.nextInt(0x7F);
                text.append("/\\?|".indexOf(c) < 0 ? c : 'x');
            }
            texts.add(text.toString());
        }

        assertThat(texts.stream().sorted().map(Keys::escape).toList())
                .as("seed " + seed)
                .isSortedAccordingTo(Comparator.naturalOrder());
    }

    @Test
    void aPrefixOfATextIsAPrefixOfItsPart() {
        assertThat(Keys.escape("Anna's iPhone #2")).startsWith(Keys.escape("Anna's iPhone #"));
        assertThat(Keys.join("n", "Anna", "1")).startsWith(Keys.prefix("n", "Anna"));
        assertThat(Keys.join("n", "Annabel", "1")).doesNotStartWith(Keys.prefix("n", "Anna"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "!2", "!u00", "!zz", "abc!"})
    void whatIsNoPartIsRefused(String part) {
        assertThatThrownBy(() -> Keys.unescape(part)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void newestComesFirstAndComesBack() {
        List<Instant> instants = List.of(
                Instant.parse("9999-12-31T23:59:59.9999999Z"),
                Instant.parse("2026-11-21T10:00:00.0000001Z"),
                Instant.parse("2026-11-21T10:00:00Z"),
                Instant.parse("1969-12-31T23:59:59.9999999Z"),
                Instant.parse("0001-01-01T00:00:00Z"));

        List<String> parts = instants.stream().map(Keys::newestFirst).toList();
        assertThat(parts).isSorted().allMatch(part -> part.length() == 19);
        assertThat(parts.stream().map(Keys::fromNewestFirst)).containsExactlyElementsOf(instants);

        List<String> oldest = instants.stream().map(Keys::oldestFirst).toList();
        assertThat(oldest).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(oldest.stream().map(Keys::fromOldestFirst)).containsExactlyElementsOf(instants);
    }

    @Test
    void instantsOutsideTheYears1To9999AreRefused() {
        assertThatThrownBy(() -> Keys.newestFirst(Instant.parse("0000-12-31T23:59:59Z")))
                .isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> Keys.oldestFirst(Instant.parse("+10000-01-01T00:00:00Z")))
                .isInstanceOf(DateTimeException.class);
    }
}

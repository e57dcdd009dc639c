package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;

import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TableRulesTest {

    static Stream<Named<List<Change>>> transactionsThatBreakARule() {
        List<Named<List<Change>>> broken = new ArrayList<>();
        broken.add(named("no change", List.of()));
        broken.add(named("101 changes", inserts(101, Map.of())));
        broken.add(named("two partitions", List.of(insert("p", "a", Map.of()), insert("q", "b", Map.of()))));
        broken.add(named(
                "a row twice", List.of(insert("p", "a", Map.of()), new Delete(Row.of("p", "a", Map.of()), null))));
        broken.add(named("an empty condition", List.of(new Update(Row.of("p", "a", Map.of()), Mode.MERGE, ""))));
        broken.add(named("any as a condition", List.of(new Delete(Row.of("p", "a", Map.of()), "*"))));
        for (String c :
                List.of("/", "\\", "#", "?", "\u0000", "\t", "\u001F", "\u007F", "\u009F", "\uD83D", "\uDE00")) {
            String name = "U+%04X".formatted((int) c.charAt(0));
            broken.add(named(name + " in a row key", List.of(insert("p", "a" + c, Map.of()))));
            broken.add(named(name + " in a partition key", List.of(insert("p" + c, "a", Map.of()))));
            broken.add(named(name + " in a key to delete", List.of(new Delete(Row.of("p", "a" + c, Map.of()), null))));
        }
        broken.add(named("a long row key", List.of(insert("p", "k".repeat(513), Map.of()))));
        broken.add(named("a long partition key", List.of(insert("k".repeat(513), "a", Map.of()))));
        for (String name : List.of(
                "",
                "a-b",
                "1a",
                "x y",
                "a.b",
                "é",
                "PartitionKey",
                "RowKey",
                "Timestamp",
                "odata.etag",
                "A@odata.type",
                "x".repeat(256))) {
            broken.add(named("property name " + name, List.of(insert("p", "a", Map.of(name, "x")))));
        }
        Map<String, Object> many = new HashMap<>();
        IntStream.range(0, 253).forEach(i -> many.put("P" + i, i));
        broken.add(named("253 properties", List.of(insert("p", "a", many))));
        Map<String, Object> large = new HashMap<>();
        IntStream.range(0, 16).forEach(i -> large.put("P" + i, "x".repeat(32 * 1024)));
        broken.add(named("a row over 1 MiB", List.of(new Upsert(Row.of("p", "a", large), Mode.MERGE))));
        for (Object value : List.of(
                "x".repeat(32 * 1024 + 1),
                "half \uD83D",
                new byte[64 * 1024 + 1],
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                Instant.parse("1600-12-31T23:59:59.9999999Z"),
                Instant.parse("+10000-01-01T00:00:00Z"),
                1.5f,
                (short) 1,
                'x',
                List.of())) {
            broken.add(named(
                    "a value of " + value.getClass().getSimpleName(), List.of(insert("p", "a", Map.of("A", value)))));
        }
        broken.add(named("4 MiB", inserts(70, Map.of("A", new byte[60 * 1024]))));
        return broken.stream();
    }

    @ParameterizedTest
    @MethodSource("transactionsThatBreakARule")
    void whatBreaksARuleIsRefused(List<Change> changes) {
        assertThatThrownBy(() -> TableRules.checkTransaction(changes)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsJustWithinTheRulesIsTaken() {
        Map<String, Object> many = new HashMap<>();
        IntStream.range(0, 252).forEach(i -> many.put("P" + i, i));
        Map<String, Object> large = new HashMap<>();
        IntStream.range(0, 15).forEach(i -> large.put("P" + i, "x".repeat(32 * 1024)));

        TableRules.checkTransaction(inserts(100, Map.of()));
        TableRules.checkTransaction(
                List.of(insert("p".repeat(512), "é".repeat(512), many), insert("p".repeat(512), "", large)));
        TableRules.checkTransaction(List.of(insert("p", "a%'\"|+ ~", Map.of("_x", "", "x".repeat(255), 1L))));
    }

    @Test
    void theMessageNamesTheRowAndNoValue() {
        assertThatThrownBy(() -> TableRules.checkTransaction(
                        List.of(insert("p", "a", Map.of()), insert("p", "b\n", Map.of("Secret", "s3cret")))))
                .hasMessageContaining("'p'")
                .hasMessageContaining("'b!0A'")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aDeletionsPropertiesAreNotLookedAt() {
        Row row = Row.of("p", "a", Map.of("not a name", "x".repeat(40_000)));

        TableRules.checkTransaction(List.of(new Delete(row, null)));
        assertThat(TableRules.wireBytes(new Delete(row, null))).isLessThan(2000);
    }

    private static List<Change> inserts(int count, Map<String, Object> properties) {
        return IntStream.range(0, count)
                .mapToObj(i -> insert("p", "k" + i, properties))
                .toList();
    }

    private static Change insert(String partition, String key, Map<String, Object> properties) {
        return new Insert(Row.of(partition, key, properties));
    }
}

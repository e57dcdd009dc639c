package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.ConflictException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every implementation of {@link Table} keeps. */
abstract class TableContract {

    private static final String P = "tenant|shard";
    private static final String STALE = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"";

    private static final int INCREMENTS = 10;

    private Table table;

    abstract Tables tables();

    @BeforeEach
    void newTable() {
        table = tables().table("t" + UUID.randomUUID().toString().replace("-", ""));
    }

    @Test
    void aTableThatWasNeverWrittenIsEmpty() {
        assertThat(table.get(P, "a")).isEmpty();
        assertThat(all(Table.Range.partition(P), 10)).isEmpty();
    }

    @Test
    void anInsertedRowIsReadWithTheEtagThatTheInsertGave() {
        String etag = one(new Insert(row("a", Map.of("Name", "x"))));

        Row read = table.get(P, "a").orElseThrow();
        assertThat(read).isEqualTo(new Row(P, "a", Map.of("Name", "x"), etag));
        assertThat(all(Table.Range.partition(P), 10)).containsExactly(read);
    }

    @Test
    void aRowWithoutPropertiesExists() {
        one(new Insert(row("a", Map.of())));

        assertThat(table.get(P, "a").orElseThrow().properties()).isEmpty();
    }

    @Test
    void insertingAnExistingRowIsRefused() {
        one(new Insert(row("a", Map.of("N", 1))));

        assertConflict(0, Reason.EXISTS, new Insert(row("a", Map.of("N", 2))));
        assertThat(number("a")).isEqualTo(1);
    }

    @Test
    void upsertCreatesThenMergesOrReplaces() {
        one(new Upsert(row("a", Map.of("N", 1, "Kept", true)), Mode.MERGE));
        one(new Upsert(row("a", Map.of("N", 2)), Mode.MERGE));
        assertThat(table.get(P, "a").orElseThrow().properties()).isEqualTo(Map.of("N", 2, "Kept", true));

        one(new Upsert(row("a", Map.of("N", 3)), Mode.REPLACE));
        assertThat(table.get(P, "a").orElseThrow().properties()).isEqualTo(Map.of("N", 3));
    }

    @Test
    void updateMergesOrReplacesAnExistingRow() {
        one(new Insert(row("a", Map.of("N", 1, "Kept", true))));
        one(new Update(row("a", Map.of("N", 2)), Mode.MERGE, null));
        assertThat(table.get(P, "a").orElseThrow().properties()).isEqualTo(Map.of("N", 2, "Kept", true));

        one(new Update(row("a", Map.of("N", 3)), Mode.REPLACE, null));
        assertThat(table.get(P, "a").orElseThrow().properties()).isEqualTo(Map.of("N", 3));
    }

    @Test
    void everyWriteChangesTheEtagAndTheNewEtagMatches() {
        String first = one(new Insert(row("a", Map.of("N", 1))));
        String second = one(new Update(row("a", Map.of("N", 1)), Mode.MERGE, first));
        String third = one(new Update(row("a", Map.of("N", 1)), Mode.REPLACE, second));
        String fourth = one(new Upsert(row("a", Map.of("N", 1)), Mode.MERGE));
        String fifth = one(new Upsert(row("a", Map.of("N", 1)), Mode.REPLACE));

        assertThat(List.of(first, second, third, fourth, fifth)).doesNotHaveDuplicates();
        assertThat(table.get(P, "a").orElseThrow().etag()).isEqualTo(fifth);
        assertConflict(0, Reason.CHANGED, new Update(row("a", Map.of("N", 2)), Mode.MERGE, fourth));
        assertThat(table.transact(List.of(new Delete(row("a", Map.of()), fifth))))
                .containsExactly((String) null);
        assertThat(table.get(P, "a")).isEmpty();
    }

    @Test
    void theEtagsOfATransactionAreThoseOfItsRows() {
        one(new Insert(row("c", Map.of())));

        List<@Nullable String> etags = table.transact(List.of(
                new Insert(row("a", Map.of())),
                new Upsert(row("b", Map.of()), Mode.MERGE),
                new Delete(row("c", Map.of()), null)));

        assertThat(etags)
                .containsExactly(
                        table.get(P, "a").orElseThrow().etag(),
                        table.get(P, "b").orElseThrow().etag(),
                        null);
        table.transact(List.of(
                new Update(row("a", Map.of()), Mode.REPLACE, etags.get(0)),
                new Delete(row("b", Map.of()), etags.get(1))));
        assertThat(table.get(P, "b")).isEmpty();
    }

    static Stream<Change> changesOfARowThatIsMissing() {
        Row row = Row.of(P, "missing", Map.of("N", 1));
        return Stream.of(
                new Update(row, Mode.MERGE, null),
                new Update(row, Mode.REPLACE, null),
                new Update(row, Mode.MERGE, STALE),
                new Update(row, Mode.REPLACE, STALE),
                new Delete(row, null),
                new Delete(row, STALE));
    }

    @ParameterizedTest
    @MethodSource("changesOfARowThatIsMissing")
    void aMissingRowIsAConflictAloneAndInATransaction(Change change) {
        assertConflict(0, Reason.MISSING, change);
        one(new Insert(row("other", Map.of())));
        assertConflict(0, Reason.MISSING, change);
        assertConflict(1, Reason.MISSING, new Insert(row("new", Map.of())), change);
        assertThat(table.get(P, "new")).isEmpty();
    }

    static Stream<Change> changesUnderAStaleEtag() {
        Row row = Row.of(P, "a", Map.of("N", 2));
        return Stream.of(
                new Update(row, Mode.MERGE, STALE), new Update(row, Mode.REPLACE, STALE), new Delete(row, STALE));
    }

    @ParameterizedTest
    @MethodSource("changesUnderAStaleEtag")
    void aChangedRowIsAConflictAloneAndInATransaction(Change change) {
        one(new Insert(row("a", Map.of("N", 1))));

        assertConflict(0, Reason.CHANGED, change);
        assertConflict(2, Reason.CHANGED, new Insert(row("x", Map.of())), new Insert(row("y", Map.of())), change);
        assertThat(number("a")).isEqualTo(1);
        assertThat(table.get(P, "x")).isEmpty();
    }

    @Test
    void aRefusedTransactionWritesNothing() {
        one(new Insert(row("k50", Map.of("N", 1))));
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            changes.add(new Insert(row("k" + i, Map.of("N", 2))));
        }

        assertConflict(50, Reason.EXISTS, changes.toArray(Change[]::new));

        assertThat(all(Table.Range.partition(P), 1000)).hasSize(1);
        changes.remove(50);
        assertThat(table.transact(changes)).hasSize(99).doesNotContainNull();
        assertThat(all(Table.Range.partition(P), 1000)).hasSize(100);
    }

    @Test
    void everyTypeOfValueIsReadAsItWasWritten() {
        Map<String, Object> values = Map.ofEntries(
                Map.entry("Text", "it's \"quoted\" \\ \r\n\t <&> % # ? / \u0001"),
                Map.entry("Empty", ""),
                Map.entry("Emoji", "👩🏽‍🚀 한국어 العربية ﷽ é"),
                Map.entry("LooksLikeTime", "2026-11-21T10:00:00Z"),
                Map.entry("LooksLikeNumber", "5000000000"),
                Map.entry("Longest", "x".repeat(32 * 1024)),
                Map.entry("Yes", true),
                Map.entry("No", false),
                Map.entry("Int", Integer.MIN_VALUE),
                Map.entry("Zero", 0),
                Map.entry("SmallLong", 5L),
                Map.entry("Long", 5_000_000_000L),
                Map.entry("MaxLong", Long.MAX_VALUE),
                Map.entry("MinLong", Long.MIN_VALUE),
                Map.entry("WholeDouble", 5.0),
                Map.entry("Double", -1.5e-300),
                Map.entry("LargeDouble", 1e300),
                Map.entry("Time", Instant.parse("2026-11-21T10:11:12.1234567Z")),
                Map.entry("WholeSecond", Instant.parse("2026-11-21T10:11:12Z")),
                Map.entry("FirstTime", Instant.parse("1601-01-01T00:00:00Z")),
                Map.entry("LastTime", Instant.parse("9999-12-31T23:59:59.9999999Z")),
                Map.entry("Guid", UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e")));
        one(new Insert(row("alone", values)));
        table.transact(
                List.of(new Upsert(row("in a transaction", values), Mode.REPLACE), new Insert(row("other", Map.of()))));

        for (String key : List.of("alone", "in a transaction")) {
            assertThat(table.get(P, key).orElseThrow().properties()).isEqualTo(values);
        }
        assertThat(all(Table.Range.prefix(P, "alone"), 10).get(0).properties()).isEqualTo(values);
    }

    @Test
    void bytesAreReadAsTheyWereWritten() {
        byte[] every = new byte[256];
        IntStream.range(0, 256).forEach(i -> every[i] = (byte) i);
        one(new Insert(row("a", Map.of("Every", every, "None", new byte[0], "Most", new byte[64 * 1024]))));

        Map<String, Object> read = table.get(P, "a").orElseThrow().properties();
        assertThat((byte[]) Objects.requireNonNull(read.get("Every"))).isEqualTo(every);
        assertThat((byte[]) Objects.requireNonNull(read.get("None"))).isEmpty();
        assertThat((byte[]) Objects.requireNonNull(read.get("Most"))).hasSize(64 * 1024);
    }

    @Test
    void instantsAreCutTo100Nanoseconds() {
        one(new Insert(row("a", Map.of("Time", Instant.parse("2026-11-21T10:11:12.123456789Z")))));

        assertThat(table.get(P, "a").orElseThrow().instant("Time"))
                .isEqualTo(Instant.parse("2026-11-21T10:11:12.1234567Z"));
    }

    @ParameterizedTest
    @MethodSource("dev.mtdconnector.storage.KeysTest#oddTexts")
    void anyTextIsAKeyWhenEscaped(String text) {
        String partition = Keys.join("tenant", text);
        String key = Keys.join("d", text, "x");

        String etag = table.transact(List.of(new Insert(Row.of(partition, key, Map.of("N", 1)))))
                .get(0);
        etag = table.transact(List.of(new Update(Row.of(partition, key, Map.of("N", 2)), Mode.MERGE, etag)))
                .get(0);
        table.transact(List.of(
                new Update(Row.of(partition, key, Map.of("N", 3)), Mode.MERGE, etag),
                new Insert(Row.of(partition, Keys.join("e", text), Map.of()))));

        Row read = table.get(partition, key).orElseThrow();
        assertThat(read.number("N", 0)).isEqualTo(3);
        assertThat(Keys.split(read.key())).containsExactly("d", text, "x");
        assertThat(all(Table.Range.partition(partition), 10)).hasSize(2);
        assertThat(all(Table.Range.prefix(partition, Keys.prefix("d", text)), 10))
                .containsExactly(read);
        table.transact(List.of(new Delete(read, read.etag())));
        assertThat(table.get(partition, key)).isEmpty();
    }

    @Test
    void rowsComeInOrdinalOrder() {
        List<String> ordered = List.of("", "!", "'", "A", "B", "Z", "_", "a", "a b", "aa", "z", "~", "é", "한");
        for (int i = 0; i < ordered.size(); i++) {
            one(new Insert(row(ordered.get(ordered.size() - 1 - i), Map.of())));
        }

        assertThat(keys(all(Table.Range.partition(P), 3))).isEqualTo(ordered);
    }

    @Test
    void boundsAreInclusiveBelowAndExclusiveAbove() {
        for (String partition : List.of("p1", "p2", "p2x", "p3")) {
            table.transact(Stream.of("a", "b", "b1", "c")
                    .map(key -> (Change) new Insert(Row.of(partition, key, Map.of())))
                    .toList());
        }

        assertThat(places(new Table.Range("p2", "p3", "b", "c"))).containsExactly("p2 b", "p2 b1", "p2x b", "p2x b1");
        assertThat(places(new Table.Range(null, null, "c", null))).containsExactly("p1 c", "p2 c", "p2x c", "p3 c");
        assertThat(places(new Table.Range("p3", null, null, "b"))).containsExactly("p3 a");
        assertThat(places(new Table.Range(null, "p2", null, null))).containsExactly("p1 a", "p1 b", "p1 b1", "p1 c");
        assertThat(places(Table.Range.partition("p2"))).containsExactly("p2 a", "p2 b", "p2 b1", "p2 c");
        assertThat(places(Table.Range.prefix("p2", "b"))).containsExactly("p2 b", "p2 b1");
        assertThat(places(Table.Range.prefix("p2", ""))).hasSize(4);
        assertThat(places(new Table.Range("p2", "p2\u0000", "b\u0000", null))).containsExactly("p2 b1", "p2 c");
        assertThat(places(new Table.Range("p2", "p2\u0000", null, "b\u0000"))).containsExactly("p2 a", "p2 b");
        assertThat(places(new Table.Range("p2", "p2\u0000", "c", "b"))).isEmpty();
        assertThat(places(new Table.Range(null, null, null, null))).hasSize(16);
    }

    @Test
    void aQueryGoesOnWhereItsPageEnded() {
        insertMany(1000);

        List<Row> thousand = all(Table.Range.partition(P), 1000);
        assertThat(keys(thousand)).hasSize(1000).isSorted().doesNotHaveDuplicates();
        assertThat(keys(all(Table.Range.partition(P), 300))).isEqualTo(keys(thousand));
        assertThat(keys(all(Table.Range.prefix(P, "0001"), 1)))
                .isEqualTo(keys(thousand).subList(10, 20));

        insertMany(1001);
        assertThat(all(Table.Range.partition(P), 1000)).hasSize(1001);
        assertThat(table.query(Table.Range.partition(P), 7, null).rows()).hasSizeLessThanOrEqualTo(7);
    }

    @Test
    void rowsCanBeDeletedWhilePaging() {
        insertMany(100);

        int deleted = 0;
        String continuation = null;
        do {
            Table.Page page = table.query(Table.Range.partition(P), 9, continuation);
            for (Row row : page.rows()) {
                table.transact(List.of(new Delete(row, row.etag())));
                deleted++;
            }
            continuation = page.continuation();
        } while (continuation != null);

        assertThat(deleted).isEqualTo(100);
    }

    @Test
    void incrementsUnderEtagFromManyThreadsAddUp() throws Exception {
        one(new Insert(row("counter", Map.of("N", 0))));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Integer> work = () -> {
                int conflicts = 0;
                for (int done = 0; done < INCREMENTS; ) {
                    Row before = table.get(P, "counter").orElseThrow();
                    Row after = row("counter", Map.of("N", (int) before.number("N", 0) + 1));
                    try {
                        table.transact(List.of(
                                new Update(after, Mode.MERGE, before.etag()),
                                new Upsert(row("last", Map.of()), Mode.REPLACE)));
                        done++;
                    } catch (ConflictException e) {
                        assertThat(e.reason()).isEqualTo(Reason.CHANGED);
                        conflicts++;
                    }
                }
                return conflicts;
            };
            for (Future<Integer> result : threads.invokeAll(Collections.nCopies(8, work))) {
                assertThat(result.get()).isNotNegative();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(number("counter")).isEqualTo(8 * INCREMENTS);
    }

    @Test
    void aLargeTransactionWithinTheLimitIsWritten() {
        byte[] binary = new byte[64 * 1024];
        List<Change> changes = new ArrayList<>();
        long bytes = TableRules.TRANSACTION_OVERHEAD_BYTES;
        for (int i = 0; ; i++) {
            Change change = new Insert(row("k" + i, Map.of("A", binary)));
            bytes += TableRules.wireBytes(change);
            if (bytes >= TableRules.MAX_TRANSACTION_BYTES) {
                break;
            }
            changes.add(change);
        }

        assertThat(table.transact(changes)).hasSizeGreaterThan(40);
        changes.add(new Insert(row("one more", Map.of("A", binary))));
        assertThatThrownBy(() -> table.transact(changes)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("dev.mtdconnector.storage.TableRulesTest#transactionsThatBreakARule")
    void whatBreaksARuleIsRefusedAndNothingIsWritten(List<Change> changes) {
        one(new Insert(row("before", Map.of())));

        assertThatThrownBy(() -> table.transact(changes)).isInstanceOf(IllegalArgumentException.class);

        assertThat(keys(all(new Table.Range(null, null, null, null), 1000))).containsExactly("before");
    }

    @Test
    void pagesHaveOneToAThousandRows() {
        assertThatThrownBy(() -> table.query(Table.Range.partition(P), 0, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.query(Table.Range.partition(P), 1001, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTableNameHasLettersAndDigitsOnly() {
        for (String name : List.of("ab", "a-b", "1abc", "tables", "x".repeat(64), "")) {
            assertThatThrownBy(() -> tables().table(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void insertMany(int rows) {
        for (int from = 0; from < rows; from += 100) {
            List<Change> changes = new ArrayList<>();
            for (int i = from; i < Math.min(from + 100, rows); i++) {
                changes.add(new Upsert(row(String.format("%05d", i), Map.of("N", i)), Mode.REPLACE));
            }
            table.transact(changes);
        }
    }

    private List<Row> all(Table.Range range, int limit) {
        List<Row> rows = new ArrayList<>();
        String continuation = null;
        do {
            Table.Page page = table.query(range, limit, continuation);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            rows.addAll(page.rows());
            continuation = page.continuation();
        } while (continuation != null);
        return rows;
    }

    private List<String> places(Table.Range range) {
        return all(range, 5).stream()
                .map(row -> row.partition() + " " + row.key())
                .toList();
    }

    private static List<String> keys(List<Row> rows) {
        return rows.stream().map(Row::key).toList();
    }

    private String one(Change change) {
        return Objects.requireNonNull(table.transact(List.of(change)).get(0));
    }

    private long number(String key) {
        return table.get(P, key).orElseThrow().number("N", -1);
    }

    private void assertConflict(int index, Reason reason, Change... changes) {
        ConflictException conflict =
                catchThrowableOfType(ConflictException.class, () -> table.transact(List.of(changes)));
        assertThat(conflict).isNotNull();
        assertThat(conflict.index()).isEqualTo(index);
        assertThat(conflict.reason()).isEqualTo(reason);
    }

    private static Row row(String key, Map<String, Object> properties) {
        return Row.of(P, key, properties);
    }
}

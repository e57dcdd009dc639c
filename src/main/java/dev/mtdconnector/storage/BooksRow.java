package dev.mtdconnector.storage;

import dev.mtdconnector.intune.Books;
import dev.mtdconnector.intune.Breaker;
import dev.mtdconnector.intune.Elsewhere;
import dev.mtdconnector.intune.Elsewhere.Place;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The publisher's books as a row. */
final class BooksRow {

    private static final String KEY = "p";

    private BooksRow() {}

    static Books read(Table table, String partition) {
        return table.get(partition, KEY).map(BooksRow::books).orElse(Books.NEW);
    }

    /** Writes the books if they are still of the version that they were read with. */
    static Change change(String partition, Books books) {
        Row row = row(partition, books);
        String version = books.version();
        return version == null ? new Insert(row) : new Update(row, Mode.REPLACE, version);
    }

    private static Row row(String partition, Books books) {
        return Row.of(
                partition,
                KEY,
                Columns.ofRow()
                        .number("told", books.told())
                        .number("held", books.held())
                        .number("failed", books.failed())
                        .number("set", books.set())
                        .number("asked", books.asked())
                        .text(
                                "approved",
                                books.approved().stream().map(String::valueOf).collect(Collectors.joining(" ")))
                        .text(
                                "worsened",
                                books.breaker().minutes().stream()
                                        .map(minute -> minute.number() + ":" + minute.devices())
                                        .collect(Collectors.joining(" ")))
                        .instant("resyncRequestedAt", books.resync().requestedAt())
                        .text("resyncAfter", books.resync().after())
                        .number("atPartner", books.elsewhere().atPartner())
                        .number("stranded", books.elsewhere().stranded())
                        .text("places", places(books.elsewhere().places()))
                        .map());
    }

    private static Books books(Row row) {
        return new Books(
                (int) row.number("told", 0),
                (int) row.number("held", 0),
                (int) row.number("failed", 0),
                (int) row.number("set", 1),
                (int) row.number("asked", 0),
                words(row.text("approved")).map(Integer::parseInt).toList(),
                new Breaker(words(row.text("worsened")).map(BooksRow::minute).toList()),
                new Books.Resync(row.instant("resyncRequestedAt"), row.text("resyncAfter")),
                elsewhere(row),
                row.etag());
    }

    private static String places(Map<String, Place> places) {
        return places.entrySet().stream()
                .map(entry -> String.join(
                        ",",
                        entry.getKey(),
                        Integer.toString(entry.getValue().failures()),
                        entry.getValue().since().toString(),
                        entry.getValue().until().toString(),
                        entry.getValue().error(),
                        Boolean.toString(entry.getValue().isForgotten())))
                .collect(Collectors.joining(" "));
    }

    private static Elsewhere elsewhere(Row row) {
        Map<String, Place> places = new TreeMap<>();
        words(row.text("places")).forEach(text -> {
            List<String> parts = List.of(text.split(",", -1));
            places.put(
                    parts.get(0),
                    new Place(
                            Integer.parseInt(parts.get(1)),
                            Instant.parse(parts.get(2)),
                            Instant.parse(parts.get(3)),
                            parts.get(4),
                            Boolean.parseBoolean(parts.get(5))));
        });
        // Rows of before say nothing of it: too many is too careful, and no more.
        return new Elsewhere(
                (int) row.number("atPartner", row.number("told", 0)), (int) row.number("stranded", 0), places);
    }

    private static Breaker.Minute minute(String text) {
        List<String> parts = List.of(text.split(":", -1));
        return new Breaker.Minute(Long.parseLong(parts.get(0)), Integer.parseInt(parts.get(1)));
    }

    private static Stream<String> words(@Nullable String text) {
        return text == null || text.isEmpty() ? Stream.empty() : Stream.of(text.split(" ", -1));
    }
}

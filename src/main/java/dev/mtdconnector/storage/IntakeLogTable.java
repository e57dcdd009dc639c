package dev.mtdconnector.storage;

import dev.mtdconnector.intake.Event;
import dev.mtdconnector.intake.IntakeLog;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came from the feed.
 *
 * <p>Keys in the tenant's partition: {@code c|<newest first: a day>} the counts of that day, {@code k|<newest first>|<event
 * id>} a kept event by its own time, {@code s|<vendor guid>|<newest first>|<event id>} that a kept SMISHING_ALERT is of that
 * device, {@code u|<field>|<word>} how often a word that is not known occurred.
 */
public final class IntakeLogTable implements IntakeLog {

    private static final int TRIES = 20;

    /** What of an event is kept, in bytes. */
    private static final int LONGEST = 32_000;

    /** Rows of a slice besides the day's counts. */
    private static final int SLICE = TableRules.MAX_CHANGES - 2;

    private static final String KEPT = "kept_today";
    private static final Event.Unknown OTHERS = new Event.Unknown("others", "others");

    private final Table table;

    public IntakeLogTable(Tables tables) {
        this.table = tables.table("intakelog");
    }

    @Override
    public List<Event.Kept> fresh(String tenantId, List<Event.Kept> events) {
        String partition = Keys.join(tenantId);
        return events.stream()
                .filter(event -> table.get(partition, keptKey(event)).isEmpty())
                .toList();
    }

    private static String keptKey(Event.Kept event) {
        return Keys.join("k", Keys.newestFirst(event.createdTime()), event.id());
    }

    @Override
    public void add(
            String tenantId, Map<String, Integer> counts, List<Event.Unknown> words, List<Entry> kept, Instant now) {
        String partition = Keys.join(tenantId);
        List<Change> wordChanges = words.isEmpty() ? List.of() : wordChanges(partition, words, now);
        // Each event may take two rows; of words there are few in one request.
        int events = Math.min(kept.size(), (SLICE - Math.min(wordChanges.size(), SLICE / 2)) / 2);
        List<Change> first = new ArrayList<>(wordChanges.subList(0, Math.min(wordChanges.size(), SLICE / 2)));
        addSome(partition, counts, first, kept.subList(0, events), now);
        for (int from = events; from < kept.size(); from += SLICE / 2) {
            addSome(partition, Map.of(), List.of(), kept.subList(from, Math.min(kept.size(), from + SLICE / 2)), now);
        }
    }

    private void addSome(
            String partition, Map<String, Integer> counts, List<Change> more, List<Entry> kept, Instant now) {
        String key = Keys.join("c", Keys.newestFirst(now.truncatedTo(ChronoUnit.DAYS)));
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Row> day = table.get(partition, key);
            if (day.isEmpty()) {
                forgetOld(partition, now);
            }
            long keptToday = day.map(row -> row.number(KEPT, 0)).orElse(0L);
            Columns columns = Columns.ofRow();
            day.ifPresent(row -> row.properties().forEach((name, value) -> {
                if (value instanceof Long number) {
                    columns.number(name, number);
                }
            }));
            counts.forEach((name, count) -> columns.number(
                    name, count + day.map(row -> row.number(name, 0)).orElse(0L)));
            List<Change> changes = new ArrayList<>(more);
            for (Entry entry : kept) {
                if (keptToday < MOST_A_DAY && !isThere(partition, entry, attempt)) {
                    keptToday++;
                    changes.addAll(rows(partition, entry, now));
                }
            }
            Row row = Row.of(partition, key, columns.number(KEPT, keptToday).map());
            changes.add(
                    day.isEmpty()
                            ? new Insert(row)
                            : new Update(row, Mode.REPLACE, day.get().etag()));
            if (Writes.tryTransact(table, changes).isPresent()) {
                return;
            }
        }
        throw new IllegalStateException("The counts of a day are changed by too many at once");
    }

    /** It was asked before; only after a conflict somebody else may have kept it. */
    private boolean isThere(String partition, Entry entry, int attempt) {
        return attempt > 0 && table.get(partition, keptKey(entry.event())).isPresent();
    }

    private static List<Change> rows(String partition, Entry entry, Instant now) {
        Event.Kept event = entry.event();
        byte[] raw = entry.raw().getBytes(StandardCharsets.UTF_8);
        boolean isSmishing = event.type().equals("SMISHING_ALERT") && event.vendorGuid() != null;
        Map<String, Object> columns = Columns.ofRow()
                .text("type", event.type())
                .text("vendorGuid", event.vendorGuid())
                .instant("keptAt", now)
                .binary("event", raw.length > LONGEST ? Arrays.copyOf(raw, LONGEST) : raw)
                .map();
        List<Change> changes = new ArrayList<>();
        changes.add(new Insert(Row.of(partition, keptKey(event), columns)));
        if (isSmishing) {
            changes.add(new Upsert(
                    Row.of(
                            partition,
                            Keys.join(
                                    "s",
                                    String.valueOf(event.vendorGuid()),
                                    Keys.newestFirst(event.createdTime()),
                                    event.id()),
                            columns),
                    Mode.REPLACE));
        }
        return changes;
    }

    /** Once a day, with the first write of it: costs what is let go. */
    private void forgetOld(String partition, Instant now) {
        String end = Keys.newestFirst(now.minus(KEPT_FOR));
        for (String kind : List.of("c", "k")) {
            Table.Range range = Table.Range.prefix(partition, Keys.prefix(kind)).from(Keys.join(kind, end));
            List<Change> old = new ArrayList<>();
            Queries.each(table, range, row -> {
                old.add(new Delete(row, null));
                String vendorGuid = row.text("vendorGuid");
                if (vendorGuid != null && "SMISHING_ALERT".equals(row.text("type"))) {
                    List<String> parts = Keys.split(row.key());
                    String smishing = Keys.join("s", vendorGuid, parts.get(1), parts.get(2));
                    table.get(partition, smishing).ifPresent(found -> old.add(new Delete(found, null)));
                }
            });
            for (int from = 0; from < old.size(); from += SLICE) {
                // Where somebody else lets them go at the same time, it is being done.
                Writes.tryTransact(table, old.subList(from, Math.min(old.size(), from + SLICE)));
            }
        }
    }

    private List<Change> wordChanges(String partition, List<Event.Unknown> words, Instant now) {
        Map<String, Row> known = new TreeMap<>();
        Queries.each(table, Table.Range.prefix(partition, Keys.prefix("u")), row -> known.put(row.key(), row));
        Map<String, Long> counts = new TreeMap<>();
        for (Event.Unknown word : words) {
            String key = wordKey(word);
            boolean hasRoom =
                    known.containsKey(key) || counts.containsKey(key) || known.size() + counts.size() < MOST_WORDS;
            counts.merge(hasRoom ? key : wordKey(OTHERS), 1L, Long::sum);
        }
        List<Change> changes = new ArrayList<>();
        counts.forEach((key, count) -> {
            @Nullable Row row = known.get(key);
            changes.add(new Upsert(
                    Row.of(
                            partition,
                            key,
                            Columns.ofRow()
                                    .number("count", count + (row == null ? 0 : row.number("count", 0)))
                                    .instant("since", row == null ? now : row.requiredInstant("since"))
                                    .map()),
                    Mode.REPLACE));
        });
        return changes;
    }

    private static String wordKey(Event.Unknown word) {
        return Keys.join("u", word.field(), word.word());
    }

    @Override
    public Map<String, Long> counts(String tenantId) {
        Map<String, Long> counts = new TreeMap<>();
        Queries.each(
                table,
                Table.Range.prefix(Keys.join(tenantId), Keys.prefix("c")),
                row -> row.properties().forEach((name, value) -> {
                    if (value instanceof Long number && !name.equals("schema") && !name.equals(KEPT)) {
                        counts.merge(name, number, Long::sum);
                    }
                }));
        return counts;
    }

    @Override
    public Map<Event.Unknown, Long> words(String tenantId) {
        Map<Event.Unknown, Long> words = new LinkedHashMap<>();
        Queries.each(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix("u")), row -> {
            List<String> parts = Keys.split(row.key());
            words.put(new Event.Unknown(parts.get(1), parts.get(2)), row.number("count", 0));
        });
        return words;
    }

    @Override
    public List<KeptEvent> latest(String tenantId, int limit) {
        return kept(Table.Range.prefix(Keys.join(tenantId), Keys.prefix("k")), limit);
    }

    @Override
    public List<KeptEvent> smishing(String tenantId, String vendorGuid, int limit) {
        return kept(Table.Range.prefix(Keys.join(tenantId), Keys.prefix("s", vendorGuid)), limit);
    }

    private List<KeptEvent> kept(Table.Range range, int limit) {
        return Queries.rows(table, range, limit).stream()
                .map(row -> {
                    List<String> parts = Keys.split(row.key());
                    byte[] raw = row.properties().get("event") instanceof byte[] bytes ? bytes : new byte[0];
                    return new KeptEvent(
                            Keys.fromNewestFirst(parts.get(parts.size() - 2)),
                            parts.get(parts.size() - 1),
                            row.requiredText("type"),
                            new String(raw, StandardCharsets.UTF_8));
                })
                .toList();
    }
}

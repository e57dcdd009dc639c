package dev.mtdconnector.storage;

import dev.mtdconnector.people.PeopleStore;
import dev.mtdconnector.people.Period;
import dev.mtdconnector.people.Person;
import dev.mtdconnector.people.Topic;
import dev.mtdconnector.threat.RiskLevel;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A partition a tenant: {@code person|<object id>}, {@code told|<device id>}, {@code window}, {@code summary|<period>},
 * {@code settings}.
 */
public final class PeopleTable implements PeopleStore {

    private static final String PERSON = "person";
    private static final String TOLD = "told";
    private static final String WINDOW = "window";
    private static final String SUMMARY = "summary";
    private static final String SETTINGS = "settings";

    /** A sign-in writes one; more administrators than this a tenant has not. */
    private static final int MOST_PEOPLE = 1000;

    private final Table table;

    public PeopleTable(Tables tables) {
        this.table = tables.table("people");
    }

    @Override
    public Optional<Person> find(String tenantId, String userId) {
        return table.get(Keys.join(tenantId), Keys.join(PERSON, userId)).map(row -> person(tenantId, row));
    }

    @Override
    public List<Person> all(String tenantId) {
        return Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix(PERSON)), MOST_PEOPLE).stream()
                .map(row -> person(tenantId, row))
                .toList();
    }

    @Override
    public boolean save(Person person) {
        Row row = Row.of(
                Keys.join(person.tenantId()),
                Keys.join(PERSON, person.userId()),
                Columns.ofRow()
                        .text("address", person.address())
                        .text("on", person.on().stream().map(Topic::name).collect(Collectors.joining(" ")))
                        .text("language", person.language())
                        .instant("checkedAt", person.checkedAt())
                        .text("secret", person.secret())
                        .map());
        return Writes.replace(table, row, person.version()).isPresent();
    }

    @Override
    public void remove(Person person) {
        Writes.delete(table, Keys.join(person.tenantId()), Keys.join(PERSON, person.userId()), person.version());
    }

    private static Person person(String tenantId, Row row) {
        String on = row.text("on");
        Set<Topic> topics = on == null || on.isEmpty()
                ? Set.of()
                : Arrays.stream(on.split(" ", -1)).map(Topic::valueOf).collect(Collectors.toSet());
        return new Person(
                tenantId,
                Keys.split(row.key()).get(1),
                row.text("address"),
                topics,
                row.text("language"),
                row.requiredInstant("checkedAt"),
                row.requiredText("secret"),
                row.etag());
    }

    @Override
    public Settings settings(String tenantId) {
        return table.get(Keys.join(tenantId), Keys.join(SETTINGS))
                .map(row -> new Settings(row.flag("usersAreHidden"), zone(row.text("zone"))))
                .orElse(Settings.DEFAULT);
    }

    /** A zone that this JVM does not know any more must not stop every mail. */
    private static ZoneId zone(@Nullable String id) {
        try {
            return id == null ? Settings.DEFAULT.zone() : ZoneId.of(id);
        } catch (DateTimeException e) {
            return Settings.DEFAULT.zone();
        }
    }

    @Override
    public void hideUsers(String tenantId, boolean isHidden) {
        merge(tenantId, Columns.ofRow().flag("usersAreHidden", isHidden));
    }

    @Override
    public void timeZone(String tenantId, ZoneId zone) {
        merge(tenantId, Columns.ofRow().text("zone", zone.getId()));
    }

    private void merge(String tenantId, Columns columns) {
        table.transact(List.of(
                new Change.Upsert(Row.of(Keys.join(tenantId), Keys.join(SETTINGS), columns.map()), Change.Mode.MERGE)));
    }

    @Override
    public Map<String, List<Told>> told(String tenantId) {
        Map<String, List<Told>> told = new TreeMap<>();
        Queries.each(
                table,
                Table.Range.prefix(Keys.join(tenantId), Keys.prefix(TOLD)),
                row -> told.put(Keys.split(row.key()).get(1), told(row)));
        return told;
    }

    /** A line each: window, level, level before or a hyphen, guid. */
    private static List<Told> told(Row row) {
        List<Told> told = new ArrayList<>();
        for (String line : row.requiredText("threats").split("\n", -1)) {
            String[] parts = line.split(" ", 4);
            told.add(new Told(
                    parts[3],
                    RiskLevel.valueOf(parts[1]),
                    Long.parseLong(parts[0]),
                    parts[2].equals("-") ? null : RiskLevel.valueOf(parts[2])));
        }
        return told;
    }

    private static String text(List<Told> told) {
        return told.stream()
                .map(one -> one.window() + " " + one.level() + " " + (one.from() == null ? "-" : one.from()) + " "
                        + one.guid())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void saveTold(String tenantId, Map<String, List<Told>> told) {
        String partition = Keys.join(tenantId);
        List<Change> changes = new ArrayList<>();
        told.forEach((deviceId, threats) -> {
            String key = Keys.join(TOLD, deviceId);
            if (threats.isEmpty()) {
                // By itself: a row that is gone already would undo the others.
                Writes.delete(table, partition, key, null);
            } else {
                changes.add(new Change.Upsert(
                        Row.of(
                                partition,
                                key,
                                Columns.ofRow().text("threats", text(threats)).map()),
                        Change.Mode.REPLACE));
            }
        });
        for (int from = 0; from < changes.size(); from += TableRules.MAX_CHANGES) {
            table.transact(changes.subList(from, Math.min(changes.size(), from + TableRules.MAX_CHANGES)));
        }
    }

    @Override
    public Optional<Windows> windows(String tenantId) {
        return table.get(Keys.join(tenantId), Keys.join(WINDOW))
                .map(row -> new Windows(row.number("last", 0), instants(row.text("at")), row.flag("isPaused")));
    }

    private static List<Instant> instants(@Nullable String text) {
        return text == null || text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(" ", -1)).map(Instant::parse).toList();
    }

    @Override
    public void saveWindows(String tenantId, Windows windows) {
        Writes.put(
                table,
                Row.of(
                        Keys.join(tenantId),
                        Keys.join(WINDOW),
                        Columns.ofRow()
                                .number("last", windows.last())
                                .flag("isPaused", windows.isPaused())
                                .text(
                                        "at",
                                        windows.at().stream()
                                                .map(Instant::toString)
                                                .collect(Collectors.joining(" ")))
                                .map()));
    }

    @Override
    public Optional<Summarised> summarised(String tenantId, Period period) {
        return table.get(Keys.join(tenantId), Keys.join(SUMMARY, period.name()))
                .map(row -> new Summarised(LocalDate.parse(row.requiredText("due")), counts(row.text("counts"))));
    }

    private static Map<String, Long> counts(@Nullable String text) {
        Map<String, Long> counts = new HashMap<>();
        if (text != null && !text.isEmpty()) {
            for (String one : text.split(" ", -1)) {
                int equals = one.indexOf('=');
                counts.put(one.substring(0, equals), Long.parseLong(one.substring(equals + 1)));
            }
        }
        return counts;
    }

    @Override
    public void saveSummarised(String tenantId, Period period, Summarised summarised) {
        String counts = new TreeMap<>(summarised.counts())
                .entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining(" "));
        Writes.put(
                table,
                Row.of(
                        Keys.join(tenantId),
                        Keys.join(SUMMARY, period.name()),
                        Columns.ofRow()
                                .text("due", summarised.due().toString())
                                .text("counts", counts)
                                .map()));
    }
}

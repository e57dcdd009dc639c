package dev.mtdconnector.storage;

import dev.mtdconnector.notify.Poisons;
import dev.mtdconnector.notify.Poisons.Poison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages that were given up: a row a queue in the tenant's partition. There are few, so all are read to list them. */
public final class PoisonTable implements Poisons.Store {

    private final Table table;

    public PoisonTable(Tables tables) {
        this.table = tables.table("poison");
    }

    @Override
    public Optional<Poison> find(String place, String queue) {
        return table.get(Keys.join(place), Keys.join(queue)).map(PoisonTable::poison);
    }

    @Override
    public boolean replace(Poison poison) {
        Row row = Row.of(
                Keys.join(poison.place()),
                Keys.join(poison.queue()),
                Columns.ofRow()
                        .text("message", poison.message())
                        .instant("firstAt", poison.firstAt())
                        .instant("lastAt", poison.lastAt())
                        .number("count", poison.count())
                        .text("cause", poison.cause())
                        .text("correlationId", poison.correlationId())
                        .instant("replayedAt", poison.replayedAt())
                        .map());
        return Writes.replace(table, row, poison.version()).isPresent();
    }

    @Override
    public boolean remove(Poison poison) {
        return Writes.delete(table, Keys.join(poison.place()), Keys.join(poison.queue()), poison.version());
    }

    @Override
    public List<Poison> list(int limit, @Nullable String after) {
        Table.Range range = new Table.Range(null, null, null, null);
        String place = after == null ? "" : after.substring(after.indexOf('~') + 1);
        if (after != null) {
            range = new Table.Range(Keys.join(place), null, null, null);
        }
        List<Poison> found = new ArrayList<>();
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, TableRules.MAX_PAGE, continuation);
            page.rows().stream()
                    .map(PoisonTable::poison)
                    .filter(poison -> poison.count() > 0)
                    .filter(poison -> after == null
                            || !poison.place().equals(place)
                            || poison.queue().compareTo(after.substring(0, after.indexOf('~'))) > 0)
                    .forEach(found::add);
            continuation = page.continuation();
        } while (continuation != null && found.size() < limit);
        return found.subList(0, Math.min(limit, found.size()));
    }

    private static Poison poison(Row row) {
        return new Poison(
                Keys.split(row.partition()).get(0),
                Keys.split(row.key()).get(0),
                row.requiredText("message"),
                row.requiredInstant("firstAt"),
                row.requiredInstant("lastAt"),
                row.number("count", 0),
                row.requiredText("cause"),
                row.requiredText("correlationId"),
                row.instant("replayedAt"),
                row.etag());
    }
}

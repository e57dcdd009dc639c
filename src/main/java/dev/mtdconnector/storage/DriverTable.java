package dev.mtdconnector.storage;

import dev.mtdconnector.schedule.Driver;
import dev.mtdconnector.schedule.DriverStore;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row for each driver, and one for the chain of pulses: the only rows that belong to no tenant. */
public final class DriverTable implements DriverStore {

    private static final String PARTITION = "drivers";
    private static final String CHAIN = "chain";

    private final Table table;

    public DriverTable(Tables tables) {
        this.table = tables.table("drivers");
    }

    @Override
    public Optional<Drive> last(Driver driver) {
        return table.get(PARTITION, Keys.join("last", driver.label()))
                .map(row -> new Drive(row.requiredInstant("at"), String.valueOf(row.etag())));
    }

    @Override
    public void drove(Driver driver, Instant at) {
        Writes.put(table, row(driver, at));
    }

    @Override
    public boolean claim(Driver driver, Instant at, @Nullable Drive before) {
        return Writes.replace(table, row(driver, at), before == null ? null : before.version())
                .isPresent();
    }

    @Override
    public Optional<Chain> chain() {
        return table.get(PARTITION, CHAIN)
                .map(row -> new Chain(
                        row.number("generation", 0),
                        row.flag("isSent"),
                        row.requiredInstant("expectedAt"),
                        row.etag()));
    }

    @Override
    public Optional<Chain> replace(@Nullable Chain before, Chain after) {
        Row row = Row.of(
                PARTITION,
                CHAIN,
                Columns.ofRow()
                        .number("generation", after.generation())
                        .flag("isSent", after.isSent())
                        .instant("expectedAt", after.expectedAt())
                        .map());
        return Writes.replace(table, row, before == null ? null : before.version())
                .map(version -> new Chain(after.generation(), after.isSent(), after.expectedAt(), version));
    }

    private static Row row(Driver driver, Instant at) {
        return Row.of(
                PARTITION,
                Keys.join("last", driver.label()),
                Columns.ofRow().instant("at", at).map());
    }
}

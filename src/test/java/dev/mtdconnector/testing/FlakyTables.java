package dev.mtdconnector.testing;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tables that fail when they are told to, as the service does: before a call took effect, or after, which nobody can tell. */
public final class FlakyTables implements Tables {

    private final Tables tables;
    private final Supplier<Mishap> next;

    /** What becomes of a call. */
    public enum Mishap {
        NONE,
        BEFORE_EFFECT,
        AFTER_EFFECT
    }

    /**
     * @param next asked once for each call; from several threads
     */
    public FlakyTables(Tables tables, Supplier<Mishap> next) {
        this.tables = tables;
        this.next = next;
    }

    @Override
    public Table table(String name) {
        Table table = tables.table(name);
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return around(() -> table.get(partition, key));
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                return around(() -> table.query(range, limit, continuation));
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                return around(() -> table.transact(changes));
            }
        };
    }

    private <T> T around(Supplier<T> call) {
        Mishap mishap = next.get();
        if (mishap == Mishap.BEFORE_EFFECT) {
            throw failure();
        }
        T answer = call.get();
        if (mishap == Mishap.AFTER_EFFECT) {
            throw failure();
        }
        return answer;
    }

    private static StorageException failure() {
        return new StorageException("The table service is busy", new IllegalStateException("503 ServerBusy"));
    }
}

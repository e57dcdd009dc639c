package dev.mtdconnector.testing;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tables and queues that fail when they are told to, as the service does: before a call took effect, or after, which nobody
 * can tell; and queues that deliver a message twice.
 */
public final class FlakyStorage {

    private static final Duration LATE = Duration.ofSeconds(45);

    private final Supplier<Mishap> next;

    /** What becomes of a call. */
    public enum Mishap {
        NONE,
        BEFORE_EFFECT,
        AFTER_EFFECT,
        /** A message comes once more, later; another call is as usual. */
        TWICE
    }

    /**
     * @param next asked once for each call; from several threads
     */
    public FlakyStorage(Supplier<Mishap> next) {
        this.next = next;
    }

    public JobQueues around(JobQueues queues) {
        return (queue, message, delay) -> call(mishap -> {
            queues.send(queue, message, delay);
            if (mishap == Mishap.TWICE) {
                queues.send(queue, message, delay.plus(LATE));
            }
            return message;
        });
    }

    public Tables around(Tables tables) {
        return name -> around(tables.table(name));
    }

    private Table around(Table table) {
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return call(mishap -> table.get(partition, key));
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                return call(mishap -> table.query(range, limit, continuation));
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                return call(mishap -> table.transact(changes));
            }
        };
    }

    private interface Call<T> {
        T with(Mishap mishap);
    }

    private <T> T call(Call<T> call) {
        Mishap mishap = next.get();
        if (mishap == Mishap.BEFORE_EFFECT) {
            throw failure();
        }
        T answer = call.with(mishap);
        if (mishap == Mishap.AFTER_EFFECT) {
            throw failure();
        }
        return answer;
    }

    private static StorageException failure() {
        return new StorageException("The storage service is busy", new IllegalStateException("503 ServerBusy"));
    }
}

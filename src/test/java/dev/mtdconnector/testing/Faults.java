package dev.mtdconnector.testing;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls to what lies outside the product, and ends "the process" at one of them, before or after it took effect.
 */
public final class Faults {

    private int calls;
    private int at;
    private boolean afterEffect;

    /** What the end of the process looks like from inside: nothing catches it, nothing cleans up after it. */
    public static final class Death extends Error {

        private static final long serialVersionUID = 1L;

        Death(int call) {
            super("The process ended at call " + call);
        }
    }

    /** Ends the process at the n-th call from now, from 1. */
    public synchronized void dieAt(int call, boolean afterItsEffect) {
        calls = 0;
        at = call;
        afterEffect = afterItsEffect;
    }

    /** From now on nothing fails. */
    public synchronized void never() {
        at = 0;
    }

    /** How many calls there were since {@link #dieAt}. */
    public synchronized int calls() {
        return calls;
    }

    public <T> T around(Supplier<T> call) {
        int mine;
        boolean dies;
        synchronized (this) {
            mine = ++calls;
            dies = mine == at;
        }
        if (dies && !afterEffect) {
            throw new Death(mine);
        }
        T answer = call.get();
        if (dies) {
            throw new Death(mine);
        }
        return answer;
    }

    public void around(Runnable call) {
        around(() -> {
            call.run();
            return true;
        });
    }

    public Tables around(Tables tables) {
        return name -> around(tables.table(name));
    }

    public JobQueues around(JobQueues queues) {
        return (queue, message, delay) -> around(() -> queues.send(queue, message, delay));
    }

    private Table around(Table table) {
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
}

package dev.mtdconnector.simulated;

import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends the process, or lets a call fail, at one outgoing call: to storage at its port, to Microsoft at its server. */
final class KillPlan {

    /** What happens at the call. */
    enum Kind {
        BEFORE,
        AFTER,
        FAILS
    }

    /** The end of the process: nothing of it reaches outside any more. */
    static final class Killed extends Error {

        private static final long serialVersionUID = 1L;

        Killed() {
            super("The process ended here", null, false, false);
        }
    }

    private final int at;
    private final Kind kind;
    private final List<String> calls = new ArrayList<>();
    private boolean dead;

    KillPlan(int at, Kind kind) {
        this.at = at;
        this.kind = kind;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized boolean hasStruck() {
        return calls.size() > at;
    }

    /** A new process begins; false when there was no need for one. */
    synchronized boolean restart() {
        boolean was = dead;
        dead = false;
        return was;
    }

    /** What a request that reaches the server meets; null for nothing. */
    synchronized @Nullable Fault onRequest(String method, String path) {
        if (!dead && !isNow(method + " " + path)) {
            return null;
        }
        if (!dead && kind == Kind.FAILS) {
            return Fault.status(method, path, 1, 503);
        }
        boolean takesEffect = !dead && kind == Kind.AFTER;
        dead = true;
        return new Fault(method, path, 1, null, null, 0, null, false, true, takesEffect);
    }

    private synchronized boolean isNow(String call) {
        if (dead) {
            throw new Killed();
        }
        calls.add(call);
        return calls.size() - 1 == at;
    }

    Tables over(Tables tables) {
        return name -> over(name, tables.table(name));
    }

    private Table over(String name, Table table) {
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                return met("get " + name + " " + key, () -> table.get(partition, key));
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                return met("query " + name, () -> table.query(range, limit, continuation));
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                return met("transact " + name, () -> table.transact(changes));
            }
        };
    }

    private <T> T met(String call, Supplier<T> real) {
        boolean now = isNow(call);
        if (now && kind == Kind.BEFORE) {
            throw die();
        }
        if (now && kind == Kind.FAILS) {
            throw new StorageException("This call fails", new IOException("by plan"));
        }
        T answer = real.get();
        if (now) {
            throw die();
        }
        return answer;
    }

    private synchronized Killed die() {
        dead = true;
        return new Killed();
    }
}

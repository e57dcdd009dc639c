package dev.mtdconnector.testing;

import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
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
    private int pauseAt;
    private Runnable meanwhile = () -> {};
    private @Nullable String brokenKey;

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

    /** Does something else when the n-th call from now is about to begin; what that calls is not counted. */
    public synchronized void pauseAt(int call, Runnable other) {
        calls = 0;
        at = 0;
        pauseAt = call;
        meanwhile = other;
    }

    /** From now on nothing fails. */
    public synchronized void never() {
        at = 0;
        pauseAt = 0;
        brokenKey = null;
    }

    /** How many calls there were since {@link #dieAt}. */
    public synchronized int calls() {
        return calls;
    }

    public <T> T around(Supplier<T> call) {
        int mine;
        boolean dies;
        Runnable other = null;
        synchronized (this) {
            mine = ++calls;
            dies = mine == at;
            if (mine == pauseAt) {
                pauseAt = 0;
                other = meanwhile;
            }
        }
        if (other != null) {
            other.run();
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

    /** Every request to the feed is a call. */
    public RiskApi around(RiskApi api) {
        return new RiskApi() {
            @Override
            public void prove(ApplicationKey key) {
                around(() -> api.prove(key));
            }

            @Override
            public RiskApi.Page events(ApplicationKey key, From from, int limit) {
                return around(() -> api.events(key, from, limit));
            }

            @Override
            public RiskApi.Page devices(
                    ApplicationKey key, @Nullable Instant updatedSince, @Nullable String after, int limit) {
                return around(() -> api.devices(key, updatedSince, after, limit));
            }

            @Override
            public RiskApi.Page openThreats(ApplicationKey key, @Nullable String after, int limit) {
                return around(() -> api.openThreats(key, after, limit));
            }

            private <T> T around(Supplier<T> call) {
                return Faults.this.around(call);
            }

            private void around(Runnable call) {
                Faults.this.around(call);
            }
        };
    }

    /** Every reading of the directory is a call. */
    public DirectoryChanges around(DirectoryChanges changes) {
        return (tenantId, meter) -> {
            DirectoryChanges.Reading reading = changes.open(tenantId, meter);
            return (DirectoryChanges.Reading) Proxy.newProxyInstance(
                    Faults.class.getClassLoader(),
                    new Class<?>[] {DirectoryChanges.Reading.class},
                    (proxy, method, arguments) -> around(() -> called(reading, method, arguments)));
        };
    }

    private static Object called(DirectoryChanges.Reading reading, Method method, Object[] arguments) {
        try {
            Object answer = method.invoke(reading, arguments);
            return answer == null ? "" : answer;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error end) {
                throw end;
            }
            throw new IllegalStateException(e);
        }
    }

    /** Until {@link #never} whatever reads a row whose key holds this text fails, as a defect would. */
    public synchronized void breakAtKeysWith(String text) {
        brokenKey = text;
    }

    private synchronized void check(String key) {
        if (brokenKey != null && key.contains(brokenKey)) {
            throw new IllegalArgumentException("a defect");
        }
    }

    private Table around(Table table) {
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                check(key);
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

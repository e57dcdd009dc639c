package dev.mtdconnector.story;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.notify.Mailer;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one outgoing call of the connector fail: the one of a given number. Calls to storage, queues and mail are met at
 * their ports; calls to Graph, sign-in and Intune at the simulator's server, as it receives them.
 *
 * <p>When the process dies, nothing of it reaches outside any more until {@link #restart}. Dying is an {@link Error},
 * which the product catches nowhere.
 */
final class CrashPlan {

    /** What happens at the fatal call. */
    enum Kind {
        /** The process dies before the call takes effect. */
        DIES_BEFORE,
        /** The process dies after the call took effect, before its answer arrives. */
        DIES_AFTER,
        /** The call fails and the process lives on. */
        CALL_FAILS
    }

    /** The process is dead. */
    static final class Died extends Error {

        private static final long serialVersionUID = 1L;

        Died() {
            super("The process died here", null, false, false);
        }
    }

    private final int fatalCall;
    private final Kind kind;
    private final List<String> calls = new ArrayList<>();
    private boolean dead;
    private boolean struck;
    private boolean ended;

    private CrashPlan(int fatalCall, Kind kind) {
        this.fatalCall = fatalCall;
        this.kind = kind;
    }

    /** Nothing fails: counts calls. */
    static CrashPlan undisturbed() {
        return new CrashPlan(-1, Kind.DIES_BEFORE);
    }

    static CrashPlan at(int call, Kind kind) {
        return new CrashPlan(call, kind);
    }

    synchronized boolean isDead() {
        return dead;
    }

    /** True once the fatal call was met. */
    synchronized boolean hasStruck() {
        return struck;
    }

    /** A new process takes over. */
    synchronized void restart() {
        dead = false;
    }

    /** The calls met so far, in words. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The fatal call, in words. */
    synchronized String fatalCall() {
        return fatalCall >= 0 && fatalCall < calls.size() ? calls.get(fatalCall) : "none";
    }

    /** The story is told: what is asked from now on is not part of it. */
    synchronized void end() {
        ended = true;
    }

    /** These edges, with storage, queues and mail met here; a dead process does not sleep either. */
    Edges over(Edges edges) {
        Sleeper sleeper = duration -> {
            if (isDead()) {
                throw new Died();
            }
            edges.sleeper().sleep(duration);
        };
        return new Edges(
                met(Tables.class, edges.tables()),
                met(JobQueues.class, edges.queues()),
                edges.directory(),
                edges.directoryChanges(),
                edges.grantedRoles(),
                edges.signingKeys(),
                edges.codeRedemption(),
                edges.groupMembership(),
                edges.directoryNames(),
                edges.intuneConnection(),
                edges.intunePublisher(),
                edges.directoryTargets(),
                edges.reportedStates(),
                edges.detectedApps(),
                met(Mailer.class, edges.mailer()),
                edges.riskApi(),
                edges.clock(),
                sleeper);
    }

    /** What a request that reached the simulator meets; null for nothing. */
    synchronized @Nullable Fault onRequest(String method, String path) {
        if (path.startsWith("/control") || path.startsWith("/mail") || path.contains("adminconsent")) {
            return null;
        }
        if (dead) {
            return dropped(path, false);
        }
        if (!isFatal(method + " " + path)) {
            return null;
        }
        if (kind == Kind.CALL_FAILS) {
            return new Fault(null, path, 1, 503, null, 0, null, false, false, false);
        }
        dead = true;
        return dropped(path, kind == Kind.DIES_AFTER);
    }

    private static Fault dropped(String path, boolean afterEffect) {
        return new Fault(null, path, 1, null, null, 0, null, false, true, afterEffect);
    }

    private synchronized boolean isFatal(String name) {
        if (dead) {
            throw new Died();
        }
        if (ended) {
            return false;
        }
        calls.add(name);
        boolean fatal = calls.size() - 1 == fatalCall;
        struck |= fatal;
        return fatal;
    }

    private synchronized Died die() {
        dead = true;
        return new Died();
    }

    private <T> Supplier<T> met(Class<T> port, Supplier<T> real) {
        return () -> met(port, real.get());
    }

    private <T> T met(Class<T> port, T real) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(real, given);
                    }
                    if (method.getReturnType() == Table.class) {
                        return met(Table.class, (Table) Objects.requireNonNull(invoke(real, method, given)));
                    }
                    return meet(port.getSimpleName() + "." + method.getName(), real, method, given);
                }));
    }

    private @Nullable Object meet(String name, Object real, Method method, Object[] arguments) throws Throwable {
        boolean fatal = isFatal(name + (arguments.length == 0 ? "" : " " + arguments[0]));
        if (fatal && kind == Kind.DIES_BEFORE) {
            throw die();
        }
        if (fatal && kind == Kind.CALL_FAILS) {
            throw new StorageException("This call fails", new IOException("by plan"));
        }
        Object result = invoke(real, method, arguments);
        if (fatal) {
            throw die();
        }
        return result;
    }

    private static @Nullable Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

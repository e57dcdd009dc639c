package dev.mtdconnector.story;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.notify.Mailer;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.signin.SigningKeys;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.GrantedRoles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the process die at one of its outgoing calls: the one of a given number, just before it takes effect or just
 * after. From then on nothing of that process reaches outside any more, until {@link #restart}.
 *
 * <p>Dying is an {@link Error}, which the product catches nowhere.
 */
final class CrashPlan {

    /** On which side of the call's effect the process dies. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** The process is dead. */
    static final class Died extends Error {

        private static final long serialVersionUID = 1L;

        Died() {
            super("The process died here", null, false, false);
        }
    }

    private final int fatalCall;
    private final Moment moment;
    private final List<String> calls = new ArrayList<>();
    private boolean dead;
    private int deaths;

    private CrashPlan(int fatalCall, Moment moment) {
        this.fatalCall = fatalCall;
        this.moment = moment;
    }

    /** Never dies: counts calls. */
    static CrashPlan never() {
        return new CrashPlan(-1, Moment.BEFORE);
    }

    static CrashPlan atCall(int number, Moment moment) {
        return new CrashPlan(number, moment);
    }

    synchronized boolean isDead() {
        return dead;
    }

    /** A new process takes over. It does not die: one death a story. */
    synchronized void restart() {
        dead = false;
    }

    synchronized int deaths() {
        return deaths;
    }

    /** The calls made so far, in words. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** One outgoing call. */
    <T> T call(String name, Callable<T> effect) throws Exception {
        boolean fatal = count(name);
        if (fatal && moment == Moment.BEFORE) {
            throw die();
        }
        T result = effect.call();
        if (fatal) {
            throw die();
        }
        return result;
    }

    private synchronized boolean count(String name) {
        if (dead) {
            throw new Died();
        }
        calls.add(name);
        return calls.size() - 1 == fatalCall;
    }

    private synchronized Died die() {
        dead = true;
        deaths++;
        return new Died();
    }

    /** These edges with every call through them counted. */
    Edges over(Edges edges) {
        return new Edges(
                of(Tables.class, edges.tables()),
                of(JobQueues.class, edges.queues()),
                of(Directory.class, edges.directory()),
                of(GrantedRoles.class, edges.grantedRoles()),
                of(SigningKeys.class, edges.signingKeys()),
                of(IntuneConnection.class, edges.intuneConnection()),
                of(IntunePublisher.class, edges.intunePublisher()),
                of(Mailer.class, edges.mailer()),
                edges.clock(),
                edges.sleeper());
    }

    private <T> Supplier<T> of(Class<T> port, Supplier<T> real) {
        return () -> counting(port, real.get());
    }

    private <T> T counting(Class<T> port, T real) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return invoke(real, method, arguments);
                    }
                    if (method.getReturnType() == Table.class) {
                        return counting(Table.class, (Table) invoke(real, method, arguments));
                    }
                    return call(name(port, method, arguments), () -> invoke(real, method, arguments));
                }));
    }

    private static String name(Class<?> port, Method method, Object @Nullable [] arguments) {
        String call = port.getSimpleName() + "." + method.getName();
        return arguments == null || arguments.length == 0 ? call : call + " " + arguments[0];
    }

    private static Object invoke(Object real, Method method, Object @Nullable [] arguments) throws Exception {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}

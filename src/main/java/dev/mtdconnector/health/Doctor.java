package dev.mtdconnector.health;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.Correlation;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.health.Finding.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs checks side by side and gathers what they find. A check that hangs or fails is an unknown of its own and keeps
 * nobody else from answering. Checks only look; nothing is written.
 *
 * <p>For one patient the checks run at most once in {@link #FRESH}, in this process: who asks sooner gets what was found, and
 * who asks while they run is turned away.
 */
public final class Doctor {

    /** All checks of a run have so long together. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    static final Duration FRESH = Duration.ofSeconds(15);

    private static final int MOST_PATIENTS = 1000;
    private static final int THREADS = 16;
    private static final int MOST_WAITING = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

    private final Executor executor;
    private final Duration patience;
    private final Clock clock;

    /** Least recently examined first; guarded by itself. */
    private final Map<String, Diagnosis> known = new LinkedHashMap<>();

    private final Set<String> running = new HashSet<>(); // guarded by known

    public Doctor(Clock clock) {
        this(threads(), PATIENCE, clock);
    }

    Doctor(Executor executor, Duration patience, Clock clock) {
        this.executor = executor;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * One check.
     *
     * @param id of its finding
     */
    public record Check(String id, Supplier<Finding> look) {}

    /** What was found of a patient. */
    public record Diagnosis(Instant at, String correlationId, List<Finding> findings) {

        /** The worst that was found. */
        public State worst() {
            return findings.stream().map(Finding::state).max(State::compareTo).orElse(State.UNKNOWN);
        }

        /** As the API shows it. */
        public Map<String, Object> view() {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("state", worst().label());
            view.put("at", at);
            view.put("correlationId", correlationId);
            view.put("checks", findings.stream().map(Finding::view).toList());
            return view;
        }
    }

    /**
     * @param patient whom the checks are about
     * @param checks made only when they are to run
     * @throws AppException TOO_MANY_REQUESTS while the same patient is examined
     */
    public Diagnosis examine(String patient, Supplier<List<Check>> checks) {
        synchronized (known) {
            Diagnosis last = known.get(patient);
            if (last != null && last.at().plus(FRESH).isAfter(clock.instant())) {
                return last;
            }
            if (!running.add(patient)) {
                throw new AppException(ErrorCode.TOO_MANY_REQUESTS);
            }
        }
        try {
            List<Finding> findings = run(checks.get());
            Diagnosis diagnosis = new Diagnosis(clock.instant(), Correlation.current(), findings);
            synchronized (known) {
                known.remove(patient);
                known.put(patient, diagnosis);
                if (known.size() > MOST_PATIENTS) {
                    known.remove(known.keySet().iterator().next());
                }
            }
            return diagnosis;
        } finally {
            synchronized (known) {
                running.remove(patient);
            }
        }
    }

    private List<Finding> run(List<Check> checks) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        List<Future<Finding>> futures = new ArrayList<>();
        for (Check check : checks) {
            FutureTask<Finding> task = new FutureTask<>(inContext(check, context == null ? Map.of() : context));
            futures.add(task);
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                task.cancel(false);
            }
        }
        long until = System.nanoTime() + patience.toNanos();
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            findings.add(finding(checks.get(i).id(), futures.get(i), until - System.nanoTime()));
        }
        return findings;
    }

    private static Callable<Finding> inContext(Check check, Map<String, String> context) {
        return () -> {
            MDC.setContextMap(context);
            try {
                return check.look().get();
            } finally {
                MDC.clear();
            }
        };
    }

    private Finding finding(String id, Future<Finding> future, long nanos) {
        try {
            return future.isCancelled() ? tooLate(id) : future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return tooLate(id);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return tooLate(id);
        } catch (ExecutionException e) {
            return failed(id, Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private Finding tooLate(String id) {
        return Finding.of(
                id,
                State.UNKNOWN,
                "There was no answer within " + patience.toSeconds() + " seconds.",
                "Ask again in a minute. What does not answer is not reachable, or slow.");
    }

    private static Finding failed(String id, Throwable cause) {
        if (cause instanceof UpstreamException upstream) {
            ErrorCode code = UpstreamErrors.codeOf(upstream);
            return Finding.of(id, State.UNKNOWN, code.title() + ".", code);
        }
        LOG.error("Check {} failed", id, cause);
        return Finding.of(id, State.UNKNOWN, "This could not be looked at.", ErrorCode.INTERNAL);
    }

    private static Executor threads() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "doctor");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}

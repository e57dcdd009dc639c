package dev.mtdconnector.local.host;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs timer functions when the clock says so.
 *
 * <p>A timer does not overlap with itself, runs once after a gap however long, and is not repeated after a failure.
 */
final class TimerTriggers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TimerTriggers.class);
    /** The longest wait: a clock may be moved without anybody telling us. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    /** From so late on the platform calls a timer past due (WebJobs SDK extensions, TimerListener). */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Invocations invocations;
    private final List<Entry> entries = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(new NamedThreads("host-timer"));
    private final Object moved = new Object();
    private volatile boolean closing;

    TimerTriggers(List<FunctionDeclaration> functions, Clock clock, Invocations invocations) {
        this.clock = clock;
        this.invocations = invocations;
        Instant now = clock.instant();
        for (FunctionDeclaration function : functions) {
            if (function.trigger() instanceof FunctionDeclaration.Timer timer) {
                entries.add(new Entry(function, Schedule.of(timer.schedule()), now));
            }
        }
    }

    /** A thread a timer, until closed. */
    void start() {
        entries.forEach(entry -> threads.execute(() -> loop(entry)));
    }

    /** Looks at the clock now, because it was moved. */
    void wake() {
        synchronized (moved) {
            moved.notifyAll();
        }
    }

    /** Runs each timer that is due, once, in the order of their names, in this thread. */
    List<Run> runDue() {
        List<Run> runs = new ArrayList<>();
        for (Entry entry : entries) {
            entry.runIfDue().ifPresent(runs::add);
        }
        return runs;
    }

    /** Runs a timer now, due or not; waits for a run of it that is under way. */
    Optional<Run> runNow(String name) {
        return entries.stream()
                .filter(entry -> entry.function.name().equalsIgnoreCase(name))
                .findAny()
                .map(Entry::runNow);
    }

    private void loop(Entry entry) {
        try {
            while (!closing) {
                Duration wait = Duration.between(clock.instant(), entry.next());
                if (wait.isNegative() || wait.isZero()) {
                    entry.runIfDue();
                } else {
                    Duration bounded = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
                    synchronized (moved) {
                        moved.wait(Math.max(1, bounded.toMillis()));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts no more runs and waits for those under way. */
    @Override
    public void close() {
        closing = true;
        wake();
        Waiting.end(threads);
    }

    private final class Entry {

        private final FunctionDeclaration function;
        private final Schedule schedule;
        private Instant last;
        private volatile Instant next;

        Entry(FunctionDeclaration function, Schedule schedule, Instant now) {
            this.function = function;
            this.schedule = schedule;
            this.last = Instant.EPOCH;
            this.next = schedule.next(now);
        }

        Instant next() {
            return next;
        }

        synchronized Optional<Run> runIfDue() {
            Instant now = clock.instant();
            if (now.isBefore(next)) {
                return Optional.empty();
            }
            return Optional.of(run(next.plus(LATE).isBefore(now)));
        }

        synchronized Run runNow() {
            return run(false);
        }

        private Run run(boolean pastDue) {
            String info = info(pastDue);
            LOG.debug("Timer {} runs", function.name());
            Invocations.Outcome outcome = invocations.run(function, info, Map.of());
            last = clock.instant();
            next = schedule.next(last);
            return new Run(function.name(), info, outcome.failure());
        }

        private String info(boolean pastDue) {
            ObjectNode info = JsonMapper.builder().build().createObjectNode();
            info.putObject("Schedule").put("AdjustForDST", true);
            info.putObject("ScheduleStatus")
                    .put("Last", last.toString())
                    .put("LastUpdated", last.toString())
                    .put("Next", next.toString());
            return info.put("IsPastDue", pastDue).toString();
        }
    }
}

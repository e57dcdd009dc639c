package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.QueueReader;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs functions in this JVM as the Azure Functions platform would, its faults included, so that what works here works
 * there. The rules that it keeps, with their sources, and what it leaves out stand in docs/local-world.md.
 *
 * <p>An automatic host runs everything by itself, in threads of its own. A manual one answers requests, but timers and
 * queues run only when a test says so, in the test's thread. Several hosts may work on one storage.
 */
public final class DevelopmentHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevelopmentHost.class);
    /** More runs in one drain than any test means: functions that feed each other for ever. */
    private static final int DRAIN_LIMIT = 100_000;

    /**
     * What a host is made of.
     *
     * @param instances as the worker's injector
     * @param reader where messages are taken from
     * @param sender where poison messages go to
     * @param clock for the schedules of timers; queues go by the clock of their service
     * @param port for HTTP on the loopback address; 0 for a free one
     */
    public record Parts(
            HostSettings settings,
            FunctionDeclarations functions,
            FunctionInstanceInjector instances,
            QueueReader reader,
            JobQueues sender,
            Clock clock,
            int port) {}

    private final boolean automatic;
    private final Invocations invocations;
    private final List<FunctionDeclaration> functions;
    private final TimerTriggers timers;
    private final List<QueueListener> listeners = new ArrayList<>();
    private final ExecutorService adminRuns = Executors.newCachedThreadPool(new NamedThreads("host-admin"));
    private final String key = UUID.randomUUID().toString();
    private final HttpFront http;

    private DevelopmentHost(Parts parts, boolean automatic) throws IOException {
        this.automatic = automatic;
        this.invocations = new Invocations(parts.instances());
        this.functions = parts.functions().list();
        this.timers = new TimerTriggers(functions, parts.clock(), invocations);
        this.http =
                new HttpFront(parts.port(), parts.settings().routePrefix(), functions, invocations, this::runNow, key);
        for (FunctionDeclaration function : functions) {
            if (function.trigger() instanceof FunctionDeclaration.Queue) {
                listeners.add(
                        new QueueListener(function, parts.settings(), parts.reader(), parts.sender(), invocations));
            }
        }
    }

    /** Whether timers and queues run by themselves, or when a test says so. */
    public enum Mode {
        AUTOMATIC,
        MANUAL
    }

    /**
     * Starts a host.
     *
     * @throws java.net.BindException when the port is taken; nothing is left running then
     */
    public static DevelopmentHost start(Parts parts, Mode mode) throws IOException {
        DevelopmentHost host = new DevelopmentHost(parts, mode == Mode.AUTOMATIC);
        if (mode == Mode.AUTOMATIC) {
            host.timers.start();
            host.listeners.forEach(QueueListener::start);
        }
        host.http.start();
        return host;
    }

    public int port() {
        return http.port();
    }

    /** {@code http://localhost:} and the port. */
    public String address() {
        return "http://localhost:" + port();
    }

    /** Opens functions that are not anonymous: header {@code x-functions-key}, or query parameter {@code code}. */
    public String key() {
        return key;
    }

    /** To be called when the clock was moved: a timer that is due now runs now. */
    public void clockMoved() {
        timers.wake();
    }

    /** Runs this timer now, due or not. */
    public Run runTimer(String name) {
        return timers.runNow(name).orElseThrow(() -> new IllegalArgumentException("No timer function " + name));
    }

    /** Runs once each timer that is due by the clock. For a manual host. */
    public List<Run> runDueTimers() {
        requireManual();
        return timers.runDue();
    }

    /**
     * Runs messages until none is visible, a message of each queue in turn, and returns what ran, in order. For a manual
     * host. A message that fails is hidden for the visibility timeout, so it runs once.
     */
    public List<Run> drain() {
        requireManual();
        List<Run> runs = new ArrayList<>();
        boolean found = true;
        while (found) {
            found = false;
            for (QueueListener listener : listeners) {
                Optional<Run> run = listener.runOne();
                run.ifPresent(runs::add);
                found |= run.isPresent();
            }
            if (runs.size() > DRAIN_LIMIT) {
                throw new IllegalStateException("Messages without end; the last: " + runs.get(runs.size() - 1));
            }
        }
        return runs;
    }

    private void requireManual() {
        if (automatic) {
            throw new IllegalStateException("This host runs by itself");
        }
    }

    private boolean runNow(String name, String input) {
        Optional<FunctionDeclaration> function = functions.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(name))
                .filter(candidate -> !(candidate.trigger() instanceof FunctionDeclaration.Http))
                .findAny();
        function.ifPresent(found -> {
            Runnable run = found.trigger() instanceof FunctionDeclaration.Timer
                    ? () -> timers.runNow(name)
                    : () -> invocations.run(found, input, Map.of());
            if (automatic) {
                adminRuns.execute(run);
            } else {
                run.run();
            }
        });
        return function.isPresent();
    }

    /** Stops taking work, lets what runs end (30 s at most), and ends all threads. Idempotent. */
    @Override
    public void close() {
        http.close();
        timers.close();
        // All stop polling at once: each then waits for its own.
        listeners.parallelStream().forEach(QueueListener::close);
        Waiting.end(adminRuns);
        LOG.debug("The development host on port {} has stopped", port());
    }
}

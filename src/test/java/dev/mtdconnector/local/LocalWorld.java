package dev.mtdconnector.local;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.InvalidSettingsException;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.app.StreamProcess;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.local.host.DevelopmentHost;
import dev.mtdconnector.local.page.Simulator;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The connector with everything around it, on this machine: storage, the simulator, and the product in its development
 * host. {@code mvn -Plocal} runs {@link #main}; tests use {@link #start}.
 *
 * <p>The certificate of the simulator's sign-in service becomes the only one that this JVM trusts, for the rest of its
 * life.
 */
public final class LocalWorld implements AutoCloseable {

    /** When a world that is driven by hand begins. */
    public static final Instant BEGINNING = Instant.parse("2026-11-21T09:00:00Z");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final long LIVE_PAUSE_MILLIS = 100;

    private final LocalOptions options;
    private final Opened opened;
    private final LocalStorage storage;
    private final Simulator simulator;
    private final Map<String, String> settings;
    private volatile DevelopmentHost host;

    private LocalWorld(
            LocalOptions options,
            Opened opened,
            LocalStorage storage,
            Simulator simulator,
            Map<String, String> settings,
            DevelopmentHost host) {
        this.options = options;
        this.opened = opened;
        this.storage = storage;
        this.simulator = simulator;
        this.settings = settings;
        this.host = host;
        simulator.clock().onMove(now -> this.host.clockMoved());
    }

    public static void main(String[] args) {
        LocalWorldLauncher.launch();
    }

    /**
     * Starts all of it, or leaves nothing running.
     *
     * @throws LocalWorldException saying what is in the way, a taken port above all
     */
    public static LocalWorld start(LocalOptions options) {
        return start(options, new Opened());
    }

    static LocalWorld start(LocalOptions options, Opened opened) {
        PortCheck.requireFree(options.ports());
        try (ServerSocket reserved = reserve(options.ports().connector())) {
            int port = reserved.getLocalPort();
            String address = "http://localhost:" + port;
            // Azurite and the certificate take the most time: at once, then.
            CompletableFuture<LocalStorage> account = CompletableFuture.supplyAsync(
                    () -> opened.keep(account(options)), task -> new Thread(task).start());
            Clock base = options.manual() ? new SettableClock(BEGINNING) : Clock.systemUTC();
            Simulator simulator = opened.keep(Simulator.start(
                    options.contoso(base, address), options.ports().smtp()));
            SSLContext.setDefault(simulator.contoso().clientContext());
            LocalStorage storage = options.storage() == LocalOptions.Storage.MEMORY
                    ? LocalStorage.inMemory(simulator.clock())
                    : account.join();
            Map<String, String> settings = LocalSettings.ofSimulator(
                    address,
                    simulator.contoso().address().toString(),
                    simulator.contoso().loginAddress().toString(),
                    simulator.mails().port(),
                    storage.connectionString());
            reserved.close();
            DevelopmentHost host = opened.keep(LocalConnector.start(
                    options, port, settings, storage, simulator.clock(), sleeper(options, simulator)));
            return new LocalWorld(options, opened, storage, simulator, settings, host);
        } catch (CompletionException e) {
            opened.close();
            throw explained(e.getCause() == null ? e : e.getCause());
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw explained(e);
        }
    }

    private static LocalStorage account(LocalOptions options) {
        return switch (options.storage()) {
            case AZURITE -> LocalStorage.wellKnown(options.folder().resolve("azurite"));
            case FRESH_AZURITE -> LocalStorage.fresh();
            case MEMORY -> LocalStorage.inMemory(Clock.systemUTC());
        };
    }

    /** Keeps a free port from others until the host takes it. */
    private static ServerSocket reserve(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    /** By hand, waiting moves the clock; else it takes its time. */
    private static Sleeper sleeper(LocalOptions options, Simulator simulator) {
        return options.manual()
                ? duration -> simulator.clock().advance(duration.isNegative() ? Duration.ZERO : duration)
                : duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    static LocalWorldException explained(Throwable problem) {
        if (problem instanceof LocalWorldException known) {
            return known;
        }
        if (problem instanceof InvalidSettingsException || problem instanceof IllegalStateException) {
            return new LocalWorldException(String.valueOf(problem.getMessage()), problem);
        }
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String remedy = root instanceof BindException ? " Stop the process that has the port, and start again." : "";
        return new LocalWorldException(problem.getMessage() + ": " + root + "." + remedy, problem);
    }

    /** {@code http://localhost:port} of the connector. */
    public String connector() {
        return host.address();
    }

    /** {@code http://localhost:port} of Contoso. */
    public String contoso() {
        return simulator.contoso().address().toString();
    }

    public Simulator simulator() {
        return simulator;
    }

    /** The connector's host, which changes with {@link #restartConnector}. */
    public DevelopmentHost host() {
        return host;
    }

    /** The connector's settings, as its environment would have them. */
    public Map<String, String> settings() {
        return settings;
    }

    /** The consumer's side of the queues. */
    public QueueReader queues() {
        return storage.reader();
    }

    /** True when Azurite ends with this world. */
    boolean ownsStorage() {
        return storage.isOurs();
    }

    /**
     * Ends the connector and starts it anew on the same port over the same storage: everything that it held in memory is
     * gone.
     *
     * @param changed the options whose {@code edges}, {@code lease} and {@code manual} count from now on
     */
    public void restartConnector(LocalOptions changed) {
        int port = host.port();
        stopConnector();
        try {
            host = opened.keep(LocalConnector.start(
                    changed, port, settings, storage, simulator.clock(), sleeper(changed, simulator)));
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** The same with the options of the start. */
    public void restartConnector() {
        restartConnector(options);
    }

    /** Starts the process that follows event streams, beside the connector; it ends with this world. */
    public StreamProcess follow() {
        Settings read = Settings.from(settings);
        Sleeper real = duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        StreamProcess process = new StreamProcess(read, storage.replaceIn(Edges.of(read, simulator.clock(), real)));
        Thread thread = new Thread(process::run, "local-follower");
        thread.setDaemon(true);
        thread.start();
        return opened.keep(process);
    }

    /** Ends the connector; the rest goes on. */
    public void stopConnector() {
        host.close();
        opened.forget(host);
    }

    /**
     * Lets five seconds pass and runs what is due and what is queued; for a world that is driven by hand. In a live one
     * a tenth of a real second passes.
     */
    public void step() throws InterruptedException {
        if (options.manual()) {
            simulator.clock().advance(STEP);
            host.runDueTimers();
            host.drain();
        } else {
            TimeUnit.MILLISECONDS.sleep(LIVE_PAUSE_MILLIS);
        }
    }

    /** The story of docs/local-world.md, told to this world. */
    public StoryRunner story() {
        return new StoryRunner(
                StoryDocument.read(Path.of("docs/local-world.md")),
                connector(),
                contoso(),
                Map.of("operatorKey", LocalSettings.OPERATOR_KEY),
                this::step,
                PATIENCE);
    }

    /** Returns when every part answers. */
    void awaitReady() {
        Readiness.check(List.of(
                connector() + "/health",
                contoso() + "/control/state",
                contoso() + "/mail",
                simulator.contoso().loginAddress() + "/common/v2.0/.well-known/openid-configuration"));
    }

    /** Stops the connector, the simulator and what of the storage was started here. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }
}

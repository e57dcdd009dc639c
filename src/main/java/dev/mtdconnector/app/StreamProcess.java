package dev.mtdconnector.app;

import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.lookout.LookoutClient;
import dev.mtdconnector.lookout.LookoutStream;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.stream.ConnectedFeeds;
import dev.mtdconnector.stream.StreamFollower;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process beside the functions that follows event streams: wired from the same settings, over the same storage. */
public final class StreamProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamProcess.class);

    /** Streams need no thread; what comes of them is taken by these. */
    private static final int THREADS = 8;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int PATIENCE_SECONDS = 30;

    private final ExecutorService executor;
    private final StreamFollower follower;
    private final Sleeper sleeper;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean isStopping;

    public StreamProcess(Settings settings, Edges edges) {
        Clock clock = edges.clock();
        Tables tables = edges.tables().get();
        TenantTable tenants = new TenantTable(tables);
        FeedTable feeds = new FeedTable(tables);
        IntakeTable intake = new IntakeTable(tables);
        Schedule schedule = new Schedule(new JobTable(tables), edges.queues().get(), clock);
        SecureRandom random = new SecureRandom();
        this.executor = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "stream");
            thread.setDaemon(true);
            return thread;
        });
        this.sleeper = edges.sleeper();
        this.follower = new StreamFollower(new StreamFollower.Means(
                new Secrets(random).createId(),
                new ConnectedFeeds(tenants, feeds, new SealedSecrets(settings.sealing(), random), schedule),
                feeds.stream(),
                new LookoutStream(settings.riskFeed(), new LookoutClient(settings.riskFeed(), clock), executor),
                new EventIntake(
                        intake,
                        intake.parked(),
                        new IntakeLogTable(tables),
                        new DeviceTable(tables, clock),
                        schedule,
                        clock),
                executor,
                random,
                clock));
    }

    /**
     * From the environment of this process.
     *
     * @throws InvalidSettingsException when its settings cannot be used
     */
    public static StreamProcess fromEnvironment() {
        Settings settings = Settings.from(System.getenv());
        return new StreamProcess(settings, Edges.of(settings, Clock.systemUTC(), ThreadSleeper.INSTANCE));
    }

    /** Follows until somebody closes it. To be called once. */
    public void run() {
        LOG.info("Following event streams");
        try {
            while (!isStopping) {
                follower.tick();
                sleeper.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            follower.stop();
            executor.shutdown();
            LOG.info("No event stream is followed any more");
            done.countDown();
        }
    }

    /** How many streams are open. */
    public long open() {
        return follower.open();
    }

    /** Ends {@link #run} and waits for its end: what is being taken has been written then, and others may follow. */
    @Override
    public void close() {
        isStopping = true;
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Something is still being taken; it will come again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
